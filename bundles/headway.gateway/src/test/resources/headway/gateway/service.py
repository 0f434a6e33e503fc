"""A service with python3-dbus (libdbus) on the session bus: says "ready", then answers until it is told to stop."""

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib


class Calculator(dbus.service.Object):
    @dbus.service.method("org.example.Calculator", in_signature="ai", out_signature="x")
    def Sum(self, numbers):
        self.Summed(len(numbers))
        return sum(numbers)

    @dbus.service.method("org.example.Calculator", in_signature="", out_signature="")
    def Stop(self):
        loop.quit()

    @dbus.service.signal("org.example.Calculator", signature="u")
    def Summed(self, count):
        pass


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()
name = dbus.service.BusName("org.example.Calculator", bus)
calculator = Calculator(bus, "/org/example/Calculator")
loop = GLib.MainLoop()
print("ready", flush=True)
loop.run()
