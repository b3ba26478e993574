// Prints what the server SDK makes of its toggles, as one line of JSON whenever that changes. It pulls when it is told to:
// its own interval is an hour.
const { FeatureProbe, FPUser } = require("featureprobe-server-sdk-node");

const [, , url, key] = process.argv;
const client = new FeatureProbe({ remoteUrl: url, serverSdkKey: key, refreshInterval: 3600000 });
const anna = new FPUser("u-1").with("city", "Oslo");
const ben = new FPUser("u-2").with("city", "Rome");
let last = "";

async function main() {
  await client.start(20000);
  setInterval(() => {
    const now = JSON.stringify({
      anna: client.booleanValue("checkout", anna, false),
      ben: client.booleanValue("checkout", ben, false),
      theme: client.stringValue("ui.theme", anna, "none"),
    });
    if (now !== last) {
      last = now;
      console.log(now);
    }
  }, 50);
}

main();
