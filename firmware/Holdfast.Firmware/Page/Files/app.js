// Shows what the appliance says, as it changes.
import { follow, get } from "./api.js";
import { byId, time } from "./dom.js";
import { showElevation } from "./elevation.js";
import { showAlarms, showEvents, showPower, showZones } from "./panels.js";
import { openNode, openZone, refreshSheet, showSheetLink } from "./sheet.js";

const EventsKept = 200;
let rack = null;
let events = [];
let heard = []; // Events of the stream since it was opened.

function showRack(next) {
  rack = next;
  document.title = `${rack.alarms.length > 0 ? `(${rack.alarms.length}) ` : ""}${rack.rack} · Holdfast`;
  byId("rack-name").textContent = rack.rack;
  byId("summary").textContent = summary(rack);
  showAlarms(byId("alarms"), byId("alarm-list"), rack.alarms);
  showElevation(byId("elevation"), rack, (name) => openNode(name, rack));
  showPower(byId("power"), rack.power);
  showZones(byId("zones"), rack.zones, (name) => openZone(name, rack));
  byId("version").textContent = `Holdfast ${rack.version}`;
  byId("gateway").textContent = `MQTT ${rack.gateway.connected ? "connected" : "not connected"}: ${rack.gateway.broker}${
    rack.gateway.waiting > 0 ? `, ${rack.gateway.waiting} messages waiting` : ""
  }${rack.gateway.problem ? `; measurements cannot be kept, ${rack.gateway.problem}` : ""}`;
  refreshSheet(rack);
  showLink("live", "live");
}

function summary({ nodes, alarms }) {
  const count = (state) => nodes.filter((node) => node.state === state).length;
  const states = ["on", "waking", "stopping", "off", "maintenance", "fault", "unknown"].filter((state) => count(state) > 0);
  const trouble = alarms.length === 0 ? "no alarms" : alarms.length === 1 ? "1 alarm" : `${alarms.length} alarms`;
  return `${states.map((state) => `${count(state)} ${state}`).join(", ")} · ${trouble}`;
}

function showLink(state, text) {
  const link = byId("link");
  link.className = `link ${state}`;
  link.textContent = text;
  document.body.dataset.link = state;
  showSheetLink(state === "live");
}

function showNewest(more) {
  events = more.slice(-EventsKept);
  showEvents(byId("events"), events);
}

function hear(event) {
  heard = [...heard, event].slice(-EventsKept);
  showNewest([...events, event]);
}

/** What was shown before counts no more: the controller may have begun a new log. */
async function catchUp() {
  heard = [];
  try {
    const recorded = await get("events?limit=50");
    const last = recorded.at(-1)?.sequence ?? 0;
    showNewest([...recorded, ...heard.filter((event) => event.sequence > last)]);
  } catch {
    // The stream's own loss is shown; the next connection catches up.
  }
}

follow({
  onRack: (next) => {
    if (document.body.dataset.link !== "live") {
      catchUp();
    }
    showRack(next);
  },
  onEvent: hear,
  onLost: () => showLink("lost", rack ? `connection lost, as of ${time(rack.time)}` : "the controller does not answer"),
});
