// Page: the list and the message, the keys, and what the server says of its own accord.

import { find, make } from "./elements.js";
import { Letter } from "./letter.js";
import { List } from "./list.js";
import { ask, enter, listen, remember } from "./server.js";

const list = new List(choose, failed);
const letter = new Letter((step) => list.step(step), back);
/** Where the list and a message have room beside each other. */
const WIDE = "(min-width: 800px)";
let standing = null;
let version = "";

function choose(id) {
  list.show(id);
  remember(id);
  document.body.classList.add("reading");
  letter.show(id);
}

function back() {
  document.body.classList.remove("reading");
  find("search").focus();
}

const notice = (kind, words, title) =>
  make(
    kind === "note" ? "details" : "div",
    { class: `notice ${kind}`, role: kind === "wrong" ? "alert" : null },
    make(kind === "note" ? "summary" : "strong", {}, title),
    make("pre", {}, words),
  );

function failed(refusal) {
  if (refusal.status === 401) {
    document.body.classList.add("locked");
    letter.nothing(refusal.message, refusal.hint);
  } else find("notices").replaceChildren(notice("wrong", refusal.hint, refusal.message));
}

function tell() {
  document.title = `${standing.title} · Mailgrid`;
  find("title").textContent = standing.title;
  find("facts").replaceChildren(...standing.facts.map((fact) => make("span", {}, fact)));
  const { problem, warnings } = standing;
  find("notices").replaceChildren(
    ...(problem ? [notice("wrong", problem, "There is a mistake. You see what was there before it.")] : []),
    ...(warnings.length
      ? [notice("note", warnings.join("\n\n"), `${warnings.length} warning${warnings.length > 1 ? "s" : ""}`)]
      : []),
  );
}

list.empty = () => (matchMedia(WIDE).matches ? "" : nobody().join(" "));

async function renew() {
  try {
    standing = await ask("/standing");
  } catch (refusal) {
    failed(refusal);
    return;
  }
  tell();
  await list.fill();
  if (list.chosen) letter.show(list.chosen);
  else if (list.first && matchMedia(WIDE).matches) choose(list.first);
  else if (!list.first) letter.nothing(...nobody());
}

const nobody = () => [
  standing.kind === "inbox" ? "No mail yet." : "Nobody matches, so there is no message.",
  standing.hint,
];

const KEYS = {
  j: () => list.step(1),
  k: () => list.step(-1),
  p: () => letter.turn("phone"),
  d: () => letter.turn("dark"),
  "/": () => find("search").select(),
  Escape: back,
};

addEventListener("keydown", (event) => {
  const typing = event.target instanceof HTMLInputElement;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing && event.key === "Enter") list.step(1);
  if (typing && event.key === "Escape") event.target.blur();
  if (typing) return;
  if (/^[1-6]$/.test(event.key)) letter.tab(Number(event.key) - 1);
  const act = KEYS[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

let pause = 0;
find("search").addEventListener("input", (event) => {
  clearTimeout(pause);
  pause = setTimeout(() => list.fill(event.target.value.trim()), 150);
});

const chosen = await enter();
if (chosen) choose(chosen);
await renew();
if (standing) {
  version = standing.version;
  listen(
    (now) => {
      if (now !== version) renew();
      version = now;
    },
    (alive) => {
      find("live").textContent = alive ? "live" : "not connected";
      find("live").classList.toggle("lost", !alive);
    },
  );
}
