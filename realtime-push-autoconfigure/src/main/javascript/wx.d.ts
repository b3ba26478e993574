import type { Platform, TransportName } from "./client.js";

/** What the push client needs of WeChat mini programs, as options of `connect`. */
export function wechat(platform?: any): Platform & { transports: TransportName[] };
