"""Paho's Python client as a user would have it, at a broker: paho_client.py SCENARIO PORT VERSION. 0 where all was as it should be."""

import queue
import sys

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

PATIENCE_S = 30
SCENARIO, PORT, VERSION = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
IS_V5 = VERSION == mqtt.MQTTv5


class Client:
    """The callbacks as queues."""

    def __init__(self, client_id, keep_session=False, will=None):
        clean = {} if IS_V5 else {"clean_session": not keep_session}
        self.paho = mqtt.Client(client_id, protocol=VERSION, **clean)
        self.connected, self.inbox, self.granted, self.sent = (queue.Queue() for _ in range(4))
        self.paho.on_connect = lambda c, u, flags, *rest: self.connected.put((flags, rest[0]))
        self.paho.on_message = lambda c, u, message: self.inbox.put(message)
        self.paho.on_subscribe = lambda c, u, mid, granted, *rest: self.granted.put(granted)
        self.paho.on_publish = lambda c, u, mid, *rest: self.sent.put(mid)
        if will:
            self.paho.will_set(*will)
        options = {}
        if IS_V5:
            options["clean_start"] = not keep_session
            options["properties"] = Properties(PacketTypes.CONNECT)
            options["properties"].SessionExpiryInterval = 600 if keep_session else 0
        self.paho.connect("127.0.0.1", PORT, 60, **options)
        self.paho.loop_start()
        flags, reason = self.connected.get(timeout=PATIENCE_S)
        assert reason == 0, reason
        self.session_present = bool(flags["session present"])

    def subscribe(self, topic, qos):
        self.paho.subscribe(topic, qos)
        granted = self.granted.get(timeout=PATIENCE_S)[0]
        assert (granted.value if IS_V5 else granted) == qos, granted

    def publish(self, topic, payload, qos, retain=False, properties=None):
        options = {"properties": properties} if IS_V5 else {}
        self.paho.publish(topic, payload, qos, retain, **options)
        self.sent.get(timeout=PATIENCE_S)

    def next(self):
        return self.inbox.get(timeout=PATIENCE_S)

    def end(self):
        self.paho.disconnect()
        self.paho.loop_stop()


def qos():
    client = Client("a")
    for level in (0, 1, 2):
        client.subscribe(f"t/{level}", level)
        for i in range(50):
            client.publish(f"t/{level}", f"{i}", level)
        got = [client.next() for _ in range(50)]
        assert [m.payload.decode() for m in got] == [str(i) for i in range(50)], got
        assert all(m.qos == level for m in got)
    client.end()


def retained():
    client = Client("a")
    client.publish("state", "kept", 1, retain=True)
    client.subscribe("state", 1)
    message = client.next()
    assert (message.payload, message.retain) == (b"kept", True), message
    client.end()


def session():
    first = Client("a", keep_session=True)
    assert not first.session_present
    first.subscribe("t", 2)
    first.end()
    other = Client("b")
    for level in (1, 2):
        other.publish("t", f"qos {level}", level)
    second = Client("a", keep_session=True)
    assert second.session_present
    assert [second.next().payload for _ in range(2)] == [b"qos 1", b"qos 2"]
    second.end()
    other.end()


def will():
    watcher = Client("watcher")
    watcher.subscribe("will", 1)
    dying = Client("a", will=("will", "died", 1, False))
    dying.paho._sock.close()
    assert watcher.next().payload == b"died"
    dying.paho.loop_stop()
    watcher.end()


def properties():
    client = Client("a")
    client.subscribe("p", 1)
    sent = Properties(PacketTypes.PUBLISH)
    sent.ResponseTopic = "reply"
    sent.CorrelationData = b"42"
    sent.ContentType = "text/plain"
    sent.UserProperty = [("a", "1"), ("b", "2"), ("a", "3")]
    client.publish("p", "x", 1, properties=sent)
    got = client.next().properties
    assert got.ResponseTopic == "reply" and got.CorrelationData == b"42" and got.ContentType == "text/plain"
    assert got.UserProperty == [("a", "1"), ("b", "2"), ("a", "3")], got.UserProperty
    client.end()


globals()[SCENARIO]()
