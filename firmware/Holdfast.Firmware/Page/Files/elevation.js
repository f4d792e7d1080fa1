// The rack seen from the front: a node stands where it is screwed in, unit 1 at the bottom.
import { element, show } from "./dom.js";

const UnitsMin = 12;

export function showElevation(parent, rack, openNode) {
  const top = Math.max(UnitsMin, ...rack.nodes.map((node) => node.rack_unit + node.height - 1));
  show(parent, ...rack.nodes.map((node) => nodeButton(node)), ...zoneMarks(rack, top));
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

function zoneMarks(rack, top) {
  return rack.zones
    .map((zone) => ({ zone, nodes: rack.nodes.filter((node) => node.zone === zone.name) }))
    .filter(({ nodes }) => nodes.length > 0)
    .map(({ zone, nodes }) => {
      const from = Math.min(...nodes.map((node) => node.rack_unit));
      const to = Math.max(...nodes.map((node) => node.rack_unit + node.height));
      return element(
        "span",
        { class: "zone-mark", "data-key": zone.name, "data-from": from, "data-height": to - from, "data-trouble": zone.overheated || zone.failsafe },
        zone.name,
      );
    });
}
