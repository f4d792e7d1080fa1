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

/**
 * Makes the children what they shall be and touches only what differs: focus, a click that is under way and the place in a list
 * survive. What may come, go and move among its like bears a data-key. Listeners belong on the parent.
 */
export function show(parent, ...children) {
  showNodes(parent, element("div", {}, ...children).childNodes);
}

const keyOf = (node) => node?.dataset?.key ?? node?.nodeName;

function showNodes(parent, wanted) {
  const known = new Set(Array.from(parent.childNodes, keyOf));
  let at = parent.firstChild;
  for (const next of [...wanted]) {
    const key = keyOf(next);
    while (at && keyOf(at) !== key && known.has(key)) {
      at = remove(at);
    }
    if (at && keyOf(at) === key) {
      become(at, next);
      at = at.nextSibling;
    } else {
      parent.insertBefore(next, at);
    }
  }
  while (at) {
    at = remove(at);
  }
}

function remove(node) {
  const after = node.nextSibling;
  node.remove();
  return after;
}

function become(node, next) {
  if (node.nodeType === Node.TEXT_NODE) {
    if (node.data !== next.data) {
      node.data = next.data;
    }
    return;
  }
  for (const { name } of [...node.attributes]) {
    // Styles are set by script alone.
    if (name !== "style" && !next.hasAttribute(name)) {
      node.removeAttribute(name);
    }
  }
  for (const { name, value } of next.attributes) {
    if (node.getAttribute(name) !== value) {
      node.setAttribute(name, value);
    }
  }
  showNodes(node, next.childNodes);
}

export const number = (value, unit, digits = 0) =>
  value === null || value === undefined ? "unknown" : `${value.toFixed(digits)} ${unit}`;

export const time = (iso) => (iso ? new Date(iso).toLocaleTimeString([], { hourCycle: "h23", hour: "2-digit", minute: "2-digit", second: "2-digit" }) : "unknown");

export const moment = (iso) => {
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  return today ? time(iso) : `${at.toLocaleDateString()} ${time(iso)}`;
};
