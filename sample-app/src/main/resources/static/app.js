// The page: the flags on the left, three push clients beside them, the server's handlers below.

import { element, isSeenByBrowsers, milliseconds, parseJson, timeOfDay } from "./dom.js";
import { FlagList, flash } from "./flag-list.js";
import { Pane } from "./pane.js";

const CLIENT_KEY = "sdk-client-sample"; // public, as every client key
const TRANSPORTS = [
  { name: "WebSocket", transport: "websocket", endpoint: "/realtime/ws" },
  { name: "Server-sent events", transport: "sse", endpoint: "/realtime/sse" },
  { name: "Long-poll", transport: "long-poll", endpoint: "/realtime/poll" },
];
const CALLS_INTERVAL = 1000, REQUEST_TIMEOUT = 5000;

const $ = (id) => document.getElementById(id);

// --- The sample's own API ---------------------------------------------------------------------------------------

async function request(path, more) {
  const options = { cache: "no-store", signal: AbortSignal.timeout(REQUEST_TIMEOUT), ...more };
  const [response, text] = await fetch(path, options).then(async (answer) => [answer, await answer.text()])
    .catch(({ name }) => { throw new Error(name === "TimeoutError" ? "the server did not answer in time" : "the server cannot be reached"); });
  if (response.ok) return parseJson(text);
  let problem = {};
  try { problem = JSON.parse(text); } catch { /* the status has to do */ }
  throw new Error(problem.detail ?? problem.title ?? `the server answered ${response.status}`);
}

function showError(line, text) {
  line.textContent = text;
  line.hidden = !text;
}

const flagPath = (key) => `/api/flags/${encodeURIComponent(key)}`;

// --- Flags ------------------------------------------------------------------------------------------------------

const flagList = new FlagList($("browser-flags"), $("server-flags"), { write, remove, refresh });
let shown = { epoch: "", version: -1 }, refreshing, refreshAgain = false;

/** Load the flags; calls that come meanwhile end in one more load. */
function refresh() {
  refreshAgain = true;
  refreshing ??= (async () => {
    while (refreshAgain) {
      refreshAgain = false;
      const { epoch, version, flags } = await request("/api/flags");
      if (epoch === shown.epoch && version < shown.version) continue;
      shown = { epoch, version };
      $("position").textContent = `${epoch}:${version}`;
      flagList.show(flags);
    }
    showError($("flags-error"), "");
  })().catch(({ message }) => showError($("flags-error"), `The flags cannot be loaded: ${message}.`))
    .finally(() => { refreshing = undefined; });
  return refreshing;
}

async function write(key, json, clickedAt) {
  const { epoch, version } = await request(flagPath(key), { method: "PUT", body: json });
  await written({ key, what: json, position: `${epoch}:${version}`, version, clickedAt });
}

async function remove(key, clickedAt) {
  const { epoch, version } = await request(flagPath(key), { method: "DELETE" });
  await written({ key, what: "removed", position: `${epoch}:${version}`, version, clickedAt });
}

// --- From the click to the panes --------------------------------------------------------------------------------

const panes = TRANSPORTS.map((options) => new Pane({ ...options, key: CLIENT_KEY, told: onTold }));
let writes = []; // those that a pane has not heard of yet
let lastWrite;

function written(write) {
  lastWrite = { ...write, times: new Map() };
  if (isSeenByBrowsers(write.key)) writes.push(lastWrite);
  panes.forEach(measure);
  showLastWrite();
  return refresh();
}

function onTold(pane) {
  measure(pane);
  refresh();
}

function measure(pane) {
  for (const write of writes) {
    const at = write.times.has(pane) ? undefined : pane.arrivalOf(write.version, write.clickedAt);
    if (at === undefined) continue;
    write.times.set(pane, at - write.clickedAt);
    pane.addTime(at - write.clickedAt);
    if (write === lastWrite) showLastWrite();
  }
  writes = writes.filter((write) => write.times.size < panes.length);
}

function showLastWrite() {
  const { key, what, position, times } = lastWrite;
  const arrivals = panes.map((pane) => `${pane.name} ${times.has(pane) ? milliseconds(times.get(pane)) : "…"}`).join(" · ");
  $("last-write").replaceChildren(
    element("code", { textContent: key }), " ",
    element("code", { className: "value", textContent: what.length > 80 ? `${what.slice(0, 80)}…` : what, title: what }),
    ` is version ${position}. `,
    element("span", { textContent: isSeenByBrowsers(key) ? arrivals : "Server only: no pane is told." }));
}

// --- Calls of the handlers --------------------------------------------------------------------------------------

let newestCall = "";

async function watchCalls() {
  try {
    showCalls(await request("/api/handler-calls"));
    showServer("live", "running");
  }
  catch (error) {
    showServer("interrupted", "not reachable");
  }
  setTimeout(watchCalls, CALLS_INTERVAL);
}

function showCalls(calls) {
  const newest = calls.length ? `${calls[0].at} ${calls[0].sequence}` : "";
  if (newest === newestCall) return;
  const first = newestCall === "";
  newestCall = newest;
  const known = new Set([...$("calls").children].map((line) => line.dataset.call));
  $("no-calls").hidden = calls.length > 0;
  $("calls").replaceChildren(...calls.map((call) => {
    const id = `${call.at} ${call.sequence}`;
    const line = element("li", { "data-call": id },
      element("time", { dateTime: call.at, textContent: timeOfDay(new Date(call.at)) }),
      element("code", { className: "method", textContent: call.method }),
      element("span", { className: "what", textContent: call.detail, title: call.detail }),
      element("span", { className: "position", textContent: call.position }));
    if (!first && !known.has(id)) flash(line);
    return line;
  }));
  refresh(); // somebody may have changed a flag that the panes do not see
}

function showServer(state, text) {
  const server = $("server");
  if (server.textContent === text) return;
  const back = server.dataset.state === "interrupted";
  server.dataset.state = state;
  server.textContent = text;
  if (state === "live" && back) refresh();
}

// --- Adding a flag ----------------------------------------------------------------------------------------------

const add = $("add"), VALUES = { boolean: "true", number: "1", string: "", json: "{}" };

add.elements.type.addEventListener("change", () => { add.elements.value.value = VALUES[add.elements.type.value]; });

add.addEventListener("submit", async (event) => {
  event.preventDefault();
  const error = add.querySelector(".error"), { key, type, value } = add.elements;
  try {
    if (!key.value.trim()) throw new Error("a flag needs a key, for instance ui.new-flag");
    if (Object.hasOwn((await request("/api/flags")).flags, key.value.trim())) throw new Error("this flag exists already");
    if (type.value === "boolean" && !/^(true|false)$/.test(value.value)) throw new Error("a switch is true or false");
    if (type.value === "number" && !/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value.value)) throw new Error("not a number");
    await write(key.value.trim(), (type.value === "string") ? JSON.stringify(value.value) : value.value, event.timeStamp);
    showError(error, "");
    add.reset();
    key.focus();
  }
  catch ({ message }) {
    showError(error, message);
  }
});

// --- Theme, copy ------------------------------------------------------------------------------------------------

const THEMES = ["auto", "light", "dark"];

function rememberedTheme() {
  try { return localStorage.getItem("theme"); } catch { return undefined; }
}

function showTheme(theme) {
  document.documentElement.dataset.theme = theme;
  $("theme").textContent = `Theme: ${theme}`;
}

$("theme").addEventListener("click", () => {
  const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length];
  try { localStorage.setItem("theme", next); } catch { /* the browser forbids it, so it lasts as long as the page */ }
  showTheme(next);
});

$("curl").textContent = `curl -X PUT ${location.origin}/api/flags/ui.banner.text -d '"Changed by curl"'`;

$("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText($("curl").textContent);
    $("copy").textContent = "Copied";
  }
  catch { // forbidden, or a page without TLS from another machine
    getSelection().selectAllChildren($("curl"));
    $("copy").textContent = "Selected";
  }
  setTimeout(() => { $("copy").textContent = "Copy"; }, 1500);
});

showTheme(THEMES.includes(rememberedTheme()) ? rememberedTheme() : "auto");
$("panes").append(...panes.map((pane) => pane.element));
panes.forEach((pane) => pane.start());
refresh();
watchCalls();
