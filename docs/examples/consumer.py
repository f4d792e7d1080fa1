#!/usr/bin/env python3
"""A consumer that gets each message of a Holdfast outbox once: at least once on the wire, the second dropped by its number.

    python3 consumer.py HOST PORT TOPIC [PUBLIC-KEY.pem]

Prints a JSON object a line: {"new": …}, {"gap": …} for signed records of what will not come. Needs paho-mqtt; with a
public key (holdfast outbox key) also openssl. What has been seen is kept in memory here; a consumer that must survive its
own restarts stores it together with what it makes of the messages.
"""
import base64, json, subprocess, sys, tempfile
import paho.mqtt.client as mqtt
from paho.mqtt.subscribeoptions import SubscribeOptions

host, port, topic = sys.argv[1], int(sys.argv[2]), sys.argv[3]
public_key = sys.argv[4] if len(sys.argv) > 4 else None
seen = {}  # stream -> set of numbers; use ranges where it runs for months


def is_signed(record):
    """The signature is over the record's fields as lines (docs/mqtt.md)."""
    if not public_key:
        return False
    fields = ["id", "stream", "first", "last", "class", "count", "why", "from_ms", "to_ms", "at_ms"]
    text = "\n".join(["holdfast-gap-1"] + [str(record[field]) for field in fields]) + "\n"
    with tempfile.NamedTemporaryFile() as signature:
        signature.write(base64.b64decode(record["signature"]))
        signature.flush()
        check = ["openssl", "dgst", "-sha256", "-verify", public_key, "-signature", signature.name]
        return subprocess.run(check, input=text.encode(), capture_output=True).returncode == 0


def on_message(client, userdata, message):
    properties = dict(getattr(message.properties, "UserProperty", []))
    payload = message.payload
    if "hf-seq" not in properties and payload[:1] == b"{":  # over MQTT 3.1.1: an envelope
        envelope = json.loads(payload)
        if "seq" in envelope and "payload" in envelope:
            properties = {"hf-stream": envelope["stream"], "hf-seq": envelope["seq"], "hf-class": envelope["class"]}
            payload = base64.b64decode(envelope["payload"])
    if "hf-seq" in properties:
        numbers, number = seen.setdefault(properties["hf-stream"], set()), int(properties["hf-seq"])
        if number in numbers:
            return  # it came before
        numbers.add(number)
    if properties.get("hf-class") == "gap":
        record = json.loads(payload)
        print(json.dumps({"gap": record, "signed": is_signed(record)}), flush=True)
    else:
        print(json.dumps({"new": payload.decode(), "topic": message.topic}), flush=True)


def on_connect(client, userdata, flags, reason, properties):
    client.subscribe(topic, options=SubscribeOptions(qos=1))


client = mqtt.Client(client_id="consumer-" + topic.replace("/", "-"), protocol=mqtt.MQTTv5)
client.on_message, client.on_connect = on_message, on_connect
client.on_subscribe = lambda *_: print(json.dumps({"ready": True}), flush=True)
client.connect(host, port, clean_start=False)
client.loop_forever()
