#!/usr/bin/python3
"""Asks dbus-daemon what it makes of odd match rules: rules.py BUS_ADDRESS. Needs python3-gi.

Prints the strings that were sent as first argument of a signal, separated by tabs; then for each rule the rule, a tab, and
either "refused" or the numbers of the strings that arrived.
"""
import sys
import time

from gi.repository import Gio, GLib

STRINGS = ["", "a b", "a,b", "ab,cd", "ab", "it's", "\\", "a\\b", "\\\\", "\\,", "a=b", "x", "\\x", "x ", "'x'", " x", "\\\\x", "a.b", "/a/b", "/a/"]
RULES = [
    "", "  ", ",", "arg0=''", "arg0=", "arg0=a b", "arg0='a,b'", "arg0=a'b,c'd", "arg0='a''b'", "arg0='it'\\''s'", "arg0=it\\'s",
    "arg0='\\'", "arg0=\\", "arg0=a\\b", "arg0=\\\\", "arg0=\\,", "arg0='\\\\'", "arg0=\\\\'x'", "arg0='a=b'", " arg0 ='x', type=signal",
    "arg0='x',", "arg0='x", "arg0=x'", "type,member='x'", "type", "arg00='x'", "arg0='x',arg0path='/'", "arg0='x',arg0namespace='a'",
    "arg0='x',arg0='x'", "path=/,path_namespace=/", "path=/,path=/", "path_namespace=/a/", "path_namespace=/", "arg1namespace=a",
    "eavesdrop=yes", "eavesdrop=true", "type=signal,type=signal", "arg63=x", "arg64=x", "arg=x", "argx=x", "arg0x=x", "arg0='x' ,type=signal",
    "arg0='x' , type=signal", "arg0= 'x'", "sender=x", "destination=a.b", "interface=a", "interface=x.y", "member=Sig", "member=a.b",
    "arg0path=''", "arg0path=a", "arg0path=/", "arg0path=/a", "arg0path=/a/", "arg0path=/a/b/", "arg0path=/a/b", "arg0namespace=''",
    "arg0namespace=a", "arg0namespace=a.b", "arg0namespace=a.b.c", "arg0namespace=:1.2", "a='b'c", "type=''", "type=signals",
    "type=error", "arg0=x,,type=signal",
]


def connect(address):
    flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
    return Gio.DBusConnection.new_for_address_sync(address, flags, None, None)


def ask(connection, member, argument=None):
    connection.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", member, argument, None, 0, 5000, None)


print("\t".join(STRINGS))
sender = connect(sys.argv[1])
for rule in RULES:
    arrived = []

    def hear(connection, message, incoming):
        if incoming and message.get_member() == "Sig":
            arrived.append(STRINGS.index(message.get_body().unpack()[0]))
        return message

    receiver = connect(sys.argv[1])
    receiver.add_filter(hear)
    try:
        ask(receiver, "AddMatch", GLib.Variant("(s)", (rule,)))
    except GLib.Error:
        print(f"{rule}\trefused")
        continue
    for string in STRINGS:
        sender.emit_signal(None, "/", "x.y", "Sig", GLib.Variant("(s)", (string,)))
    ask(sender, "GetId")
    ask(receiver, "GetId")
    time.sleep(0.02)
    print(f"{rule}\t{' '.join(map(str, arrived))}")
