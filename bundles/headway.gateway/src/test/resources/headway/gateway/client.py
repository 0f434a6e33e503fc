"""A client with GLib (GDBus) on the session bus: calls, hears signals, passes descriptors. Says "ok"."""

import os

from gi.repository import Gio, GLib

bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
loop = GLib.MainLoop()
heard = []


def on_summed(connection, sender, path, interface, signal, parameters):
    heard.append(parameters.unpack())
    if len(heard) > 1:
        return
    loop.quit()


bus.signal_subscribe("org.example.Calculator", "org.example.Calculator", "Summed", None, None, 0, on_summed)
proxy = Gio.DBusProxy.new_sync(
    bus, 0, None, "org.example.Calculator", "/org/example/Calculator", "org.example.Calculator", None)
assert proxy.call_sync("Sum", GLib.Variant("(ai)", ([1, 2, 3],)), 0, -1, None).unpack() == (6,)
loop.run()
assert heard[0] == (3,), heard

# Many at once, each with its answer.
answers = []


def on_answer(source, result, i):
    answers.append((i, source.call_finish(result).unpack()))
    if len(answers) == 500:
        loop.quit()


for i in range(500):
    proxy.call("Sum", GLib.Variant("(ai)", ([i],)), 0, -1, None, on_answer, i)
loop.run()
assert sorted(answers) == [(i, (i,)) for i in range(500)]

# A descriptor, to ourselves: what the bus hands over is another descriptor of the same file.
assert bus.get_capabilities() & Gio.DBusCapabilityFlags.UNIX_FD_PASSING
readable, writable = os.pipe()
got = []


def on_message(connection, message, incoming):
    if incoming and message.get_member() == "Take":
        got.append(message.get_unix_fd_list().get(0))
        GLib.idle_add(loop.quit)
    return message


bus.add_filter(on_message)
message = Gio.DBusMessage.new_signal("/take", "org.example.Take", "Take")
message.set_destination(bus.get_unique_name())
descriptors = Gio.UnixFDList.new()
descriptors.append(writable)
message.set_unix_fd_list(descriptors)
message.set_body(GLib.Variant("(h)", (0,)))
bus.send_message(message, 0)
loop.run()
os.write(got[0], b"through the bus")
assert os.read(readable, 100) == b"through the bus"

proxy.call_sync("Stop", None, 0, -1, None)
print("ok")
