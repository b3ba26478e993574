// A client in a mini program: what there is of the world is `wx`. node wx.mjs <url> <key> <sources> [blocked]
import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";

const [url, key, sources, blocked] = process.argv.slice(2);
const storage = new Map(), network = [];

const wx = {
  connectSocket({ url: address, protocols }) {
    const socket = blocked ? new EventTarget() : new WebSocket(address, protocols);
    const on = (type, told) => (listener) => socket.addEventListener(type, (event) => listener(told(event)));
    if (blocked) setTimeout(() => socket.dispatchEvent(new Event("error")));
    return {
      onOpen: on("open", () => ({})),
      onMessage: on("message", ({ data }) => ({ data })),
      onError: on("error", () => ({ errMsg: "connectSocket:fail" })),
      onClose: on("close", ({ code, reason }) => ({ code, reason })),
      send: ({ data }) => socket.send(data),
      close: ({ code = 1000 }) => socket.close?.(code),
    };
  },
  request({ url: address, method, header, data, dataType, success, fail }) {
    const abort = new AbortController();
    fetch(address, { method, headers: header, body: data, signal: abort.signal }).then(async (response) => success({
      statusCode: response.status, header: Object.fromEntries(response.headers),
      data: dataType === "json" ? await response.json() : await response.text(),
    })).catch(({ message }) => fail({ errMsg: `request:fail ${message}` }));
    return { abort: () => abort.abort() };
  },
  getStorageSync: (name) => storage.get(name) ?? "",
  setStorageSync: (name, value) => storage.set(name, value),
  onAppShow: () => {},
  onNetworkStatusChange: (listener) => network.push(listener),
};

// Mini programs are bundled, so there are no modules any more
const bundle = ["client.js", "wx.js"].map((file) => readFileSync(`${sources}/${file}`, "utf8").replace(/^export /gm, "")).join("\n");
const world = createContext({ wx, console, setTimeout, clearTimeout });
const start = () => runInContext(`connect({ url: "${url}", key: "${key}", ...wechat() })`, world);
runInContext(bundle, world);

const client = start();
client.watch((flags, { type }) => console.log(type, JSON.stringify(Object.fromEntries(flags))));
client.onStatus(({ state, transport }) => console.log(state, transport ?? ""));
client.watch("ui.ask", async (number) => console.log("answer", await client.request("double", number)));
client.watch("ui.offline", (offline) => {
  if (offline) network.forEach((listener) => listener({ isConnected: false }));
  console.log(client.status.state === "live" ? "still live" : "offline");
  network.forEach((listener) => listener({ isConnected: true }));
});
client.watch("ui.stop", (stop) => {
  if (!stop) return;
  client.stop();
  const next = start();
  console.log("stored", next.get("ui.stop"));
  next.stop();
});
