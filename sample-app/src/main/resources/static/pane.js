// One live pane: a push client over one transport, what it has, and how fast it got it.

import { element, milliseconds, parseJson, timeOfDay } from "./dom.js";
import { flash } from "./flag-list.js";
import { PushClient } from "./realtime/client.js";

const COLOR = /^(#\w+|[a-z]+|[a-z]+\([\w\s.,%/-]+\))$/i; // not var(…), in which anything may stand
const CHART_LENGTH = 24, REMEMBERED = 50, HEARTBEAT = 5000; // so short that the pane soon shows a server that hangs

export class Pane {
  #name; #client; #told; #parts = {};
  #arrivals = []; // { version, at } of the last messages that moved the position
  #times = [];
  #dueAt = 0;
  #toPaint = {}; #frame;

  /** `told`: called when this client has heard of a change. */
  constructor({ name, transport, endpoint, key, told }) {
    this.#name = name;
    this.element = this.#create(transport, endpoint);
    // A page of your own needs no more than `connect({ key })`: one connection for all tabs, over what works best
    this.#client = new PushClient({
      key, transports: [transport], share: false, storage: null, heartbeat: HEARTBEAT, parse: parseJson,
      onMessage: (message) => this.#paintSoon({ message, at: new Date() }),
    });
    this.#client.onStatus((status) => this.#showStatus(status));
    this.#client.watch((flags, message) => {
      this.#arrivals = [...this.#arrivals, { version: message.version, at: performance.now() }].slice(-REMEMBERED);
      const { changed = new Set() } = this.#toPaint;
      Object.keys(message.set ?? {}).forEach((key) => changed.add(key));
      this.#paintSoon({ flags, changed });
    });
    this.#told = told;
    setInterval(() => this.#countDown(), 100);
  }

  get name() {
    return this.#name;
  }

  start() {
    this.#client.start();
  }

  /** When this client came to a version that was not there before `since`, or undefined if it has not yet. */
  arrivalOf(version, since) {
    return this.#arrivals.find((arrival) => arrival.version >= version && arrival.at >= since)?.at;
  }

  addTime(time) {
    this.#times = [...this.#times, time].slice(-CHART_LENGTH);
    const sorted = [...this.#times].sort((a, b) => a - b), median = sorted[sorted.length >> 1];
    this.#parts.time.textContent = milliseconds(time);
    this.#parts.median.textContent = `median ${milliseconds(median)}`;
    this.#parts.chart.replaceChildren(chart(this.#times, median));
  }

  #create(transport, endpoint) {
    const part = (id, name, properties = {}) => this.#parts[id] = element(name, { "data-part": id, ...properties });
    const id = `pane-${transport}`;
    return element("article", { className: "card pane", "data-transport": transport, "data-state": "connecting", "aria-labelledby": id },
      element("header", {},
        element("h2", { id, textContent: this.#name }),
        element("code", { textContent: endpoint }),
        element("div", { className: "status" },
          part("state", "span", { role: "status", textContent: "connecting" }),
          part("due", "span", { "aria-hidden": "true" }))),
      element("div", { className: "timing" },
        element("div", { className: "number" },
          part("time", "strong", { textContent: "–" }), element("span", { textContent: "from click to arrival" })),
        part("median", "span", { className: "median" })),
      part("chart", "div", { className: "chart" }),
      element("details", { className: "more", open: matchMedia("(min-width: 1181px)").matches },
        element("summary", {}, "Flags in this client ", part("count", "span", { className: "badge plain", textContent: "0" })),
        part("shop", "div", { className: "shop", "aria-hidden": "true" }),
        part("flags", "dl", { className: "held" })),
      element("dl", { className: "details" },
        element("div", {}, element("dt", { textContent: "Position" }), part("position", "dd", { textContent: "–" })),
        element("div", {}, element("dt", { textContent: "Last message" }),
          element("dd", {}, part("type", "b", { textContent: "–" }), " ", part("at", "time")))),
      part("message", "pre", { tabIndex: 0, "aria-label": `Last message over ${this.#name}`, textContent: "…" }));
  }

  #showStatus({ state, code, reason, delay }) {
    this.element.dataset.state = state;
    const why = [code, reason].filter(Boolean).join(" ");
    this.#dueAt = (state === "interrupted") ? performance.now() + delay : 0;
    this.#parts.state.textContent = (state === "interrupted") ? "reconnecting"
      : (state === "closed" && why) ? `closed: ${why}` : state;
    this.#parts.state.title = why;
    this.#countDown();
  }

  #countDown() {
    const left = this.#dueAt - performance.now(), text = (left > 0) ? ` in ${(left / 1000).toFixed(1)} s` : "";
    if (this.#parts.due.textContent !== text) this.#parts.due.textContent = text;
  }

  /** Painting waits for the next frame: at once, it would delay the other panes and what they measure. */
  #paintSoon(news) {
    Object.assign(this.#toPaint, news);
    this.#frame ??= requestAnimationFrame(() => {
      const { message, at, flags, changed } = this.#toPaint;
      this.#toPaint = {};
      this.#frame = undefined;
      if (message) this.#showMessage(message, at);
      if (!flags) return;
      this.#showFlags(flags, changed);
      this.#told(this);
    });
  }

  #showMessage(message, at) {
    this.#parts.type.textContent = message.type;
    this.#parts.at.textContent = timeOfDay(at);
    this.#parts.message.textContent = JSON.stringify(message);
    if (message.version !== undefined) this.#parts.position.textContent = `${message.epoch}:${message.version}`;
  }

  #showFlags(flags, changed) {
    const { flags: list, count, shop } = this.#parts;
    count.textContent = flags.size;
    list.replaceChildren(...[...flags.keys()].sort().map((key) => {
      const row = element("div", { "data-key": key },
        element("dt", { textContent: key, title: key }),
        element("dd", { textContent: JSON.stringify(flags.get(key)), title: JSON.stringify(flags.get(key)) }));
      if (changed.has(key)) flash(row);
      return row;
    }));
    shop.replaceChildren(...shopWindow(flags));
  }
}

/** What a shop's page would make of the flags; every value may have any type. */
function shopWindow(flags) {
  const text = (value, fallback) => (typeof value === "string" && value) ? value : fallback;
  const perRow = Math.min(6, Math.max(1, Math.round(Number(JSON.stringify(flags.get("ui.products-per-row"))) || 3)));
  const accent = text(flags.get("ui.accent-color"), "");
  const categories = flags.get("ui.categories");
  const parts = [];
  if (flags.get("ui.banner.enabled") === true) {
    parts.push(element("p", { className: "shop-banner", textContent: text(flags.get("ui.banner.text"), "Welcome") }));
  }
  if (Array.isArray(categories)) {
    parts.push(element("p", { className: "shop-categories" },
      ...categories.slice(0, 4).map((category) => element("span", { textContent: text(category, JSON.stringify(category)) }))));
  }
  const shelf = element("p", { className: "shop-shelf" }, ...Array.from({ length: perRow }, () => element("i")));
  const label = text(flags.get("ui.checkout-button")?.label, "Buy");
  parts.push(shelf, element("b", { className: "shop-button", textContent: label }));
  const box = element("div", { className: "shop-page" }, ...parts);
  if (COLOR.test(accent) && CSS.supports("color", accent)) box.style.setProperty("--accent-color", accent);
  return [box];
}

/** Bars of the last times, the newest on the right, with a line at the median. */
function chart(times, median) {
  const width = 240, height = 48, gap = 2, step = width / CHART_LENGTH;
  const most = Math.max(...times, 10), y = (time) => height - Math.max(2, (time / most) * (height - 4));
  const bars = times.map((time, index) => {
    const x = width - (times.length - index) * step + gap / 2;
    return svg("rect", { x, y: y(time), width: step - gap, height: height - y(time), rx: 1.5, class: (index === times.length - 1) ? "newest" : "" },
      svg("title", {}, milliseconds(time)));
  });
  const line = svg("line", { x1: 0, x2: width, y1: y(median), y2: y(median) });
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", role: "img",
    "aria-label": `The last ${times.length} arrivals: median ${milliseconds(median)}, slowest ${milliseconds(Math.max(...times))}` },
    ...bars, line);
}

function svg(name, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  Object.entries(attributes).forEach(([attribute, value]) => node.setAttribute(attribute, value));
  node.append(...children);
  return node;
}
