// The left side: every flag with the editor that fits its type.

import { element, isSeenByBrowsers, parseJson, typeOf } from "./dom.js";

export class FlagList {
  #browserFlags; #serverFlags; #actions;
  #rows = new Map();

  /**
   * `actions`: write(key, json, clickedAt) and remove(key, clickedAt), which return promises that fail with a reason,
   * and refresh(), which has the flags shown again.
   */
  constructor(browserFlags, serverFlags, actions) {
    this.#browserFlags = browserFlags;
    this.#serverFlags = serverFlags;
    this.#actions = actions;
  }

  show(flags) {
    for (const [key, row] of this.#rows) {
      if (Object.hasOwn(flags, key)) continue;
      if (row.isEdited) {
        row.showRemoved();
        continue;
      }
      const { element: removed } = row, neighbour = removed.nextElementSibling ?? removed.previousElementSibling;
      if (removed.contains(document.activeElement)) neighbour?.querySelector("input, textarea").focus();
      removed.remove();
      this.#rows.delete(key);
    }
    Object.keys(flags).sort().forEach((key) => this.#showFlag(key, flags[key]));
  }

  #showFlag(key, value) {
    const shown = this.#rows.get(key);
    if (shown?.fits(value)) return shown.show(value);
    const row = new FlagRow(key, typeOf(value), this.#actions);
    row.show(value);
    this.#rows.set(key, row);
    if (shown) {
      const focused = shown.element.contains(document.activeElement);
      shown.element.replaceWith(row.element);
      if (focused) row.focus();
      return;
    }
    const list = isSeenByBrowsers(key) ? this.#browserFlags : this.#serverFlags;
    const next = [...list.children].find((other) => other.dataset.key > key);
    list.insertBefore(row.element, next ?? null);
  }
}

class FlagRow {
  #key; #type; #input; #buttons; #error; #actions;
  #json; // the value as last heard from the server, or undefined if the flag has been removed
  #writes = 0; // those on their way
  #lastWrite = Promise.resolve();

  constructor(key, type, actions) {
    this.#key = key;
    this.#type = type;
    this.#actions = actions;
    this.#input = this.#createInput();
    this.#error = element("p", { className: "error", role: "alert", hidden: true });
    this.#buttons = element("span", { className: "buttons", hidden: true },
      element("button", { className: "primary small", type: "submit", textContent: "Save" }),
      element("button", { className: "quiet small", type: "button", textContent: "Revert", onclick: () => this.#giveUp() }));
    this.element = element("li", { className: "flag", "data-key": key, "data-type": type },
      element("form", { noValidate: true, onsubmit: (event) => this.#submit(event) },
        element("div", { className: "flag-head" }, this.#label(), this.#removeButton()),
        element("div", { className: "flag-editor" }, this.#input, this.#buttons),
        this.#error));
  }

  /** A value being edited stays as it is; only its row's type decides whether the row can show another one. */
  fits(value) {
    return typeOf(value) === this.#type || this.isEdited;
  }

  show(value) {
    const json = JSON.stringify(value), edited = this.isEdited, news = this.#json !== undefined && this.#json !== json;
    this.#json = json;
    if (!edited && this.#writes === 0) this.#revert();
    if (news) flash(this.element);
  }

  /** What is being typed is kept, though the flag has gone. */
  showRemoved() {
    if (this.#json === undefined) return;
    this.#json = undefined;
    this.#showError("somebody has removed this flag; Save adds it again");
  }

  focus() {
    this.#input.focus();
  }

  get isEdited() {
    return this.#type !== "boolean" && !this.#buttons.hidden;
  }

  #label() {
    const seen = isSeenByBrowsers(this.#key);
    return element("label", { htmlFor: this.#input.id, className: "flag-key" },
      element("span", { className: "key", textContent: this.#key }),
      ...(seen ? [element("span", { className: "badge", textContent: "seen by browsers" })] : []));
  }

  #removeButton() {
    return element("button", {
      className: "icon", type: "button", title: "Remove this flag", "aria-label": `Remove ${this.#key}`, textContent: "×",
      onclick: (event) => this.#try(this.#actions.remove(this.#key, event.timeStamp)),
    });
  }

  #createInput() {
    const id = `flag-${this.#key}`;
    const edited = () => { this.#markEdited(true); fitHeight(this.#input); };
    const onkeydown = (event) => this.#onKey(event);
    switch (this.#type) {
      case "boolean":
        return element("input", { id, type: "checkbox", role: "switch", className: "switch",
          onclick: (event) => this.#write(String(event.target.checked), event) });
      case "number":
        return element("input", { id, type: "number", step: "any", oninput: edited, onkeydown });
      case "string":
        return element("input", { id, type: "text", spellcheck: false, oninput: edited, onkeydown });
      default:
        return element("textarea", { id, rows: 1, spellcheck: false, oninput: edited, onkeydown });
    }
  }

  #onKey(event) {
    if (event.isComposing) return; // the key is the input method's
    if (event.key === "Escape") this.#giveUp();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#submit(event);
  }

  #submit(event) {
    event.preventDefault();
    if (this.#type === "boolean" || !this.isEdited) return;
    if (this.#input.validity.badInput || (this.#type === "number" && this.#input.value === "")) {
      this.#showError("not a number");
      return;
    }
    const text = this.#input.value;
    this.#write((this.#type === "string") ? JSON.stringify(text) : text, event);
  }

  async #write(json, event) {
    const submitted = this.#input.value;
    this.#writes++;
    this.#lastWrite = this.#lastWrite.then(() => this.#try(this.#actions.write(this.#key, json, event.timeStamp)));
    const written = await this.#lastWrite; // one after another, so that the last click wins
    if (--this.#writes > 0) return;
    if (this.#type === "boolean") this.#revert(written);
    else if (written && this.#input.value === submitted) this.#giveUp(); // else somebody types on
  }

  async #try(action) {
    this.#showError("");
    try {
      await action;
      return true;
    }
    catch (error) {
      this.#showError(error.message);
      return false;
    }
  }

  /** End editing, and show what is there now, which another row may have to do. */
  #giveUp() {
    if (this.#json !== undefined && typeOf(parseJson(this.#json)) === this.#type) return this.#revert();
    this.#markEdited(false);
    this.#actions.refresh();
  }

  #revert(clearError = true) {
    const value = parseJson(this.#json);
    if (this.#type === "boolean") this.#input.checked = value;
    else if (this.#type === "string") this.#input.value = value;
    else this.#input.value = (this.#type === "number" || this.#json.length < 36) ? this.#json : JSON.stringify(value, null, 2);
    fitHeight(this.#input);
    this.#markEdited(false);
    if (clearError) this.#showError("");
  }

  #markEdited(edited) {
    if (!edited && this.#buttons.contains(document.activeElement)) this.focus();
    this.#buttons.hidden = !edited;
    this.element?.classList.toggle("edited", edited);
  }

  #showError(text) {
    this.#error.textContent = text;
    this.#error.hidden = !text;
  }
}

function fitHeight(input) {
  if (input.tagName === "TEXTAREA") input.rows = Math.min(12, input.value.split("\n").length);
}

export function flash(node) {
  node.classList.remove("flash");
  void node.offsetWidth; // restarts the animation
  node.classList.add("flash");
}
