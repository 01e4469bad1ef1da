// List: the messages on the left. Rows come by pages, the next one when the end of the last is near.

import { find, make, when } from "./elements.js";
import { ask } from "./server.js";

/** So many rows come back at once when something has changed. */
const MOST = 500;

export class List {
  #chosen = "";
  #after = "";
  #rows = [];
  #wanted = "";
  #turn = 0;
  #loading = null;
  #place = find("rows");

  constructor(choose, failed) {
    this.choose = choose;
    this.failed = failed;
    this.empty = () => "";
    new IntersectionObserver((entries) => entries.some((each) => each.isIntersecting) && this.more(), {
      root: find("rows").parentElement,
      rootMargin: "300px",
    }).observe(find("list-end"));
  }

  get first() {
    return this.#rows[0]?.id ?? "";
  }

  get chosen() {
    return this.#chosen;
  }

  /** Begin anew, with the rows in which a text stands. About as many as were there before come back at once. */
  async fill(wanted = this.#wanted) {
    const turn = ++this.#turn;
    const many = wanted === this.#wanted ? Math.min(this.#rows.length, MOST) : 0;
    this.#wanted = wanted;
    const patience = setTimeout(() => turn === this.#turn && (find("list-end").textContent = "Searching…"), 400);
    const rows = [];
    let after = "";
    do {
      const page = await this.#page(after, wanted);
      if (!page || turn !== this.#turn) return clearTimeout(patience);
      rows.push(...page.rows);
      after = page.after;
    } while (after !== null && rows.length < Math.max(many, 1));
    clearTimeout(patience);
    this.#rows = rows;
    this.#after = after;
    this.#place.replaceChildren(...rows.map((row) => this.#item(row)));
    this.#end();
    this.#mark();
  }

  /** Fetch the next page. */
  async more() {
    if (this.#loading || this.#after === null || !this.#rows.length) return;
    const turn = this.#turn;
    this.#loading = this.#page(this.#after, this.#wanted);
    const page = await this.#loading;
    this.#loading = null;
    if (!page || turn !== this.#turn) return;
    this.#rows.push(...page.rows);
    this.#after = page.after;
    this.#place.append(...page.rows.map((row) => this.#item(row)));
    this.#end();
    const end = find("list-end").getBoundingClientRect();
    if (end.top < innerHeight + 300) await this.more();
  }

  /** Choose the next message, or the one before: `step` is 1 or -1. */
  async step(step) {
    const at = this.#rows.findIndex((row) => row.id === this.#chosen);
    if (at + step >= this.#rows.length) await this.more();
    const next = this.#rows[at < 0 ? 0 : at + step];
    if (next) this.choose(next.id);
  }

  show(id) {
    this.#chosen = id;
    this.#mark();
  }

  async #page(after, wanted) {
    try {
      return await ask(`/messages?${new URLSearchParams({ after, wanted })}`);
    } catch (refusal) {
      this.failed(refusal);
      return null;
    }
  }

  #item(row) {
    return make(
      "li",
      {},
      make(
        "button",
        { type: "button", "data-id": row.id, onclick: () => this.choose(row.id) },
        make("span", { class: "who" }, row.who || "(nobody)"),
        row.time === null ? null : make("time", { class: "quiet" }, when(row.time)),
        make("span", { class: "subject" }, row.subject || (row.is_wrong ? "" : "(no subject)")),
        row.note && make("span", { class: row.is_wrong ? "tag wrong" : "tag" }, row.note),
      ),
    );
  }

  #mark() {
    for (const button of this.#place.querySelectorAll("button")) {
      const chosen = button.dataset.id === this.#chosen;
      if (!chosen) button.removeAttribute("aria-current");
      else {
        button.setAttribute("aria-current", "true");
        button.scrollIntoView({ block: "nearest" });
      }
    }
  }

  #end() {
    const end = find("list-end");
    if (!this.#rows.length) end.textContent = this.#wanted ? `Nothing holds “${this.#wanted}”.` : this.empty();
    else end.textContent = this.#after === null ? "" : "…";
  }
}
