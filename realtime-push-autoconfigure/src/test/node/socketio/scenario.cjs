// What a client does to be sure that the server speaks its language. Exits with 0 if all
// of it went well; says how far it has come.
"use strict";

const assert = require("node:assert");

function once(emitter, event) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no '${event}' came`)), 15000);
    emitter.once(event, (...args) => {
      clearTimeout(timer);
      resolve(args);
    });
  });
}

// Older clients have no emitWithAck
function emitWithAck(socket, event, ...args) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer to '${event}'`)), 15000);
    socket.emit(event, ...args, (...answer) => {
      clearTimeout(timer);
      resolve(answer);
    });
  });
}

function bytes(data) {
  return [...(ArrayBuffer.isView(data) ? data : new Uint8Array(data))];
}

function done(what) {
  console.log(`done: ${what}`);
}

async function run({ connect, transport, waitForUpgrade, binary }) {
  const socket = connect("/", { token: "123" });
  const authed = once(socket, "auth");
  await once(socket, "connect");
  assert.deepStrictEqual((await authed)[0], { token: "123" });
  done("connect");

  if (waitForUpgrade) {
    // Events go on while the connection changes
    const answers = [];
    for (let i = 0; i < 200; i++) {
      answers.push(emitWithAck(socket, "message-with-ack", i));
      if (i % 20 === 0) {
        await answers[i];
      }
    }
    const all = await Promise.all(answers);
    all.forEach((answer, i) => assert.deepStrictEqual(answer, [i]));
    while (socket.io.engine.transport.name !== "websocket") {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  assert.strictEqual(socket.io.engine.transport.name, transport);
  done("transport");

  const echoed = once(socket, "message-back");
  socket.emit("message", 1, "2", { 3: [true, null, "\u20ac \u001e \u2028"] });
  assert.deepStrictEqual(await echoed, [1, "2", { 3: [true, null, "\u20ac \u001e \u2028"] }]);
  done("event");

  assert.deepStrictEqual(await emitWithAck(socket, "message-with-ack", "a", { b: 1 }), ["a", { b: 1 }]);
  done("ack");

  if (binary) {
    const [answer] = await emitWithAck(socket, "message-with-ack", { deep: [Buffer.from([1, 2, 3])] });
    assert.deepStrictEqual(bytes(answer.deep[0]), [1, 2, 3]);
    const large = Buffer.alloc(600000, 7);
    const [back] = await emitWithAck(socket, "message-with-ack", large);
    assert.deepStrictEqual(bytes(back), bytes(large));
    done("binary");
  }

  socket.once("ask", (question, answer) => answer("yes", question));
  const told = once(socket, "told");
  socket.emit("ask-me", { q: 1 });
  assert.deepStrictEqual(await told, ["yes", { q: 1 }]);
  done("ack of the client");

  const other = connect("/custom");
  await once(other, "auth");
  assert.deepStrictEqual(await emitWithAck(other, "join", "room"), ["joined"]);
  assert.deepStrictEqual(await emitWithAck(socket, "join", "room"), ["joined"]);
  const said = once(other, "said");
  let wrong = false;
  socket.once("said", () => (wrong = true));
  await emitWithAck(other, "say", "room", "hello");
  assert.deepStrictEqual(await said, ["hello"]);
  await emitWithAck(socket, "who");
  assert.strictEqual(wrong, false);
  done("rooms of a namespace");

  const unknown = connect("/random");
  const [refusal] = await once(unknown, "connect_error");
  assert.strictEqual(refusal.message, "Invalid namespace");
  const refused = connect("/private", { token: "guess" });
  const [reason] = await once(refused, "connect_error");
  assert.strictEqual(reason.message, "not authorized");
  assert.deepStrictEqual(reason.data, ["try", "again"]);
  done("refusals");

  const early = connect("/slow");
  assert.deepStrictEqual(await emitWithAck(early, "who"), ["decided", "/slow"]);
  done("slow middleware");

  const left = once(other, "disconnect");
  other.emit("leave-me");
  assert.strictEqual((await left)[0], "io server disconnect");
  const away = once(socket, "disconnect");
  socket.disconnect();
  assert.strictEqual((await away)[0], "io client disconnect");
  done("disconnect");
  process.exit(0);
}

module.exports = (options) =>
  run(options).catch((failure) => {
    console.error(failure);
    process.exit(1);
  });
