// The client of mini programs, whose platform has sockets of its own: node weapp.cjs <url>
"use strict";

const WebSocket = require("ws");

global.window = global;
global.wx = {
  connectSocket({ url, header }) {
    const socket = new WebSocket(url, { headers: header, perMessageDeflate: false });
    socket.binaryType = "arraybuffer";
    return {
      onOpen: (listener) => socket.on("open", () => listener({})),
      onClose: (listener) => socket.on("close", (code, reason) => listener({ code, reason: String(reason) })),
      onError: (listener) => socket.on("error", (error) => listener({ errMsg: error.message })),
      onMessage: (listener) =>
        socket.on("message", (data, isBinary) => listener({ data: isBinary ? data : String(data) })),
      send: ({ data, success, fail }) =>
        socket.send(data, (error) => (error ? fail && fail(error) : success && success({}))),
      close: ({ code, reason } = {}) => socket.close(code, reason),
    };
  },
};

const io = require("weapp.socket.io");
const scenario = require("./scenario.cjs");

const [url] = process.argv.slice(2);
const options = { transports: ["websocket"], reconnection: false };

scenario({
  connect: (namespace, auth) => io(url + namespace, { ...options, auth }),
  transport: "websocket",
  waitForUpgrade: false,
  binary: false,
});
