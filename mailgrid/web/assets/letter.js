// Letter: one message on the right, as its reader sees it, and everything that is behind that.

import { find, make } from "./elements.js";
import { address, ask } from "./server.js";
import { VIEWS, attached, sorry } from "./views.js";

const TABS = {
  message: "Message",
  text: "Text",
  headers: "Headers",
  source: "Source",
  parts: "Attachments",
  findings: "Findings",
};

export class Letter {
  #place = find("letter");
  #name = "";
  #letter = null;
  #turn = 0;
  #tab = "message";
  #look = { phone: false, dark: false, remote: false };

  constructor(step, back) {
    this.step = step;
    this.back = back;
  }

  /** Show the message of a name. */
  async show(name) {
    const turn = ++this.#turn;
    if (name !== this.#name) this.#look.remote = false;
    this.#name = name;
    try {
      const letter = await ask(address(name));
      if (turn !== this.#turn) return;
      this.#letter = letter;
      this.#draw();
    } catch (refusal) {
      if (turn !== this.#turn) return;
      this.#letter = null;
      const words = refusal.status === 422 ? ["This message cannot be made.", refusal.message] : [refusal.message];
      this.#place.replaceChildren(this.#bar(), sorry(...words, refusal.hint));
    }
  }

  /** Show nothing, and say why. */
  nothing(words, hint) {
    this.#turn++;
    this.#name = "";
    this.#letter = null;
    this.#place.replaceChildren(sorry(words, hint));
  }

  /** Turn a look on or off: `phone`, `dark` or `remote`. The frame stays as it is, scrolled or not, where it can. */
  turn(what) {
    if (!this.#letter) return;
    this.#look[what] = !this.#look[what];
    find(`look-${what}`)?.setAttribute("aria-pressed", String(this.#look[what]));
    if (this.#tab !== "message") return;
    if (what === "phone") find("panel").classList.toggle("phone", this.#look.phone);
    else this.#fill();
  }

  tab(at) {
    const name = Object.keys(TABS)[at];
    if (name && this.#letter) this.#open(name);
  }

  #open(name) {
    this.#tab = name;
    this.#draw();
    find(`tab-${name}`).focus();
  }

  #draw() {
    const focused = document.activeElement.id;
    const panel = make("div", { id: "panel", role: "tabpanel", "aria-labelledby": `tab-${this.#tab}` });
    this.#place.replaceChildren(this.#bar(), this.#head(this.#letter), this.#tabs(this.#letter), panel);
    this.#fill();
    if (focused) find(focused)?.focus();
  }

  #fill() {
    const panel = find("panel");
    panel.className = `panel ${this.#tab}`;
    panel.replaceChildren(...[this.#view(panel)].flat(Infinity).filter(Boolean));
  }

  #bar() {
    const button = (words, title, act) =>
      make("button", { type: "button", title, "aria-label": title, onclick: act }, words);
    return make(
      "div",
      { class: "bar" },
      make("button", { type: "button", class: "back", onclick: this.back }, "‹ All messages"),
      button("↑", "Previous message (k)", () => this.step(-1)),
      button("↓", "Next message (j)", () => this.step(1)),
    );
  }

  #head(letter) {
    const lines = [
      ["From", letter.from],
      ["To", letter.to],
      ["Cc", letter.cc],
      ["Reply to", letter["reply-to"]],
      ["Date", letter.date],
    ];
    return make(
      "header",
      { class: "head" },
      make("h2", {}, letter.subject || "(no subject)"),
      make(
        "dl",
        {},
        lines.filter(([, value]) => value).map(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]),
      ),
    );
  }

  #tabs(letter) {
    const counts = { parts: attached(letter).length, findings: letter.findings.length };
    const names = Object.keys(TABS);
    const move = (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) this.#open(names[(names.indexOf(this.#tab) + step + names.length) % names.length]);
    };
    const tab = (name) =>
      make(
        "button",
        {
          type: "button",
          role: "tab",
          id: `tab-${name}`,
          "aria-selected": String(name === this.#tab),
          "aria-controls": "panel",
          tabindex: name === this.#tab ? 0 : -1,
          onclick: () => this.#open(name),
        },
        TABS[name],
        counts[name]
          ? make("span", { class: `count ${name === "findings" ? worst(letter) : ""}` }, counts[name])
          : null,
      );
    return make(
      "div",
      { class: "tools" },
      make("div", { role: "tablist", "aria-label": "Views of the message", onkeydown: move }, names.map(tab)),
      this.#tab === "message" ? this.#looks(letter) : null,
    );
  }

  #looks(letter) {
    const toggle = (what, words, title) =>
      make(
        "button",
        {
          type: "button",
          id: `look-${what}`,
          "aria-pressed": String(this.#look[what]),
          title,
          onclick: () => this.turn(what),
        },
        words,
      );
    return make(
      "div",
      { class: "looks" },
      letter.html?.remote &&
        toggle("remote", "Load remote pictures", "They are fetched from other servers, which will know of it"),
      toggle("phone", "Phone", "As wide as a phone (p)"),
      toggle("dark", "Dark", "As in dark mode (d)"),
    );
  }

  #view(panel) {
    const view = VIEWS[this.#tab];
    return view ? view(this.#letter, this.#name) : this.#message(this.#letter, panel);
  }

  #message(letter, panel) {
    const { phone, dark, remote } = this.#look;
    panel.classList.toggle("phone", phone);
    panel.classList.toggle("dark", dark && letter.html?.dark);
    panel.classList.toggle("turned", dark && !letter.html?.dark);
    if (!letter.html)
      return make("pre", { class: "paper" }, letter.text ?? "This message has nothing to read: neither HTML nor text.");
    const query = { ...(dark && { dark: "" }), ...(remote && { remote: "" }) };
    const frame = make("iframe", {
      title: "The message",
      sandbox: "allow-popups allow-popups-to-escape-sandbox",
      referrerpolicy: "no-referrer",
      src: address(this.#name, "sheet", query),
    });
    const words = "This message has no styles for dark mode: its colours are turned around, as some mail programs do.";
    return [
      dark && !letter.html.dark ? make("p", { class: "hint" }, words) : null,
      make("div", { class: "device" }, frame),
    ];
  }
}

const worst = (letter) => letter.findings[0]?.level ?? "";
