// Builds elements without HTML text, so that nothing that a device says can become markup.

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) {
      made.addEventListener(name.slice(2), value);
    } else if (value === true) {
      made.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(name, value);
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export const byId = (id) => document.getElementById(id);

/** Replaces the children only where they differ, so that focus and clicks survive a rerender. */
export function show(parent, ...children) {
  const next = element("div", {}, ...children);
  if (next.innerHTML !== parent.dataset.shown) {
    parent.dataset.shown = next.innerHTML;
    parent.replaceChildren(...next.childNodes);
  }
}

export const number = (value, unit, digits = 0) =>
  value === null || value === undefined ? "unknown" : `${value.toFixed(digits)} ${unit}`;

export const time = (iso) => (iso ? new Date(iso).toLocaleTimeString([], { hourCycle: "h23", hour: "2-digit", minute: "2-digit", second: "2-digit" }) : "unknown");

export const moment = (iso) => {
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  return today ? time(iso) : `${at.toLocaleDateString()} ${time(iso)}`;
};
