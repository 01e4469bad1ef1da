// Views: what is behind a message, each as elements: functions of the message and of its name on the server.

import { make, size } from "./elements.js";
import { address, ask } from "./server.js";

export const VIEWS = { text, headers, source, parts, findings };

function text(letter) {
  if (letter.text === null)
    return sorry("There is no text part.", "Some readers, and many filters, look at nothing else.");
  return make("pre", { class: "paper" }, letter.text);
}

function headers(letter) {
  const list = (pairs) =>
    make(
      "dl",
      { class: "pairs" },
      pairs.map(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]),
    );
  const section = (title, record) => {
    const pairs = Object.entries(record);
    return pairs.length ? [make("h3", {}, title), list(pairs)] : [];
  };
  return [
    list(letter.headers),
    ...section("Beside the message", letter.facts),
    ...section("The row it was made of", letter.cells),
  ];
}

function source(letter, name) {
  const place = make("section");
  ask(address(name, "source")).then(
    (source) =>
      place.append(
        make(
          "p",
          { class: "quiet" },
          `${size(letter.octets)} `,
          make("a", { href: address(name, "file"), download: "message.eml" }, "Save as .eml"),
        ),
        make("pre", {}, source.text),
        source.left ? make("p", { class: "quiet" }, `… and ${size(source.left)} more, which the file holds.`) : "",
      ),
    (refusal) => place.append(sorry(refusal.message, refusal.hint)),
  );
  return place;
}

function parts(letter, name) {
  const parts = attached(letter);
  if (!parts.length) return sorry("Nothing is attached.");
  const part = (each) =>
    make(
      "li",
      {},
      each.picture
        ? make("img", { src: address(name, `parts/${each.number}`, { show: "" }), alt: "", loading: "lazy" })
        : make("span", { class: "sort", "aria-hidden": "true" }, sort(each)),
      make(
        "a",
        { href: address(name, `parts/${each.number}`), download: each.name || `part-${each.number}` },
        each.name || `part ${each.number}`,
      ),
      make(
        "span",
        { class: "quiet" },
        [each.kind, size(each.octets), each.cid && `cid:${each.cid}`].filter(Boolean).join(", "),
      ),
    );
  return make("ul", { class: "attachments" }, parts.map(part));
}

function findings(letter) {
  if (!letter.findings.length)
    return sorry(
      "Nothing is wrong with it.",
      "Its bytes and its content were looked at, as `mailgrid lint` and `mailgrid doctor` do.",
    );
  const finding = (each) =>
    make(
      "li",
      { class: each.level },
      make("strong", {}, each.level),
      make("p", {}, coded(each.what)),
      each.why && make("p", { class: "quiet" }, coded(each.why)),
      each.mend && make("p", {}, coded(each.mend)),
      make(
        "p",
        { class: "quiet rule" },
        each.rule,
        each.link && [" ", make("a", { href: each.link, target: "_blank", rel: "noreferrer" }, "the rule")],
      ),
    );
  return make("ul", { class: "found" }, letter.findings.map(finding));
}

export const attached = (letter) => letter.parts.filter((part) => !part.body);

const sort = (part) => (part.name.match(/\.(\w{1,4})$/)?.[1] ?? part.kind.split("/")[1].slice(0, 4)).toUpperCase();

/** Words between backticks are code. */
const coded = (text) => text.split("`").map((words, at) => (at % 2 ? make("code", {}, words) : words));

export const sorry = (words, ...hints) =>
  make(
    "div",
    { class: "empty" },
    make("p", {}, words),
    hints.filter(Boolean).map((hint) => make("p", { class: "quiet" }, coded(hint))),
  );
