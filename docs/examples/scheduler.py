"""Wakes a sleeping node of a rack, and puts it back to sleep: scheduler.py HOST PORT RACK. Needs paho-mqtt."""
import json, queue, sys, uuid
import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

host, port, rack = sys.argv[1], int(sys.argv[2]), sys.argv[3]
answers, me = queue.Queue(), f"scheduler/{uuid.uuid4().hex}"
version = [mqtt.CallbackAPIVersion.VERSION2] if hasattr(mqtt, "CallbackAPIVersion") else []
client = mqtt.Client(*version, protocol=mqtt.MQTTv5)
client.on_message = lambda client, data, message: answers.put(message)

def ask(target, verb, seconds, **body):
    request = Properties(PacketTypes.PUBLISH)
    request.ResponseTopic, request.CorrelationData, request.MessageExpiryInterval = me, uuid.uuid4().bytes, seconds
    request.UserProperty = [("__protVer", "1.0"), ("__srcId", "scheduler")]
    client.publish(f"rack/{rack}/{target}/command/{verb}", json.dumps(body), qos=1, properties=request)
    answer = answers.get(timeout=seconds)
    while answer.properties.CorrelationData != request.CorrelationData:
        answer = answers.get(timeout=seconds)
    return dict(answer.properties.UserProperty)["__stat"], json.loads(answer.payload)

client.connect(host, port)
client.subscribe(me, qos=1)
client.loop_start()
capacity = ask("power", "capacity", 10)[1]["result"]
print("left:", capacity["left_w"], "W; asleep:", *[each["node"] for each in capacity["sleeping"]])
node = next(each["node"] for each in capacity["sleeping"] if each["can_wake"] and each["power_max_w"] <= capacity["left_w"])
for verb in ("wake", "off"):
    status, answer = ask(node, verb, 300)
    print(verb, status, answer["text"])
    if status != "200":
        sys.exit(1)
