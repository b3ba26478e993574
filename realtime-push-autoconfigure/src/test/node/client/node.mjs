// A client in Node, of the script that the server serves: node node.mjs <url> <key> [transport]
const [url, key, transport] = process.argv.slice(2);

if (!transport) delete globalThis.WebSocket; // as it is up to Node 20
const script = await (await fetch(`${url}/client.js`)).text();
const { connect } = await import(`data:text/javascript,${encodeURIComponent(script)}`);

const client = connect({ url, key, ...(transport && { transports: [transport] }) });
client.watch((flags, { type }) => console.log(type, JSON.stringify(Object.fromEntries(flags))));
client.onStatus(({ state, transport }) => console.log(state, transport ?? ""));
client.on("sold-out", (article) => console.log("sold out", article));
client.watch("ui.ask", async (number) => {
  const answer = await client.request("double", number).catch((error) => `${error.code}: ${error.message}`);
  console.log("answer", JSON.stringify(answer));
});
client.watch("ui.stop", (stop) => {
  if (stop) client.stop(); // nothing may keep the process from its end
});
console.log("ready", await client.ready());
