// Prints what the browser SDK has for one user, as one line of JSON whenever that changes. It pulls when it is told to:
// its own interval is an hour.
const stored = new Map();
globalThis.window = globalThis;
globalThis.self = globalThis;
globalThis.document = undefined;
globalThis.localStorage = {
  getItem: (name) => stored.get(name) ?? null,
  setItem: (name, value) => stored.set(name, value),
};
const { FeatureProbe, FPUser } = require("featureprobe-client-sdk-js");

const [, , url, key, city] = process.argv;
const client = new FeatureProbe({
  remoteUrl: url,
  clientSdkKey: key,
  user: new FPUser("u-1").with("city", city),
  refreshInterval: 3600000,
  enableAutoReporting: false,
});
let last = "";

function print() {
  const now = JSON.stringify({
    checkout: client.boolValue("checkout", false),
    theme: client.stringValue("ui.theme", "none"),
    secret: client.stringValue("secret", "none"),
  });
  if (now !== last) {
    last = now;
    console.log(now);
  }
}

client.on("ready", print);
client.on("update", print);
client.start();
