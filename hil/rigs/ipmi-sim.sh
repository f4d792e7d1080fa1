#!/bin/sh
# A stranger's BMC on loopback: Debian's ipmi_sim (package openipmi) with one node behind it whose power is a file.
#
#   ipmi-sim.sh [PORT [FOLDER [ADDRESS]]]    (6230, a folder that is removed at the end, 127.0.0.1)
#
# In the folder: power (0 or 1), orders (what the BMC told the node, line by line), deaf (while it is there, the node ignores the
# power button), temp, fan and watts (raw sensor values: 1 degree C, 30 rpm and 2.5 W a step). The tests start it the same way.
set -eu

port=${1:-6230}
address=${3:-127.0.0.1}
if [ $# -ge 2 ]; then
    folder=$2
else
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT INT TERM
fi
user=admin
password=holdfast

mkdir -p "$folder/state"
[ -f "$folder/power" ] || echo 0 >"$folder/power"
[ -f "$folder/temp" ] || echo 41 >"$folder/temp"
[ -f "$folder/fan" ] || echo 100 >"$folder/fan"
[ -f "$folder/watts" ] || echo 60 >"$folder/watts"
touch "$folder/orders"

cat >"$folder/lan.conf" <<END
name "node"
set_working_mc 0x20
  startlan 1
    addr $address $port
    priv_limit admin
    allowed_auths_user md5
    allowed_auths_operator md5
    allowed_auths_admin md5
    guid 0102030405060708090a0b0c0d0e0f10
  endlan
  chassis_control "$folder/chassis"
  user 2 true "$user" "$password" admin 10 md5
END

# ipmi_sim calls it with "get power", "set power 1", "set reset 1", "set shutdown 1".
cat >"$folder/chassis" <<END
#!/bin/sh
turn() { echo "\$1" >"$folder/power.new" && mv "$folder/power.new" "$folder/power"; }
case "\$1 \$2" in
    "get power") echo "power:\$(cat "$folder/power")" ;;
    "set power") turn "\$3" ;;
    "set shutdown") [ -e "$folder/deaf" ] || turn 0 ;;
esac
[ "\$1" = get ] || echo "\$*" >>"$folder/orders"
END
chmod +x "$folder/chassis"

# A full sensor record (IPMI 2.0 section 43.1): number, type, event type, signedness, base unit, factor, exponent, name.
record() {
    name=$(printf %s "$8" | od -An -v -tx1 | sed 's/ / 0x/g')
    length=$(printf %s "$8" | wc -c)
    echo "main_sdr_add 0x20 0 0 0x51 0x01 $((43 + length)) 0x20 0 $1 7 1 0x7f 0x68 $2 $3 0 0 0 0 0 0 $4 $5 0 0 $6 0 0 0 0 $7" \
        "0 0 0 0 0xff 0 0 0 0 0 0 0 0 0 0 0 0 $((192 + length))$name"
}
none=000000000000000
sensor() {
    echo "sensor_add 0x20 0 $1 $2 1 poll 20 file \"$folder/$3\""
    echo "sensor_set_event_support 0x20 0 $1 disable scanning none $none $none $none $none"
}
{
    echo "mc_setbmc 0x20"
    echo "mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02"
    echo "mc_set_guid 0x20 0102030405060708090a0b0c0d0e0f10"
    sensor 1 0x01 temp
    sensor 2 0x04 fan
    sensor 3 0x0b watts
    record 1 0x01 0x01 0x80 1 1 0 "CPU Temp"
    record 2 0x04 0x01 0x00 18 30 0 "Fan 1"
    record 3 0x0b 0x01 0x00 6 25 0xf0 "Power"
    # Described, but not there.
    record 9 0x02 0x01 0x00 4 1 0 "12 V"
    # Of states, not of values.
    record 10 0x0d 0x6f 0x00 0 1 0 "Disk"
    echo "mc_enable 0x20"
} >"$folder/commands"

if [ $# -ge 2 ]; then
    exec ipmi_sim -c "$folder/lan.conf" -f "$folder/commands" -s "$folder/state" -n
fi
echo "BMC on $address:$port, user $user, password $password; the node is in $folder"
echo "try: IPMI_PASSWORD=$password ipmitool -I lanplus -C 3 -H $address -p $port -U $user -E chassis power on"
ipmi_sim -c "$folder/lan.conf" -f "$folder/commands" -s "$folder/state" -n
