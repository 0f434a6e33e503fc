"""Passes more descriptors than a message says, and more than the bus takes; the address is the argument. Says what became of
it: "disconnected", or the name of the error."""

import array
import os
import socket
import struct
import sys

PATH = sys.argv[1]


def connect():
    s = socket.socket(socket.AF_UNIX)
    s.connect(PATH)
    s.sendall(b"\0AUTH EXTERNAL " + str(os.getuid()).encode().hex().encode() + b"\r\nNEGOTIATE_UNIX_FD\r\nBEGIN\r\n")
    s.settimeout(20)
    s.sendall(call("org.freedesktop.DBus", "org.freedesktop.DBus", "Hello", 1, 0))
    text = b""
    while b"NameAcquired" not in text:
        data = s.recv(65536)
        assert data, "disconnected"
        text += data
    return s


def field(code, signature, value):
    if signature == "u":
        return bytes([code, 1]) + b"u\0" + struct.pack("<I", value)
    data = value.encode()
    raw = bytes([code, 1]) + signature.encode() + b"\0" + struct.pack("<I", len(data)) + data + b"\0"
    return raw + b"\0" * (-len(raw) % 8)


def call(destination, interface, member, serial, fds):
    fields = field(1, "o", "/org/freedesktop/DBus") + field(2, "s", interface) + field(3, "s", member)
    fields += field(6, "s", destination)
    if fds:
        fields += field(9, "u", fds)
    # Padding after the last field is not part of the fields.
    length = len(fields) if fds else len(fields.rstrip(b"\0")) + 1
    header = struct.pack("<BBBBII", ord("l"), 1, 0, 1, 0, serial) + struct.pack("<I", length) + fields[:length]
    return header + b"\0" * (-len(header) % 8)


def send(s, data, count):
    fds = array.array("i", [0] * count)
    s.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])


def outcome(s):
    try:
        data = s.recv(65536)
    except ConnectionResetError:
        data = b""
    for error in (b"LimitsExceeded", b"NotSupported"):
        if error in data:
            return error.decode()
    return "answered" if data else "disconnected"


# As many as the message says, to the bus, which does not want them.
s = connect()
send(s, call("org.freedesktop.DBus", "org.freedesktop.DBus", "GetId", 2, 3), 3)
print("as said:", outcome(s))

# More than the message says: they belong to nobody, and pile up.
s = connect()
try:
    for serial in range(2, 200):
        send(s, call("org.freedesktop.DBus", "org.freedesktop.DBus", "GetId", serial, 1), 250)
    s.shutdown(socket.SHUT_WR)
    while s.recv(65536):
        pass
    print("more than said: disconnected")
except (BrokenPipeError, ConnectionResetError):
    print("more than said: disconnected")

# To somebody who did not agree to descriptors.
plain = socket.socket(socket.AF_UNIX)
plain.connect(PATH)
plain.sendall(b"\0AUTH EXTERNAL " + str(os.getuid()).encode().hex().encode() + b"\r\nBEGIN\r\n")
plain.sendall(call("org.freedesktop.DBus", "org.freedesktop.DBus", "Hello", 1, 0))
text = b""
while b"NameAcquired" not in text:
    data = plain.recv(65536)
    assert data, "disconnected"
    text += data
name = text[text.index(b":1."):].split(b"\0")[0].decode()
s = connect()
send(s, call(name, "org.example.A", "Take", 2, 1), 1)
print("to who takes none:", outcome(s))

# More than a user may have, in beginnings of messages that never end, from several connections.
hoarders = []
try:
    for i in range(8):
        s = connect()
        hoarders.append(s)
        send(s, call("org.freedesktop.DBus", "org.freedesktop.DBus", "GetId", 2, 200)[:20], 200)
        s.sendall(b"")
    hoarders[-1].settimeout(20)
    print("hoarded:", "disconnected" if not hoarders[-1].recv(1) else "answered")
except (BrokenPipeError, ConnectionResetError):
    print("hoarded: disconnected")
# Once they have gone, what they had is there for others.
for s in hoarders:
    s.close()
s = connect()
send(s, call("org.freedesktop.DBus", "org.freedesktop.DBus", "GetId", 2, 200), 200)
print("afterwards:", outcome(s))
