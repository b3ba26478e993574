// A client of the push protocol, version 1: one subscription to one flag set over WebSocket, server-sent events or
// long-poll. It keeps `flags` and `position`, comes back after every failure by itself, and misses nothing.

const FIRST_DELAY = 500, LONGEST_DELAY = 30_000, STABLE_AFTER = 60_000; // ms
const NO_RETURN = new Set([4400, 4401, 4403, 4404, 4405, 4409, 4413, 1009]);
const EVENTS = ["welcome", "snapshot", "delta", "heartbeat", "goaway", "closed", "failure"];

export class PushClient {
  flags = new Map();
  position = null; // { epoch, version } of `flags`
  state = "closed"; // connecting, live, interrupted (a reconnect is due), or closed (nothing is)
  #options; #connection; #heartbeat; #deadManTimer; #timer; #attempts = 0; #liveSince = Infinity;

  /** `key`: a client SDK key. `transport`: websocket, sse or long-poll. Callbacks: onState, onFlags, onMessage. */
  constructor(options) {
    this.#options = { base: "/realtime", transport: "websocket", heartbeat: 25_000, parse: JSON.parse, ...options };
  }

  start() {
    this.#disconnect();
    const connection = this.#connection = {};
    const whileConnected = (call) => (argument) => { if (connection === this.#connection) call(argument); };
    this.#heartbeat = this.#options.heartbeat;
    this.#setState("connecting");
    this.#watchForSilence();
    Object.assign(connection, TRANSPORTS[this.#options.transport]({
      url: (endpoint, query) => this.#url(endpoint, query),
      wait: this.#heartbeat,
      message: whileConnected((text) => this.#receive(this.#options.parse(text))),
      end: whileConnected((why) => this.#end(why)),
    }));
  }

  stop() {
    this.#disconnect();
    this.#setState("closed");
  }

  #receive(message) {
    const { epoch, version } = message, mine = this.position;
    const sameEpoch = mine !== null && epoch === mine.epoch, known = sameEpoch && version <= mine.version;
    this.#watchForSilence(message.heartbeat);
    this.#options.onMessage?.(message);
    switch (message.type) {
      case "welcome":
        return message.resumed && this.#setState("live");
      case "snapshot":
        if (known && version < mine.version && message.reset !== true) return;
        return this.#apply(new Map(Object.entries(message.flags)), message);
      case "delta": {
        if (known) return;
        if (!sameEpoch || message.from !== mine.version) return this.#resync(); // a gap
        const flags = new Map([...this.flags, ...Object.entries(message.set)]);
        message.removed.forEach((key) => flags.delete(key));
        return this.#apply(flags, message);
      }
      case "heartbeat":
        if (known) return this.#setState("live");
        clearTimeout(this.#timer); // something was missed: ask, but not all clients in the same moment
        this.#timer = setTimeout(() => this.#resync(), Math.random() * 1000);
        return;
      case "goaway":
        return this.#end({ reason: message.reason, delay: message.retryAfter });
      case "closed":
        return this.#end(message);
    } // clients ignore types that they do not know
  }

  #apply(flags, message) {
    clearTimeout(this.#timer); // what was missed has come
    this.flags = flags;
    this.position = { epoch: message.epoch, version: message.version };
    this.#setState("live");
    this.#options.onFlags?.(flags, message);
  }

  #resync() {
    if (!this.#connection.send) return this.#end({ reason: "gap" }); // the next connect carries the position
    this.#connection.send({ type: "resync", position: this.#positionText() });
  }

  #watchForSilence(heartbeat = this.#heartbeat) { // the dead-man timer
    this.#heartbeat = heartbeat;
    clearTimeout(this.#deadManTimer);
    this.#deadManTimer = setTimeout(() => this.#end({ reason: "silence" }), 2.5 * heartbeat);
  }

  #end({ code, reason, retry = !NO_RETURN.has(code), delay, retryAfter = 0 }) {
    if (Date.now() - this.#liveSince > STABLE_AFTER) this.#attempts = 0;
    this.#disconnect();
    if (!retry) return this.#setState("closed", { code, reason });
    const jittered = Math.random() * Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** this.#attempts++);
    delay ??= Math.max(retryAfter, jittered); // that of a goaway is already spread by the server
    this.#timer = setTimeout(() => this.start(), delay);
    this.#setState("interrupted", { code, reason, delay });
  }

  #disconnect() {
    const connection = this.#connection;
    this.#connection = null; // from here on nothing that the old connection says is heard
    connection?.close();
    clearTimeout(this.#timer);
    clearTimeout(this.#deadManTimer);
  }

  #setState(state, detail = {}) {
    if (state === this.state) return;
    this.state = state;
    this.#liveSince = (state === "live") ? Date.now() : Infinity;
    this.#options.onState?.(state, detail);
  }

  #positionText() {
    return this.position ? `${this.position.epoch}:${this.position.version}` : undefined;
  }

  #url(endpoint, query) {
    const url = new URL(`${this.#options.base}/${endpoint}`, location.href), { key, heartbeat } = this.#options;
    const parameters = { access_token: key, heartbeat, position: this.#positionText(), ...query };
    Object.entries(parameters).forEach(([name, value]) => value !== undefined && url.searchParams.set(name, value));
    return url;
  }
}

// A transport opens a connection and tells what comes over it: `message` each text, `end` once, why it is over.
const TRANSPORTS = {
  "websocket"({ url, message, end }) {
    const address = url("ws");
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address, "realtime-push.v1");
    socket.onmessage = (event) => message(event.data);
    socket.onclose = ({ code, reason }) => end({ code, reason });
    return { send: (text) => socket.send(JSON.stringify(text)), close: () => socket.close() };
  },

  "sse"({ url, message, end }) {
    const source = new EventSource(url("sse"));
    EVENTS.forEach((type) => source.addEventListener(type, (event) => message(event.data)));
    source.onerror = () => { // EventSource would retry by itself, in its own rhythm, or stop without saying why
      const refused = source.readyState === EventSource.CLOSED;
      source.close();
      if (!refused) return end({});
      fetch(url("flags")).then(async (response) => end(response.ok ? {} : await refusal(response)), () => end({}));
    };
    return { close: () => source.close() };
  },

  "long-poll"({ url, message, end, wait }) {
    const abort = new AbortController(), headers = {};
    const poll = async (waiting) => {
      const response = await fetch(url("poll", { wait: waiting }), { headers, signal: abort.signal });
      if (!response.ok) return end(await refusal(response));
      const session = response.headers.get("Realtime-Push-Session");
      if (session) headers["Realtime-Push-Session"] = session; // sent back, it keeps all polls one session
      message(await response.text());
      return abort.signal.aborted || poll(wait);
    };
    poll(0).catch(() => end({})); // the first is answered at once: then we know that the server is there
    return { close: () => abort.abort() };
  },
};

async function refusal(response) {
  const problem = await response.json().catch(() => ({}));
  const own = typeof problem.retry === "boolean"; // else it is a proxy's
  const code = (problem.code === "token_expired") ? 4402 : own ? 4000 + response.status : 0;
  return { code, reason: problem.detail ?? problem.code, retryAfter: 1000 * response.headers.get("Retry-After") || 0 };
}
