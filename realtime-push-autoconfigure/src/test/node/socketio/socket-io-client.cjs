// The newest client of Node: node socket-io-client.cjs <url> polling|websocket|upgrade
"use strict";

const { Manager } = require("socket.io-client");
const scenario = require("./scenario.cjs");

const [url, mode] = process.argv.slice(2);
const manager = new Manager(url, {
  transports: mode === "upgrade" ? ["polling", "websocket"] : [mode],
  reconnection: false,
});

scenario({
  connect: (namespace, auth) => manager.socket(namespace, { auth }),
  transport: mode === "upgrade" ? "websocket" : mode,
  waitForUpgrade: mode === "upgrade",
  binary: true,
});
