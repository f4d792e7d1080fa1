"""Wakes a sleeping node of a rack, and puts it back to sleep: scheduler.py HOST PORT RACK. Needs paho-mqtt."""
import json, queue, sys, uuid
import paho.mqtt.client as mqtt
from paho.mqtt.properties import PacketTypes, Properties

host, port, rack = sys.argv[1:]
answers, me = queue.Queue(), f"scheduler/{uuid.uuid4().hex}"
client = mqtt.Client(protocol=mqtt.MQTTv5)
client.on_message = lambda client, data, message: answers.put(json.loads(message.payload))

def ask(target, verb, seconds):
    request = Properties(PacketTypes.PUBLISH)
    request.ResponseTopic, request.CorrelationData, request.UserProperty = me, uuid.uuid4().bytes, ("__srcId", "scheduler")
    client.publish(f"rack/{rack}/{target}/command/{verb}", json.dumps({"deadline_s": seconds}), qos=1, properties=request)
    return answers.get(timeout=seconds + 10)

client.connect(host, int(port))
client.subscribe(me, qos=1)
client.loop_start()
capacity = ask("power", "capacity", 10)["result"]
print("left:", capacity["left_w"], "W; asleep:", *[each["node"] for each in capacity["sleeping"]])
node = next(each["node"] for each in capacity["sleeping"] if each["can_wake"] and each["power_max_w"] <= capacity["left_w"])
for verb in ("wake", "off"):
    print(f"{verb}:", ask(node, verb, 300)["text"])
