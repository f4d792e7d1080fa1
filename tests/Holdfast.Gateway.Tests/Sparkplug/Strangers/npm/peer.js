// A stranger for the Sparkplug tests: node peer.js codec | edge PORT | watch PORT. One JSON line for each thing that happens.
"use strict";

const readline = require("readline");
const payload = require("sparkplug-payload").get("spBv1.0");
const [mode, port] = process.argv.slice(2);

// Buffers and longs turn themselves into something else before a replacer sees them.
const flat = (value) =>
  value instanceof Uint8Array ? { base64: Buffer.from(value).toString("base64") }
  : Array.isArray(value) ? value.map(flat)
  : value && typeof value === "object" && "low" in value && "high" in value ? Number(value.toString())
  : value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, flat(v)]))
  : value;
const say = (what) => process.stdout.write(JSON.stringify(flat(what)) + "\n");
const revive = (key, value) => (value && value.base64 !== undefined ? Buffer.from(value.base64, "base64") : value);

function codec(line) {
  const [verb, text] = [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)];
  if (verb === "decode") {
    say(payload.decodePayload(Buffer.from(text, "base64")));
  } else {
    say({ base64: Buffer.from(payload.encodePayload(JSON.parse(text, revive))).toString("base64") });
  }
}

function client(name) {
  return require("sparkplug-client").newClient({
    serverUrl: `mqtt://127.0.0.1:${port}`,
    username: "",
    password: "",
    groupId: "strangers",
    edgeNode: name,
    clientId: `peer-${name}-${process.pid}`,
    version: "spBv1.0",
    publishDeath: true,
  });
}

function edge() {
  const peer = client("pump-house");
  const metric = (name, value, type) => ({ timestamp: Date.now(), name, value, type });
  const births = () => {
    peer.publishNodeBirth({
      timestamp: Date.now(),
      metrics: [metric("Node Control/Rebirth", false, "Boolean"), metric("uptime", 5, "Int64")],
    });
    peer.publishDeviceBirth("pump", {
      timestamp: Date.now(),
      metrics: [metric("flow", 1.5, "Double"), metric("running", true, "Boolean")],
    });
    say({ event: "births" });
  };
  peer.on("birth", births);
  peer.on("ncmd", (command) => {
    say({ event: "ncmd", payload: command });
    if (command.metrics.some((m) => m.name === "Node Control/Rebirth" && m.value === true)) {
      births();
    }
  });
  peer.on("dcmd", (device, command) => say({ event: "dcmd", device, payload: command }));
  return (line) => {
    const [verb, value] = line.split(" ");
    if (verb === "flow") {
      peer.publishDeviceData("pump", { timestamp: Date.now(), metrics: [metric("flow", Number(value), "Double")] });
    } else if (verb === "skip") {
      // One number is never sent.
      peer.incrementSeqNum();
    } else if (verb === "die") {
      peer.publishDeviceDeath("pump", { timestamp: Date.now(), metrics: [] });
    } else if (verb === "stop") {
      peer.stop();
    }
  };
}

function watch() {
  const peer = client("watcher");
  peer.on("birth", () => {
    peer.client.subscribe("spBv1.0/site/#", { qos: 1 }, () => say({ event: "ready" }));
  });
  peer.on("message", (topic, message) => say({ event: "message", topic, payload: message }));
  return () => peer.stop();
}

const take = { codec: () => codec, edge, watch }[mode]();
readline.createInterface({ input: process.stdin }).on("line", take).on("close", () => process.exit(0));
