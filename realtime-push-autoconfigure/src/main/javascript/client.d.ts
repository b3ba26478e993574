/** A value of JSON. */
export type FlagValue = null | boolean | number | string | FlagValue[] | { [name: string]: FlagValue };

/** A credential with the time that it lasts, as `POST {base}/token` answers it. */
export interface AccessToken {
  token: string;
  /** In milliseconds. It is renewed when nine tenths of them are over. */
  expiresIn?: number;
}

export type TransportName = "websocket" | "sse" | "long-poll";

/** Where the flags stand. */
export interface Position {
  readonly epoch: string;
  readonly version: number;
}

/**
 * How the connection is:
 * - `connecting`: one is being opened
 * - `live`: the flags are current
 * - `interrupted`: they stay as they are; a reconnect is due, or the page is left or frozen
 * - `closed`: not started, stopped, or refused by the server for good
 */
export interface Status {
  readonly state: "connecting" | "live" | "interrupted" | "closed";
  readonly transport?: TransportName;
  /** Whether the connection is that of another tab. */
  readonly shared?: boolean;
  /** The code of the end: a close code of the protocol, or 4000 and an HTTP status. */
  readonly code?: number;
  /** Why the last connection ended. */
  readonly reason?: string;
  /** Time to the next attempt, in milliseconds. */
  readonly delay?: number;
}

/** A message of the server; see the protocol. */
export interface Message {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** What a platform without WebSocket has instead. */
export interface Socket {
  /** 1 while it is open. */
  readonly readyState: number;
  onopen: ((event: any) => void) | null;
  /** The event has the text as `data`. */
  onmessage: ((event: any) => void) | null;
  onerror: ((event: any) => void) | null;
  /** The event has `code` and `reason`, if they are known. */
  onclose: ((event: any) => void) | null;
  send(text: string): void;
  close(): void;
}

/** As much of an answer over HTTP as is needed; without `body` there are no server-sent events. */
export interface HttpResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body?: any;
  text(): Promise<string>;
  json(): Promise<any>;
}

/** What the client needs of its surroundings; browsers and Node have all of it. */
export interface Platform {
  /** Opens a socket. The platform's own by default; where there is none, WebSocket is not tried. */
  webSocket?(url: string, protocol: string): Socket;
  fetch?(url: string, init: any): Promise<HttpResponse>;
  /**
   * Where the last flags are kept, those of one user at a time: `localStorage` by default where there is one, nowhere
   * if `null`.
   */
  storage?: { getItem(name: string): string | null; setItem(name: string, value: string): void } | null;
  /**
   * Called at the start, to tell the client of signs that the connection may be lost or possible again: when the
   * platform says that the network is gone, or is there again.
   */
  listen?(client: PushClient, offline: () => void, online: () => void): void;
}

/** All times are in milliseconds. */
export interface Options extends Platform {
  /**
   * A client SDK key, or a function that answers an access token; it is called before a connection when there is no
   * token, or when the former one has ended.
   */
  key: string | (() => string | AccessToken | Promise<string | AccessToken>);
  /** Base URL of the endpoints. A path, `/realtime` by default, is one of the page's own origin. */
  url?: string;
  /**
   * What the connection and the last flags are shared under, besides the URL and the filter: the key by default. If the
   * key is a function, nothing is shared or kept without a name; it must be another one for each user.
   */
  name?: string;
  /** The flags that are wanted: keys or patterns with `*`. All by default. */
  flags?: string[];
  /** Whom toggles are evaluated for: an object, or the Base64 of its JSON. */
  user?: string | { key: string; attrs?: Record<string, string> };
  /** Those that are used, the best first; all three by default. */
  transports?: TransportName[];
  /** Whether all tabs share one connection; true by default. */
  share?: boolean;
  /** Longest silence on the connection, 5000 to 300000; the server decides by default. */
  heartbeat?: number;
  /** Limit of the first random delay before a reconnect, 500 by default; it doubles. */
  minBackOff?: number;
  /** Limit of all those delays, 30000 by default. */
  maxBackOff?: number;
  /** Life of a connection after which the delays begin anew, 60000 by default. */
  stableAfter?: number;
  /** Time within which a connection must bring its first message, 10000 by default. */
  connectTimeout?: number;
  /** Time until a better transport is tried again, 60000 by default; it doubles up to an hour. */
  retryTransportAfter?: number;
  /** Time within which a request must be answered, 30000 by default. */
  requestTimeout?: number;
  /** Time within which a connection that is checked, or the tab that leads, must answer, 5000 by default. */
  answerTimeout?: number;
  /**
   * Reads JSON; `JSON.parse` by default. What it answers must survive `JSON.stringify`, by which values are compared,
   * told to other tabs and kept: values of `JSON.rawJSON` do, those of BigInt do not.
   */
  parse?(text: string): any;
  /** Called with each message of the server. */
  onMessage?(message: Message): void;
}

/** An error of `request`: a code of the protocol, `request_timeout` or `disconnected`. */
export interface RequestError extends Error {
  readonly code: string;
}

export class PushClient {
  constructor(options: Options);
  /** All flags; the map is replaced when they change, never modified. */
  readonly flags: ReadonlyMap<string, FlagValue>;
  /** The position of `flags`, or `undefined` while there are none. */
  readonly position: Position | undefined;
  readonly status: Status;
  /** The value of a flag, or the fallback if it does not exist; `null` is a value. */
  get<T = FlagValue>(key: string, fallback: T): T;
  get<T = FlagValue>(key: string): T | undefined;
  /**
   * Hear of the values of a flag: of the present one at once if there is any, then of each other one. `undefined` is
   * that of a flag that does not exist. Answers a function that ends it.
   */
  watch<T = FlagValue>(key: string, listener: (value: T | undefined, former: T | undefined) => void): () => void;
  /** Hear of each update of the flags; `message` is what brought it, if any. */
  watch(listener: (flags: ReadonlyMap<string, FlagValue>, message: Message | undefined) => void): () => void;
  /** Hear of the status, of the present one at once. Answers a function that ends it. */
  onStatus(listener: (status: Status) => void): () => void;
  /**
   * Wait for the flags of the server, at most `wait` ms (5000). Answers whether they have come; if not, there may be
   * those of the last visit. Never fails.
   */
  ready(wait?: number): Promise<boolean>;
  /**
   * Ask the server app. Fails with a `RequestError`; one with the code `disconnected` or `request_timeout` may have
   * been carried out.
   */
  request<T = FlagValue>(method: string, payload?: unknown, timeout?: number): Promise<T>;
  /** Hear of notifications, which come over WebSocket only. Answers a function that ends it. */
  on<T = FlagValue>(method: string, listener: (payload: T) => void): () => void;
  start(): this;
  /** Leave the server; no timer and no socket is left. */
  stop(): void;
  /** Find out whether the connection still works, and come back now if a reconnect is due. */
  check(): void;
}

/** Create a client and start it. */
export function connect(options: Options): PushClient;
