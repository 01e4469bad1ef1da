// Elements: the page is built of them and of texts, never of markup, so that nothing in a message becomes part of it.

export const find = (id) => document.getElementById(id);

/** Make an element of attributes (`on...` are listeners; false and null leave one out) and content. */
export function make(tag, attributes = {}, ...content) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...content.flat(Infinity).filter((each) => each !== null && each !== undefined && each !== false));
  return element;
}

export const size = (octets) =>
  octets < 1000
    ? `${octets} bytes`
    : octets < 1e6
      ? `${(octets / 1e3).toFixed(1)} kB`
      : `${(octets / 1e6).toFixed(1)} MB`;

/** Tell a time as one does: of today the hour, of another day the day too. */
export function when(seconds) {
  const time = new Date(seconds * 1000);
  const hour = time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  if (time.toDateString() === new Date().toDateString()) return hour;
  return `${time.toLocaleDateString([], { day: "numeric", month: "short" })} ${hour}`;
}
