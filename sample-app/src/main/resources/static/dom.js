// The few lines that spare this page a library.

/** Create an element: properties by name, `class`, `data-…`, `aria-…` and other attributes as such. */
export function element(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [property, value] of Object.entries(properties)) {
    if (property in node) node[property] = value;
    else node.setAttribute(property, value);
  }
  node.append(...children);
  return node;
}

/** Numbers keep their decimal text where the browser lets us (`1.10` stays `1.10`). */
export function parseJson(text) {
  return JSON.parse(text, (key, value, context) =>
    (typeof value === "number" && JSON.rawJSON && context && context.source !== String(value))
      ? JSON.rawJSON(context.source) : value);
}

export function typeOf(value) {
  if (JSON.isRawJSON?.(value)) return "number";
  if (typeof value === "string") return /[\r\n]/.test(value) ? "json" : "string"; // a text field drops line breaks
  return ["boolean", "number"].includes(typeof value) ? typeof value : "json";
}

export function milliseconds(value) {
  return (value < 100) ? `${value.toFixed(1)} ms` : (value < 10_000) ? `${Math.round(value)} ms` : `${Math.round(value / 1000)} s`;
}

export const isSeenByBrowsers = (key) => key.startsWith("ui."); // what the client key's pattern `ui.*` says

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });

export const timeOfDay = (date) => clock.format(date);
