// Asks the client app every second how it is.

const INTERVAL = 1000, TIMEOUT = 5000; // ms

function show(id, entries) {
  const rows = entries.flatMap(([name, value]) => {
    const term = document.createElement("dt"), description = document.createElement("dd");
    term.textContent = name;
    description.textContent = value ?? "–";
    return [term, description];
  });
  document.getElementById(id).replaceChildren(...rows);
}

async function look() {
  try {
    const { flags, ...connection } = await (await fetch("/api/client", { signal: AbortSignal.timeout(TIMEOUT) })).json();
    show("connection", Object.entries(connection));
    show("flags", Object.entries(flags).map(([key, value]) => [key, JSON.stringify(value)]));
  } catch {
    show("connection", [["state", "the app does not answer"]]);
    show("flags", []);
  }
  setTimeout(look, INTERVAL);
}

look();
