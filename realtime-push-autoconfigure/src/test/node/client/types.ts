// Compiled, never run: what an app may write, and what it may not.
import { connect, PushClient, type RequestError, type Status } from "../../src/main/javascript/client.js";
import { wechat } from "../../src/main/javascript/wx.js";

const flags: PushClient = connect({
  url: "https://push.example.com/realtime", key: "sdk-client-shop", flags: ["ui.*"], user: { key: "u-42", attrs: { city: "Oslo" } },
  transports: ["websocket", "sse"], heartbeat: 10_000,
});

export const loaded: boolean = await flags.ready();
export const banner: string = flags.get("ui.banner", "none");
export const limit: number | undefined = flags.get<number>("limit");
export const version: number | undefined = flags.position?.version;
export const size: number = flags.flags.size;

const stop: () => void = flags.watch<string>("ui.banner", (value, former) => [value?.length, former?.length]);
flags.watch((all, message) => [all.get("a"), message?.type]);
flags.onStatus(({ state, transport, delay }: Status) => [state === "live", transport === "sse", delay]);
flags.on<{ article: string }>("sold-out", ({ article }) => article.length);
stop();

try {
  const left: number = await flags.request<number>("stock", { article: "b" }, 1000);
  left.toFixed();
} catch (error) {
  (error as RequestError).code.length;
}

connect({ key: async () => "token" });
connect({ key: () => ({ token: "t", expiresIn: 3_600_000 }), storage: null, share: false });
connect({ key: "k", url: "https://push.example.com/realtime", ...wechat() }).stop();
connect({
  key: "k", webSocket: (address, protocol) => new WebSocket(address, protocol), fetch: (address, init) => fetch(address, init),
  storage: sessionStorage,
});

// @ts-expect-error the key is missing
connect({ url: "/realtime" });
// @ts-expect-error there is no such transport
connect({ key: "k", transports: ["carrier pigeon"] });
// @ts-expect-error flags are not changed here
flags.flags.set("a", 1);
// @ts-expect-error nor is the status
flags.status.state = "live";
// @ts-expect-error the fallback decides on the type
export const wrong: number = flags.get("ui.banner", "none");
