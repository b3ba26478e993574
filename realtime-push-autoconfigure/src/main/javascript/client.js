// Keeps the flags of a push server current, in browsers, Node and mini programs. Protocol version 1.
// SPDX-License-Identifier: Apache-2.0

const FINAL = [1009, 4400, 4401, 4403, 4409]; // close codes after which nobody comes back
const SHARED = ["welcome", "snapshot", "delta", "heartbeat", "notification"]; // what all tabs are told
const SAVE_INTERVAL = 1000, HOUR = 3_600_000, LONGEST_TIMER = 2 ** 31 - 1; // ms

const DEFAULTS = {
  url: "/realtime", transports: ["websocket", "sse", "long-poll"], share: true, parse: JSON.parse,
  minBackOff: 500, maxBackOff: 30_000, stableAfter: 60_000, connectTimeout: 10_000, retryTransportAfter: 60_000,
  requestTimeout: 30_000, answerTimeout: 5000,
};

/** Connect to a push server; the options are told in client.d.ts. */
export const connect = (options) => new PushClient(options).start();

/**
 * One state machine. It has at most one connection, and hears nothing of a former one; whatever happens, happens in
 * #connect, #receive, #end and #disconnect. Of the tabs that share a connection one leads; to the others that tab is
 * what the server is to it, over a BroadcastChannel.
 */
export class PushClient {
  #options; #base; #place; #name; #storage; #transports;
  #flags = new Map(); #position; // change together
  #status = { state: "closed" }; #loaded = false; #awake = false;
  #watchers = new Set(); #statusListeners = new Set(); #methods = new Map(); #calls = new Map();
  #connection; #token; #heartbeat; #heardAt; #liveSince; #notBefore = 0; #attempts = 0; #timers = {};
  #queue = []; #failed = []; #blocked = {}; // transports: to be tried, without success so far, not to be tried for now
  #shares; #leads; #bid; #channel; #asked; #events;

  constructor(options) {
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    const all = this.#options = { ...DEFAULTS, ...Object.fromEntries(given) }, { url, key, name, flags, user } = all;
    if (!key) throw new TypeError("'key' is missing");
    if (url[0] === "/" && typeof location !== "object") throw new TypeError(`'url' must be absolute here, but was '${url}'`);
    this.#base = (url[0] === "/" ? location.origin + url : url).replace(/\/$/, "");
    this.#place = "realtime-push " + JSON.stringify([this.#base, name ?? key, flags]);
    this.#name = this.#place + JSON.stringify(user);
    const named = name ?? typeof key !== "function"; // else it cannot be told whose flags these are
    all.webSocket ??= typeof WebSocket === "function" ? (...where) => new WebSocket(...where) : undefined;
    all.fetch ??= (...what) => fetch(...what);
    try {
      if (named) this.#storage = all.storage === undefined ? globalThis.localStorage : all.storage;
    } catch {} // the browser forbids it
    this.#transports = all.transports.filter((name) => name !== "websocket" || all.webSocket);
    this.#shares = named && all.share && typeof document === "object" && navigator.locks && globalThis.BroadcastChannel;
  }

  // --- What the app reads -----------------------------------------------------------------------------------------

  get flags() { return this.#flags; }
  get position() { return this.#position; }
  get status() { return this.#status; }

  get(key, fallback) {
    return this.#flags.has(key) ? this.#flags.get(key) : fallback;
  }

  watch(key, listener) {
    const watcher = listener ? { key, listener } : { all: key };
    this.#watchers.add(watcher);
    if (this.#position) this.#tell([watcher]);
    return () => this.#watchers.delete(watcher);
  }

  onStatus(listener) {
    this.#statusListeners.add(listener);
    listener(this.#status);
    return () => this.#statusListeners.delete(listener);
  }

  ready(wait = 5000) {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#statusListeners.delete(look);
        resolve(this.#loaded);
      };
      const look = ({ state }) => (this.#loaded || state === "closed") && done();
      const timer = setTimeout(done, wait);
      this.#statusListeners.add(look);
      look(this.#status);
    });
  }

  request(method, payload, timeout = this.#options.requestTimeout) {
    return new Promise((resolve, reject) => {
      const id = Math.random().toString(36).slice(2), call = { type: "request", id, method, payload };
      const answer = ({ payload: result, error }) => {
        clearTimeout(timer);
        this.#calls.delete(id);
        error ? reject(Object.assign(new Error(error.message), { code: error.code })) : resolve(result);
      };
      const fail = (code, message) => answer({ error: { code, message } });
      const timer = setTimeout(() => fail("request_timeout", `no answer within ${timeout} ms`), timeout);
      if (this.#leads && this.#connection?.send?.(call)) return this.#calls.set(id, answer);
      this.#post(call).then(answer, ({ problem = "disconnected", reason, message }) => fail(problem, reason ?? message));
    });
  }

  on(method, listener) {
    const listeners = this.#methods.get(method) ?? new Set();
    this.#methods.set(method, listeners.add(listener));
    if (listeners.size === 1) this.#register(method);
    return () => {
      if (listeners.delete(listener) && !listeners.size && this.#methods.delete(method) && !this.#channel) {
        this.#connection?.send?.({ type: "unregister", method });
      }
    };
  }

  // --- Start, sleep, end ------------------------------------------------------------------------------------------

  start() {
    if (this.#status.state !== "closed") return this;
    if (!this.#position) this.#load();
    this.#listen();
    this.#resume();
    return this;
  }

  stop() {
    this.#suspend("closed");
  }

  check() {
    const { state } = this.#status, now = Date.now();
    if (!this.#awake) return;
    if (!this.#leads) this.#ask(true);
    else if (state === "interrupted") this.#retry(Math.max(this.#notBefore - now, Math.random() * this.#options.minBackOff));
    else if (state === "live" && now - this.#heardAt > 1.2 * this.#heartbeat) this.#end({ reason: "asleep", delay: 0 });
    else if (state === "live" && this.#connection.send?.({ type: "ping", t: now })) this.#expect(this.#options.answerTimeout);
  }

  #listen() {
    const offline = () => this.#leads && this.#end({ reason: "offline", heard: true });
    const online = () => { // what failed without a network, or in another one, may work in this one
      const { state, transport } = this.#status;
      this.#blocked = {};
      if (state !== "live" || transport !== this.#transports[0]) offline(); // until now
      this.check();
    };
    this.#options.listen?.(this, offline, online);
    if (typeof document !== "object" || this.#events) return;
    const { signal } = this.#events = new AbortController();
    const on = (target, type, call) => target.addEventListener(type, call, { signal });
    on(window, "online", online);
    on(window, "offline", offline);
    on(window, "pageshow", () => this.#resume());
    on(window, "pagehide", () => this.#suspend("interrupted", { reason: "page hidden" }));
    on(document, "resume", () => this.#resume());
    on(document, "freeze", () => this.#suspend("interrupted", { reason: "page frozen" }));
    on(document, "visibilitychange", () => document.visibilityState === "visible" && this.check());
  }

  #resume() {
    if (this.#awake) return;
    this.#awake = true;
    this.#leads = !this.#shares;
    if (this.#shares) {
      this.#channel = new BroadcastChannel(this.#name);
      this.#channel.onmessage = ({ data }) => this.#hear(data);
      this.#compete();
    }
    this.#connect();
  }

  #suspend(state, why) {
    if (this.#awake && this.#leads) this.#save();
    this.#awake = false;
    this.#disconnect();
    this.#bid?.abort();
    this.#channel?.close();
    this.#channel = undefined;
    if (state === "closed") this.#events = this.#events?.abort(); // which answers undefined
    this.#setStatus(state, why);
  }

  // --- One connection for all tabs --------------------------------------------------------------------------------

  /** Who holds the lock leads. Aborting a bid withdraws it, or gives the lock back. */
  #compete(steal) {
    const { signal } = this.#bid = new AbortController();
    navigator.locks.request(this.#name, steal ? { steal } : { signal }, () => signal.aborted || new Promise((release) => {
      signal.onabort = release;
      this.#leads = true;
      this.#connect();
    })).catch(() => {
      if (signal.aborted) return;
      this.#shares &&= this.#leads; // there are no locks for this page
      this.#leads = !this.#shares; // or another tab has taken it, because it had no answer from here
      if (this.#shares) this.#compete();
      this.#connect();
    });
  }

  #hear(data) {
    if (this.#leads) {
      if (data.type === "hello") {
        if (this.#position && data.position !== this.#at()) this.#tellTabs(this.#snapshot());
        this.#tellTabs({ status: this.#status });
        if (data.wake) this.check();
      } else if (data.type === "register") this.#connection?.send?.(data);
    } else if (!this.#connection) return;
    else if (typeof data === "string") this.#receive(data);
    else if (data.status) {
      this.#expect(2.5 * this.#heartbeat);
      if (data.status.state === "live" && this.#status.state !== "live") this.#ask(); // now it knows best
      this.#setStatus(data.status.state, { ...data.status, shared: true });
    }
  }

  #tellTabs(data) {
    if (this.#leads) this.#channel?.postMessage(data);
  }

  #ask(wake) {
    this.#connection?.send({ type: "hello", position: this.#at(), wake });
    this.#expect(this.#options.answerTimeout);
    this.#asked = true;
  }

  #silence() {
    if (this.#leads) return this.#end({ reason: "silence" });
    if (!this.#asked) return this.#ask();
    this.#bid.abort();
    this.#compete(true);
  }

  // --- The connection ---------------------------------------------------------------------------------------------

  async #connect() {
    this.#disconnect();
    const connection = this.#connection = { heard: true }, { heartbeat, connectTimeout } = this.#options;
    const whileConnected = (call) => (argument) => { if (connection === this.#connection) call(argument); };
    const end = whileConnected((why) => this.#end(why));
    this.#heartbeat = heartbeat ?? 25_000;
    if (!this.#leads) {
      connection.send = (message) => this.#channel.postMessage(message);
      this.#setStatus("connecting", { shared: true });
      this.#methods.forEach((_, method) => this.#register(method));
      return this.#ask();
    }
    const transport = connection.transport = this.#nextTransport();
    this.#setStatus("connecting", { transport });
    this.#expect(connectTimeout);
    try {
      const token = await this.#credential();
      if (connection !== this.#connection) return;
      connection.heard = false; // from here on it is the transport that is to blame
      this.#expect(connectTimeout);
      Object.assign(connection, TRANSPORTS[transport]({
        base: this.#base, options: this.#options, token, position: () => this.#at(), wait: this.#heartbeat, end,
        message: whileConnected((text) => this.#receive(text)),
      }));
    } catch (error) {
      end({ reason: `${error}` });
    }
  }

  #disconnect() {
    const connection = this.#connection;
    this.#connection = this.#liveSince = undefined;
    Object.entries(this.#timers).forEach(([name, timer]) => name === "save" || clearTimeout(timer));
    connection?.close?.();
    this.#calls.forEach((answer) => answer({ error: { code: "disconnected", message: "the connection was lost" } }));
  }

  /** `heard`: it was the server that ended it. `delay`: come back then; the server has spread it. */
  #end({ code, reason, retry = !FINAL.includes(code), retryAfter = 0, delay, heard = code >= 4000 }) {
    if (!this.#connection) return;
    const { key, stableAfter, minBackOff, maxBackOff } = this.#options, { transport, heard: before } = this.#connection;
    const lived = Date.now() - this.#liveSince; // NaN if it was not live
    if (code === 4402) {
      this.#token = undefined;
      retry = typeof key === "function";
      if (lived >= 0) delay = 0;
    }
    if (!retry) {
      console.error("flags:", code, reason);
      return this.#suspend("closed", { code, reason });
    }
    if (!heard && !before) {
      this.#failed.push(transport);
      if (this.#queue.length) return this.#connect();
      this.#blocked = {}; // nothing works: all are as good again
    }
    this.#queue = [];
    if (lived > stableAfter) this.#attempts = 0;
    this.#notBefore = Date.now() + (delay ?? retryAfter);
    delay ??= Math.max(retryAfter, Math.random() * Math.min(maxBackOff, minBackOff * 2 ** this.#attempts++));
    this.#disconnect();
    this.#retry(delay);
    this.#setStatus("interrupted", { transport, code, reason, delay });
  }

  #retry(delay) {
    this.#after("retry", delay, () => this.#connect());
  }

  #nextTransport() {
    if (!this.#queue.length) {
      const usable = this.#transports.filter((name) => !(this.#blocked[name]?.until > Date.now()));
      this.#queue = usable.length ? usable : [...this.#transports];
      this.#failed = [];
    }
    return this.#queue.shift();
  }

  /** Something came over a transport: those that were tried before it are blocked, for longer and longer. */
  #works({ transport }) {
    const now = Date.now();
    for (const name of this.#failed) {
      const wait = Math.min(HOUR, 2 * this.#blocked[name]?.wait || this.#options.retryTransportAfter);
      this.#blocked[name] = { wait, until: now + wait };
    }
    this.#failed = this.#queue = [];
    delete this.#blocked[transport];
    const better = this.#transports.slice(0, this.#transports.indexOf(transport)).map((name) => this.#blocked[name]?.until ?? now);
    if (!better.length) return;
    this.#after("better", Math.min(...better) - now + 10, () => this.#end({ reason: "a better transport", delay: 0 }));
  }

  // --- What comes over it -----------------------------------------------------------------------------------------

  #receive(text) {
    const connection = this.#connection;
    try {
      const message = this.#options.parse(text);
      this.#heardAt = Date.now();
      this.#heartbeat = message.heartbeat ?? this.#heartbeat;
      if (!connection.heard) {
        connection.heard = true;
        this.#works(connection);
      }
      this.#expect(2.5 * this.#heartbeat);
      this.#run([this.#options.onMessage], (listener) => listener?.(message));
      if (SHARED.includes(message.type)) this.#tellTabs(text); // before a status that says that it is there
      this.#take(message);
    } catch (error) {
      if (connection === this.#connection) this.#end({ reason: `unreadable message: ${error.message}` });
    }
  }

  #take(message) {
    const { type, epoch, version, reason } = message, mine = this.#position;
    const same = mine && epoch === mine.epoch, known = same && version <= mine.version;
    if (type === "welcome") {
      this.#methods.forEach((_, method) => this.#register(method));
      this.#renewInTime();
      if (message.resumed) this.#live();
    } else if (type === "snapshot") {
      if (same && version < mine.version && message.reset !== true) return;
      this.#apply(new Map(Object.entries(message.flags)), message);
    } else if (type === "delta" && !known) {
      if (!same || message.from !== mine.version) return this.#resync(); // a gap
      const flags = new Map([...this.#flags, ...Object.entries(message.set)]);
      message.removed.forEach((key) => flags.delete(key));
      this.#apply(flags, message);
    } else if (type === "heartbeat") {
      if (known) this.#live();
      else this.#after("resync", Math.random() * 1000, () => this.#resync()); // not all clients in the same moment
    } else if (type === "goaway" && this.#leads) {
      this.#end({ reason, delay: message.retryAfter, code: reason === "token_expired" ? 4402 : undefined });
    } else if (type === "closed" && this.#leads) this.#end(message);
    else if (type === "response") this.#calls.get(message.id)?.(message);
    else if (type === "notification") {
      this.#run([...this.#methods.get(message.method) ?? []], (listener) => listener(message.payload));
    }
  }

  #apply(flags, message) {
    const { epoch, version } = message;
    this.#flags = flags;
    this.#position = { epoch, version };
    clearTimeout(this.#timers.resync);
    this.#live();
    this.#tell(this.#watchers, message);
    if (this.#leads && this.#connection) this.#timers.save ??= setTimeout(() => this.#save(), SAVE_INTERVAL);
  }

  #resync() {
    const { send } = this.#connection;
    if (!this.#leads) this.#ask();
    else if (!send?.({ type: "resync", position: this.#at() })) this.#end({ reason: "gap" }); // connecting carries the position
  }

  #live() {
    if (!this.#leads) return; // the tab that leads knows
    this.#liveSince ??= Date.now();
    if (this.#status.state !== "live") this.#setStatus("live", { transport: this.#connection.transport });
  }

  /** Tell watchers what has changed for them; one that fails holds up nobody. */
  #tell(watchers, message) {
    this.#run([...watchers], (watcher) => {
      if (watcher.all) return watcher.all(this.#flags, message);
      const value = this.#flags.get(watcher.key), json = JSON.stringify(value), former = watcher.value;
      if (json === watcher.json) return;
      Object.assign(watcher, { value, json });
      watcher.listener(value, former);
    });
  }

  #run(listeners, call) {
    for (const listener of listeners) {
      try {
        call(listener);
      } catch (error) {
        console.error(error);
      }
    }
  }

  // --- Credentials and calls --------------------------------------------------------------------------------------

  async #credential() {
    const { key } = this.#options;
    if (typeof key !== "function") return key;
    if (!(this.#token?.until > Date.now())) {
      const given = await key();
      this.#token = { text: given.token ?? given, until: Date.now() + (0.9 * given.expiresIn || Infinity) };
    }
    return this.#token.text;
  }

  #renewInTime() {
    if (!(this.#token?.until < Infinity)) return;
    this.#after("renew", this.#token.until - Date.now(), async () => {
      const connection = this.#connection, token = await this.#credential().catch(() => {});
      if (token && connection === this.#connection && connection.send?.({ type: "auth", token })) this.#renewInTime();
    });
  }

  async #post(call, retry = typeof this.#options.key === "function") {
    const headers = { Authorization: `Bearer ${await this.#credential()}`, "Content-Type": "application/json" };
    const response = await this.#options.fetch(`${this.#base}/request`, { method: "POST", headers, body: JSON.stringify(call) });
    if (response.ok) return this.#options.parse(await response.text());
    const why = await refusal(response);
    if (!retry || why.code !== 4402) throw why;
    this.#token = undefined; // with another one it is safe to try again, since a refused login has done nothing
    return this.#post(call, false);
  }

  #register(method) {
    this.#connection?.send?.({ type: "register", method });
  }

  // --- The last flags, timers, status -----------------------------------------------------------------------------

  #load() {
    try {
      const { name, epoch, version, flags } = this.#options.parse(this.#storage.getItem(this.#place));
      if (name !== this.#name || !/^[\w.-]{1,17}$/.test(epoch) || !Number.isSafeInteger(version) || version < 0) return;
      this.#flags = new Map(Object.entries(flags));
      this.#position = { epoch, version };
      this.#tell(this.#watchers);
    } catch {} // there are none, or they are damaged
  }

  #save() {
    clearTimeout(this.#timers.save);
    this.#timers.save = undefined;
    try {
      if (this.#position) this.#storage?.setItem(this.#place, this.#snapshot());
    } catch {} // no storage, or no room in it
  }

  /** What tabs are told and what is kept. Before this tab is live, those who are ahead of it may be right. */
  #snapshot() {
    const { state } = this.#status, flags = Object.fromEntries(this.#flags);
    return JSON.stringify({ type: "snapshot", reset: state === "live", ...this.#position, flags, name: this.#name });
  }

  #at() {
    return this.#position && `${this.#position.epoch}:${this.#position.version}`;
  }

  #expect(within) {
    this.#asked = false;
    this.#after("silence", within, () => this.#silence());
  }

  #after(name, delay, call) {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = setTimeout(call, Math.min(delay, LONGEST_TIMER));
  }

  #setStatus(state, detail) {
    this.#status = { ...detail, state };
    this.#loaded ||= state === "live";
    if (state !== "closed") this.#tellTabs({ status: this.#status });
    this.#run([...this.#statusListeners], (listener) => listener(this.#status));
  }
}

// A transport opens a connection: `message` is told each text that comes over it, `end` once why it is over.
const TRANSPORTS = {
  "websocket"({ base, options, token, position, message, end }) {
    const { flags, user, heartbeat } = options;
    const socket = options.webSocket(base.replace("http", "ws") + "/ws", "realtime-push.v1");
    const send = (data) => socket.readyState === 1 && (socket.send(JSON.stringify(data)), true);
    socket.onopen = () => send({ type: "hello", key: token, position: position(), flags, user, heartbeat, client: { sdk: "js/0.1.0" } });
    socket.onmessage = ({ data }) => message(data);
    socket.onerror = () => {};
    socket.onclose = ({ code, reason }) => end({ code, reason });
    return { send, close: () => socket.close() };
  },

  "sse"(connection) {
    return exchange(connection, async (get) => {
      const response = await get("sse");
      const reader = response.body.getReader(), decoder = new TextDecoder();
      let rest = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        const lines = decoder.decode(value, { stream: true }).split("\n");
        lines[0] = rest + lines[0];
        rest = lines.pop();
        lines.forEach((line) => line.startsWith("data:") && connection.message(line.slice(5)));
      }
    });
  },

  "long-poll"(connection) {
    return exchange(connection, async (get, signal) => {
      for (let wait = 0, session; !signal.aborted; wait = connection.wait) { // the first is answered at once
        const response = await get("poll", [["wait", wait]], session && { "Realtime-Push-Session": session });
        session = response.headers.get("Realtime-Push-Session") ?? session; // sent back, it keeps all polls one session
        connection.message(await response.text());
      }
    });
  },
};

/** A connection that consists of requests. */
function exchange({ base, options, token, position, end }, run) {
  const { flags = [], user, heartbeat } = options, abort = newAbort(), { signal } = abort;
  const get = async (endpoint, more = [], headers) => {
    const query = [["position", position()], ["heartbeat", heartbeat], ["user", base64(user)], ...more,
      ...flags.map((flag) => ["flags", flag])].filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
    const response = await options.fetch(`${base}/${endpoint}?${query}`,
      { headers: { Authorization: `Bearer ${token}`, ...headers }, cache: "no-store", signal });
    if (!response.ok) throw await refusal(response);
    return response;
  };
  run(get, signal).then(() => end({}), (why) => end(why.reason ? why : { reason: `${why}` }));
  return { close: () => abort.abort() };
}

/** Mini programs have no AbortController. */
function newAbort() {
  const signal = {};
  return typeof AbortController === "function" ? new AbortController()
    : { signal, abort() { signal.aborted = true; signal.onabort?.(); } };
}

async function refusal(response) {
  const { status, headers } = response, { code, detail, retry } = await response.json().catch(() => {}) ?? {};
  const retryAfter = 1000 * headers.get("Retry-After") || 0;
  return {
    code: code === "token_expired" ? 4402 : status === 402 ? undefined : 4000 + status, // Payment Required is no code of ours
    problem: code, reason: detail ?? code ?? `status ${status}`, retryAfter,
    retry: retry !== false, // which only the server says
    heard: retry === true || retryAfter, // else it may be a proxy that refuses this transport
  };
}

function base64(user) {
  return typeof user !== "object" ? user : btoa(encodeURIComponent(JSON.stringify(user))
    .replace(/%(..)/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))));
}
