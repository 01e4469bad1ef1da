// Server: what is asked of it, and how the page comes in.

/** The server's answer where it is none that one hoped for. */
export class Refusal extends Error {
  constructor(status, problem, hint) {
    super(problem);
    this.status = status;
    this.hint = hint;
  }
}

export async function ask(path) {
  let answer;
  try {
    answer = await fetch(path);
  } catch {
    throw new Refusal(0, "The server does not answer.", "Was it ended? Start it again, and open the new address.");
  }
  if (answer.ok) return answer.json();
  if (answer.status === 401 || answer.status === 403) {
    throw new Refusal(
      401,
      "These pages are locked.",
      "Open the whole address that the terminal shows: the key stands behind its #.",
    );
  }
  const told = await answer.json().catch(() => ({}));
  throw new Refusal(answer.status, told.problem ?? `The server answered ${answer.status}.`, told.hint ?? "");
}

/** Hand over the token behind the #, and take it out of the address; what else stands there is the chosen message. */
export async function enter() {
  const words = new URLSearchParams(location.hash.slice(1));
  const word = words.get("key");
  if (word) {
    words.delete("key");
    history.replaceState(null, "", words.size ? `#${words}` : location.pathname);
    await fetch("/session", { method: "POST", body: word });
  }
  return words.get("message") ?? "";
}

export const remember = (name) =>
  history.replaceState(null, "", name ? `#${new URLSearchParams({ message: name })}` : "/");

export const address = (name, what = "", query = {}) => {
  const words = new URLSearchParams(query);
  return `/messages/${encodeURIComponent(name)}${what && `/${what}`}${words.size ? `?${words}` : ""}`;
};

/** Call `changed` whenever something has changed, and `alive` when the connection comes or goes. */
export function listen(changed, alive) {
  const source = new EventSource("/changes");
  source.addEventListener("open", () => alive(true));
  source.addEventListener("error", () => alive(false));
  source.addEventListener("message", (event) => changed(event.data));
}
