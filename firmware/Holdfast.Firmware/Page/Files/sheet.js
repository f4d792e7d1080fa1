// The sheet of a node or a zone: what is known about it, what can be done, the question before it is done, and what was then observed.
import { command, get } from "./api.js";
import { byId, element, moment, number, show } from "./dom.js";

const Verbs = {
  on: { label: "Switch on", question: "Switch it on? It starts as soon as the power budget allows.", from: ["off", "fault", "unknown"] },
  wake: { label: "Wake", question: "Wake it over the network?", from: ["off"] },
  off: { label: "Switch off", question: "Switch it off? Its system is asked to stop; if it does not in time, its power is cut.", from: ["on", "waking", "fault", "unknown"] },
  cycle: { label: "Restart", question: "Stop it and start it again? What runs on it is interrupted.", from: ["on", "fault"] },
  maintain: { label: "Take into maintenance", question: "Take it into your hands? Nothing is done to it until it is released.", from: ["on", "off", "waking", "stopping", "fault", "unknown"] },
  release: { label: "Release from maintenance", question: "Put it back under control?", from: ["maintenance"] },
};
const SensorsEveryMs = 5_000;
const Dangerous = new Set(["off", "cycle"]);

const Nothing = () => {};

let latest = null;
let refresh = Nothing;

/** Shows the newest document in the open sheet. */
export function refreshSheet(rack) {
  latest = rack;
  refresh(rack);
}

/** Without a link nothing is offered: what stands there is old. */
export function showSheetLink(live) {
  for (const part of byId("sheet").querySelectorAll("fieldset")) {
    part.disabled = !live;
  }
}

export function openNode(name, rack) {
  const facts = element("dl");
  const sensors = element("dl", { class: "sensors" });
  const actions = element("fieldset", { class: "actions" });
  open(name, facts, sensors, actions);
  refresh = (next) => {
    const node = next.nodes.find((each) => each.name === name);
    if (!node) {
      byId("sheet").close();
      return;
    }
    show(facts, ...definitions(nodeFacts(node)));
    const possible = Object.keys(Verbs).filter((verb) => Verbs[verb].from.includes(node.state) && (verb !== "wake" || node.can_wake));
    offer(actions, possible.map((verb) => ({ ...Verbs[verb], verb, path: `nodes/${encodeURIComponent(name)}/${verb}`, body: {} })));
  };
  refreshSheet(rack);
  showSensors(name, sensors);
  const timer = setInterval(() => (sensors.isConnected && byId("sheet").open ? showSensors(name, sensors) : clearInterval(timer)), SensorsEveryMs);
}

async function showSensors(name, parent) {
  try {
    const all = await get("sensors");
    show(parent, ...definitions(all.filter((each) => each.node === name).map(sensorFact)));
  } catch (error) {
    show(parent, ...definitions([["Sensors", error.message]]));
  }
}

export function openZone(name, rack) {
  const facts = element("dl");
  const duty = element("input", { type: "number", min: 0, max: 100, value: 60, id: "duty" });
  const actions = element("fieldset", { class: "actions" });
  const path = `zones/${encodeURIComponent(name)}/fan-mode`;
  open(name, facts, element("label", { for: "duty" }, "Fixed duty in % ", duty), actions);
  refresh = (next) => {
    const zone = next.zones.find((each) => each.name === name);
    if (!zone) {
      byId("sheet").close();
      return;
    }
    show(facts, ...definitions(zoneFacts(zone)));
    offer(actions, [
      { verb: "auto", label: "Fans automatic", question: "Let the temperature drive the fans?", path, body: { mode: "auto" } },
      { verb: "full", label: "Fans full", question: "Run the fans at full speed until somebody changes it?", path, body: { mode: "full" } },
      {
        verb: "fixed",
        label: "Fans fixed",
        question: "Hold the fans at this duty? Where the zone gets too warm they go faster all the same.",
        path,
        body: () => ({ mode: "fixed", duty_pct: Number(duty.value) }),
      },
    ]);
  };
  refreshSheet(rack);
}

function nodeFacts(node) {
  return [
    ["State", node.state],
    ["Wanted", node.wanted ?? "as it is"],
    ["Since", node.since ? moment(node.since) : "unknown"],
    ["Zone", node.zone],
    ["Rack unit", `${node.rack_unit}`],
    ["Draws at most", number(node.power_max_w, "W")],
    ["Machine", machine(node.machine)],
    ...(node.reason ? [["Remark", node.reason]] : []),
  ];
}

const machine = (found) =>
  found ? [found.manufacturer, found.product, `BMC firmware ${found.firmware}`].filter((word) => word !== "").join(", ") : "unknown";

function zoneFacts(zone) {
  return [
    ["Temperature", zone.temperature_c === null ? `unknown (${zone.quality})` : number(zone.temperature_c, "°C", 1)],
    ["Fans", `${number(zone.duty_pct, "%")}, ${zone.fan_mode}`],
    ...zone.safety.map((input) => [input.name, `${input.kind} ${input.state}`]),
  ];
}

const sensorFact = (sensor) => [sensor.label, sensor.value === null ? `unknown (${sensor.quality})` : `${sensor.value} ${sensor.unit}`];

const definitions = (pairs) => pairs.flatMap(([term, text]) => [element("dt", {}, term), element("dd", {}, text)]);

function open(title, ...content) {
  const sheet = byId("sheet");
  sheet.replaceChildren(
    element(
      "form",
      { method: "dialog" },
      element("h2", { id: "sheet-title", tabindex: -1 }, title),
      element("button", { class: "close", "aria-label": "Close" }, "×"),
    ),
    element("p", { class: "old" }, "The connection is lost. This is how it was."),
    ...content,
    element("p", { id: "outcome", role: "status" }),
  );
  sheet.onclose = () => (refresh = Nothing);
  showSheetLink(document.body.dataset.link === "live");
  sheet.showModal();
}

/** The possible actions as buttons; a question that is being asked stays until it is answered. */
function offer(parent, actions) {
  const key = actions.map((action) => action.verb).join();
  if (parent.dataset.offer === key || parent.dataset.asking) {
    return;
  }
  parent.dataset.offer = key;
  const focused = parent.contains(document.activeElement);
  parent.replaceChildren(
    ...actions.map((action) =>
      element("button", { type: "button", "data-verb": action.verb, class: Dangerous.has(action.verb) ? "danger" : "", onclick: () => confirm(parent, action) }, action.label),
    ),
  );
  if (focused) {
    // Not on another button: the key that is being pressed was meant for the one that went.
    byId("sheet-title").focus();
  }
}

function confirm(parent, action) {
  const end = () => {
    delete parent.dataset.asking;
    delete parent.dataset.offer;
    refresh(latest);
  };
  parent.dataset.asking = action.verb;
  const yes = element(
    "button",
    {
      type: "button",
      "data-confirm": action.verb,
      class: Dangerous.has(action.verb) ? "danger" : "primary",
      onclick: () => {
        end();
        carryOut(action);
      },
    },
    action.label,
  );
  const no = element("button", { type: "button", onclick: end }, "Leave it");
  parent.replaceChildren(element("p", { class: "question" }, action.question), yes, no);
  yes.focus();
}

async function carryOut(action) {
  const outcome = byId("outcome");
  outcome.dataset.stage = "sent";
  outcome.textContent = "Sent…";
  try {
    await command(action.path, typeof action.body === "function" ? action.body() : action.body, (stage) => {
      outcome.dataset.stage = stage.stage;
      outcome.textContent = stage.stage === "accepted" ? "Accepted. Waiting for what is observed…" : sentence(stage.text);
    });
  } catch (error) {
    outcome.dataset.stage = "failed";
    outcome.textContent = error.message;
  }
}

const sentence = (text) => (text ? text.replace(/\.?$/, ".") : "Done.");
