// What stands beside the elevation: alarms, power, zones, events.
import { element, moment, number, show } from "./dom.js";

const EventsMax = 50;
const Direction = { grid: ["from the grid", "to the grid"], solar: ["from the sun", ""], battery: ["from the battery", "into the battery"], load: ["into the rack", ""] };

export function showAlarms(section, list, alarms) {
  section.hidden = alarms.length === 0;
  show(
    list,
    ...alarms.map((alarm) =>
      element(
        "li",
        { "data-key": `${alarm.subject} ${alarm.code}`, "data-severity": alarm.severity },
        element("strong", {}, alarm.severity),
        element("span", {}, alarm.text),
        element("time", { datetime: alarm.since }, `since ${moment(alarm.since)}`),
      ),
    ),
  );
}

export function showPower(parent, power) {
  show(
    parent,
    element("ul", { class: "flow" }, ...power.meters.map((meter) => flow(meter, power))),
    element(
      "p",
      { class: "budget" },
      `${number(power.reserved_w, "W")} of ${number(power.budget_w, "W")} are reserved`,
      element("meter", { min: 0, max: power.budget_w, value: power.reserved_w, "aria-label": "Reserved of the power budget" }),
    ),
    source(power),
  );
}

function source(power) {
  const text =
    power.on_battery === null
      ? "It is not known whether the grid is there."
      : power.on_battery
        ? `The grid is gone: the rack lives on battery and sun.${power.shedding ? " Nodes are being stopped to spare it." : ""}`
        : "The grid is there.";
  return element("p", { class: "source", "data-trouble": power.on_battery !== false }, text);
}

function flow(meter, power) {
  const [towards, away] = Direction[meter.role] ?? ["", ""];
  const idle = meter.power_w !== null && Math.abs(meter.power_w) < 1;
  const text = meter.power_w === null ? meter.quality : idle ? "idle" : meter.power_w > 0 ? towards : away;
  return element(
    "li",
    { "data-role": meter.role, "data-quality": meter.quality },
    element("span", { class: "label" }, meter.label),
    element("strong", {}, number(meter.power_w === null ? null : Math.abs(meter.power_w), "W")),
    element("span", { class: "direction" }, text),
    meter.role === "battery" ? element("span", { class: "charge" }, `charged ${number(power.charge_pct, "%")}`) : null,
  );
}

export function showZones(parent, zones, openZone) {
  show(parent, ...zones.map(zoneCard));
  parent.onclick = (event) => {
    const button = event.target.closest("button[data-zone]");
    if (button) {
      openZone(button.dataset.zone);
    }
  };
}

function zoneCard(zone) {
  const trouble = zone.overheated ? "too hot: its nodes are being stopped" : zone.failsafe ? "no good temperature: fans at failsafe" : "";
  const danger = zone.safety.some((input) => input.kind !== "door" && input.state === "active");
  return element(
    "button",
    { type: "button", "data-key": zone.name, "data-zone": zone.name, "data-trouble": trouble !== "" || danger },
    element("span", { class: "name" }, zone.name),
    element("strong", {}, zone.temperature_c === null ? `unknown (${zone.quality})` : number(zone.temperature_c, "°C", 1)),
    element("span", { class: "fans" }, `fans ${number(zone.duty_pct, "%")}, ${zone.fan_mode}`),
    element(
      "span",
      { class: "inputs" },
      ...zone.safety.map((input) =>
        element("span", { class: "input", "data-kind": input.kind, "data-input": input.state }, `${input.kind} ${inputWord(input)}`),
      ),
    ),
    trouble ? element("span", { class: "trouble" }, trouble) : null,
  );
}

function inputWord(input) {
  if (input.state === "unknown") {
    return "unknown";
  }
  return input.kind === "door" ? (input.state === "active" ? "open" : "closed") : input.state === "active" ? "found" : "none";
}

export function showEvents(list, events) {
  const newest = events.slice(-EventsMax).reverse();
  show(
    list,
    ...newest.map((event) =>
      element(
        "li",
        { "data-key": event.sequence, "data-severity": event.severity },
        element("time", { datetime: event.time }, moment(event.time)),
        element("span", {}, event.text),
      ),
    ),
  );
}
