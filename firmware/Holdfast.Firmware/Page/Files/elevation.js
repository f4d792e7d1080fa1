// The rack seen from the front: a node stands where it is screwed in, unit 1 at the bottom.
import { element, show } from "./dom.js";

const UnitsMin = 12;

export function showElevation(parent, rack, openNode) {
  const top = Math.max(UnitsMin, ...rack.nodes.map((node) => node.rack_unit + node.height - 1));
  const fromTheTop = [...rack.nodes].sort((one, other) => other.rack_unit - one.rack_unit);
  show(parent, ...fromTheTop.map(nodeButton), ...zoneMarks(rack));
  parent.onclick = (event) => {
    const button = event.target.closest("button[data-node]");
    if (button) {
      openNode(button.dataset.node);
    }
  };
  for (const button of parent.querySelectorAll("button[data-node]")) {
    const node = rack.nodes.find((each) => each.name === button.dataset.node);
    button.style.gridRow = rows(node.rack_unit, node.height, top);
  }
  for (const mark of parent.querySelectorAll("[data-from]")) {
    mark.style.gridRow = rows(Number(mark.dataset.from), Number(mark.dataset.height), top);
  }
  parent.style.setProperty("--units", top);
  // A node of one unit is still to be hit with a thumb.
  parent.style.setProperty("--unit", rack.nodes.some((node) => node.height === 1) ? "1.7rem" : "1.35rem");
}

const rows = (unit, height, top) => `${top - unit - height + 2} / span ${height}`;

function nodeButton(node) {
  const changing = node.wanted !== null && node.wanted !== node.state && ["on", "off"].includes(node.state);
  return element(
    "button",
    {
      type: "button",
      "data-key": node.name,
      "data-node": node.name,
      "data-state": node.state,
      "aria-label": `${node.name}, ${node.state}${changing ? `, shall be ${node.wanted}` : ""}`,
    },
    element("span", { class: "unit" }, `${node.rack_unit}`),
    element("span", { class: "name" }, node.name),
    element("span", { class: "state" }, node.state + (changing ? ` → ${node.wanted}` : "")),
  );
}

/** One mark for each run of nodes of a zone: zones may lie scattered. */
function zoneMarks(rack) {
  const runs = [];
  for (const node of [...rack.nodes].sort((one, other) => one.rack_unit - other.rack_unit)) {
    const end = node.rack_unit + node.height;
    if (runs.at(-1)?.zone === node.zone) {
      runs.at(-1).end = end;
    } else {
      runs.push({ zone: node.zone, from: node.rack_unit, end });
    }
  }
  return runs.map(({ zone, from, end }) => {
    const { overheated, failsafe } = rack.zones.find((each) => each.name === zone);
    return element(
      "span",
      { class: "zone-mark", "data-key": `${zone} ${from}`, "data-from": from, "data-height": end - from, "data-trouble": overheated || failsafe },
      zone,
    );
  });
}
