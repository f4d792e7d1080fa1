#!/bin/sh
# Public conformance suites against our broker, on free loopback ports.
#
#   mqtt-conformance.sh PATH
#
# PATH is a checkout of eclipse-paho/paho.mqtt.testing (its interoperability tests, about 4 minutes; they need python3) or of
# eclipse/mosquitto (test/broker/data, packet sequences, seconds), or a folder with both in it. What is there is run; it fails
# unless Paho's tests reach 36 of 37 and mosquitto's sequences 1,483 of 1,483. The checkouts are only read.
set -eu

if [ $# -ne 1 ]; then
    echo "usage: mqtt-conformance.sh PATH, a folder with paho.mqtt.testing or mosquitto in it" >&2
    exit 2
fi
exec dotnet run --configuration Release --project tests/Holdfast.Conformance -- suites "$1"
