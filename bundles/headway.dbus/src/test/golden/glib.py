#!/usr/bin/python3
"""GLib makes and reads D-Bus messages. Needs python3-gi.

make DIR     writes glib-little.bin, glib-big.bin and glib.json
read         reads messages from standard input, prints each as one line of JSON, as busctl would
send SOCKET  sends the big-endian messages of DIR through a bus daemon
"""
import json
import socket
import sys

from gi.repository import Gio, GLib

BODIES = [
    None,
    ("(ybnqiuxtd)", "(255, true, -2, 65534, -3, 4294967293, -4, 18446744073709551612, 0.1)"),
    ("(sog)", "('ünï', '/', 'a{sv}')"),
    ("(s)", "('',)"),
    ("(ayay)", "(b'headway', [])"),
    ("(anaqaiauaxatadab)", "([1,-1], [1], [1,2,3], [], [-1], [1], [1.5, -2.25], [true, false])"),
    ("(a{sv})", "({'speed': <42.5>, 'gear': <'D'>, 'doors': <[true, false, true, true]>, 'inner': <<uint16 7>>},)"),
    ("(a{ya{tas}})", "({1: {2: ['a', 'b'], 3: []}, 4: {}},)"),
    ("((y(n(x(d)))))", "((1, (2, (3, (4.5,)))),)"),
    ("(aaaai)", "([[[[1]], []], []],)"),
    ("(vvv)", "(<'s'>, <(1, 'two')>, <[<1>, <'x'>]>)"),
    ("(ya(yx))", "(1, [(2, 3), (4, 5)])"),
    ("(yav)", "(9, [])"),
    ("(a(s))", "([],)"),
]


def messages():
    for number, body in enumerate(BODIES):
        kind = number % 4
        if kind == 0:
            m = Gio.DBusMessage.new_signal("/org/example/glib", "org.example.GLib", f"Signal{number}")
        elif kind == 1:
            m = Gio.DBusMessage.new_method_call("org.example.Callee", "/org/example/glib", "org.example.GLib", f"Call{number}")
            m.set_flags(Gio.DBusMessageFlags.NO_AUTO_START)
        else:
            call = Gio.DBusMessage.new_method_call("a.b", "/", "a.b", "C")
            call.set_serial(100 + number)
            if kind == 2:
                m = call.new_method_reply()
            else:
                m = call.new_method_error_literal("org.example.Error.Odd", "will be replaced")
        m.set_sender(":1.7")
        m.set_serial(number + 1)
        if body:
            m.set_body(GLib.Variant.parse(GLib.VariantType(body[0]), body[1]))
        yield m


def blob(message, order):
    message.set_byte_order(order)
    return bytes(message.to_blob(Gio.DBusCapabilityFlags.UNIX_FD_PASSING))


def split(data):
    while data:
        size = Gio.DBusMessage.bytes_needed(data[:16])
        yield data[:size]
        data = data[size:]


def value(v):
    kind = v.get_type_string()
    if kind == "v":
        inner = v.get_variant()
        return {"type": inner.get_type_string(), "data": value(inner)}
    if kind.startswith("a{"):
        entries = [v.get_child_value(i) for i in range(v.n_children())]
        return {str(e.get_child_value(0).unpack()): value(e.get_child_value(1)) for e in entries}
    if v.is_container():
        return [value(v.get_child_value(i)) for i in range(v.n_children())]
    return v.unpack()


TYPES = {1: "method_call", 2: "method_return", 3: "error", 4: "signal"}


def line(message):
    out = {"type": TYPES[int(message.get_message_type())]}
    out["endian"] = "B" if message.get_byte_order() == Gio.DBusMessageByteOrder.BIG_ENDIAN else "l"
    out["flags"] = int(message.get_flags())
    out["version"] = 1
    out["cookie"] = message.get_serial()
    for key, got in (
        ("reply_cookie", message.get_reply_serial()),
        ("sender", message.get_sender()),
        ("destination", message.get_destination()),
        ("path", message.get_path()),
        ("interface", message.get_interface()),
        ("member", message.get_member()),
        ("error_name", message.get_error_name()),
    ):
        if got:
            out[key] = got
    body = message.get_body()
    out["payload"] = {"type": message.get_signature(), "data": value(body) if body else []}
    return dump(out)


def dump(x):
    """JSON as busctl writes it: no blanks, doubles with 21 digits."""
    if isinstance(x, dict):
        return "{" + ",".join(dump(k) + ":" + dump(v) for k, v in x.items()) + "}"
    if isinstance(x, list):
        return "[" + ",".join(map(dump, x)) + "]"
    return f"{x:.21e}" if isinstance(x, float) else json.dumps(x, ensure_ascii=False)


def make(folder):
    for name, order in (("little", Gio.DBusMessageByteOrder.LITTLE_ENDIAN), ("big", Gio.DBusMessageByteOrder.BIG_ENDIAN)):
        with open(f"{folder}/glib-{name}.bin", "wb") as out:
            for m in messages():
                out.write(blob(m, order))
        with open(f"{folder}/glib-{name}.bin", "rb") as made, open(f"{folder}/glib-{name}.json", "w") as out:
            for each in split(made.read()):
                out.write(line(Gio.DBusMessage.new_from_blob(each, Gio.DBusCapabilityFlags.UNIX_FD_PASSING)) + "\n")


def read():
    for each in split(sys.stdin.buffer.read()):
        print(line(Gio.DBusMessage.new_from_blob(each, Gio.DBusCapabilityFlags.UNIX_FD_PASSING)))


def send(path):
    """A client by hand, since GLib itself would not send what is foreign to the machine."""
    bus = socket.socket(socket.AF_UNIX)
    bus.connect(path)
    bus.sendall(b"\0AUTH EXTERNAL\r\nDATA\r\n")
    bus.recv(1000)
    bus.sendall(b"BEGIN\r\n")
    hello = Gio.DBusMessage.new_method_call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello")
    hello.set_serial(1000)
    bus.sendall(blob(hello, Gio.DBusMessageByteOrder.BIG_ENDIAN))
    name = None
    for each in split(bus.recv(65536)):
        name = name or Gio.DBusMessage.new_from_blob(each, Gio.DBusCapabilityFlags.NONE).get_destination()
    for m in messages():
        if m.get_message_type() == Gio.DBusMessageType.SIGNAL:
            m.set_sender(name)
            bus.sendall(blob(m, Gio.DBusMessageByteOrder.BIG_ENDIAN))
    bus.close()


if sys.argv[1] == "make":
    make(sys.argv[2])
elif sys.argv[1] == "read":
    read()
else:
    send(sys.argv[2])
