#!/bin/sh
# Records the golden messages: foreign programs talk on a private bus, foreign monitors write down what was said, as bytes and
# as their own text. See README.md. Usage: record.sh [DIR]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/../resources/golden}
work=$(mktemp -d)
socket=$work/bus
mkdir -p "$out"
export DBUS_SESSION_BUS_ADDRESS="unix:path=$socket"

sed "s|BUS_SOCKET|$socket|" "$here/bus.conf" > "$work/bus.conf"
dbus-daemon --config-file="$work/bus.conf" --nofork --nopidfile & daemon=$!
trap 'kill $daemon' EXIT
while [ ! -S "$socket" ]; do sleep 0.1; done

dbus-monitor --address "$DBUS_SESSION_BUS_ADDRESS" --binary > "$work/libdbus.bin" & m1=$!
dbus-monitor --address "$DBUS_SESSION_BUS_ADDRESS" > "$work/libdbus.txt" & m2=$!
busctl --address="$DBUS_SESSION_BUS_ADDRESS" capture > "$work/sdbus.pcapng" & m3=$!
busctl --address="$DBUS_SESSION_BUS_ADDRESS" --json=short monitor > "$work/sdbus.json" & m4=$!
sleep 1

dbus-send --session --type=signal /recording org.example.Recording.Start
gcc -Wall -o "$work/sdbus" "$here/sdbus.c" -lsystemd
"$work/sdbus" & sd=$!
sleep 0.5
gdbus call --session --dest org.example.Sd --object-path /org/example/sd --method org.example.Sd.Echo "'there'"
wait $sd
gdbus emit --session --object-path /org/example/gdbus --signal org.example.Gdbus.Changed "'volume'" "<uint32 11>" "{'muted': <false>}"
dbus-send --session --print-reply --dest=org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus.ListNames > /dev/null
dbus-send --session --type=signal /org/example/send org.example.Send.Everything byte:7 boolean:true int16:-16 uint16:16 int32:-32 \
  uint32:32 int64:-64 uint64:64 double:0.25 string:'it is' objpath:/x array:string:a,b dict:string:int32:k,1,l,2 variant:int32:-8
/usr/bin/python3 "$here/glib.py" send "$socket"
dbus-send --session --type=signal /recording org.example.Recording.Stop
sleep 1

kill $m1 $m2 $m3 $m4
wait $m1 $m2 $m3 $m4 || true
/usr/bin/python3 "$here/rules.py" "$DBUS_SESSION_BUS_ADDRESS" > "$out/rules.txt"
/usr/bin/python3 "$here/glib.py" make "$out"

# What counts is between Start and Stop: before, each monitor sees another part of the others' coming.
cp "$work/libdbus.bin" "$out/libdbus.bin"
sed 's/ time=[0-9.]*//' "$work/libdbus.txt" > "$out/libdbus.txt"
cp "$work/sdbus.pcapng" "$out/sdbus.pcapng"
sed -E 's/"(timestamp-realtime|realtime|monotonic|seqnum)":[0-9]+,//g' "$work/sdbus.json" > "$out/sdbus.json"
rm -r "$work"
