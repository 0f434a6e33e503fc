#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""judge.py COUNTS COMMITTED: the table of instructions per message, and TAP: what was promised of them, and that none grew."""
import sys

GROWTH = 1.05


def read(path):
    with open(path) as file:
        return {name: float(value) for name, value in (line.split() for line in file if not line.startswith("#"))}


counts, committed = read(sys.argv[1]), read(sys.argv[2])

# What, against what, and how much of it at most.
TARGETS = [
    ("unicast, one process", "bus-pair", "unix-pair", 1.0),
    ("unicast, two processes", "bus-stream", "unix-stream", 1.0),
    ("unicast, round trip", "bus-pingpong", "unix-pingpong", 1.0),
    ("to a group of 8, of 8 unicast sends", "bus-group-8", "bus-unicast-8", 1 / 4),
    ("to a group of 8, of 8 AF_UNIX sends", "bus-group-8", "unix-unicast-8", 1 / 4),
    ("of dbus-daemon's", "bus-stream", "dbus-stream", 1 / 20),
    ("unicast among 64 members, of 2", "bus-unicast-members-64", "bus-unicast-members-2", 1.02),
    ("unicast among 1024 members, of 2", "bus-unicast-members-1024", "bus-unicast-members-2", 1.02),
    ("to a group among 1024 members, of 2", "bus-group-members-1024", "bus-group-members-2", 1.02),
    ("unicast beside 1000 groups, of none", "bus-unicast-groups-1000", "bus-unicast-groups-0", 1.02),
    ("unicast beside 4000 groups, of none", "bus-unicast-groups-4000", "bus-unicast-groups-0", 1.02),
    ("to a group beside 4000 groups, of none", "bus-group-groups-4000", "bus-group-groups-0", 1.02),
]

# What nobody promised, but one wants to know.
ASIDE = [
    ("unicast, 64 bytes", "bus-pair-64", "unix-pair-64"),
    ("unicast with metadata, of credentials", "bus-pair-meta", "unix-pair-cred"),
    ("to a group of 8 and received, of 8 unicast", "bus-group-8-and-receive", "bus-unicast-8-and-receive"),
    ("through a ring, of the queue, 64 bytes", "bus-ring-64", "bus-queue-64"),
    ("through a ring, of the queue, 1 KiB", "bus-ring-1024", "bus-queue-1024"),
    ("through a ring, of the queue, 16 KiB", "bus-ring-16384", "bus-queue-16384"),
]

print("TAP version 13")
print(f"# {'instructions per message of 1 KiB':44}{'this':>10}{'other':>10}{'ratio':>8}{'at most':>9}")
for what, this, other, *most in TARGETS + ASIDE:
    if this in counts and other in counts:
        limit = f"{most[0]:9.3f}" if most else ""
        print(f"# {what:44}{counts[this]:10.1f}{counts[other]:10.1f}{counts[this] / counts[other]:8.3f}{limit}")

number = failed = 0


def tell(good, what):
    global number, failed
    number += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {number} - {what}")


for what, this, other, most in TARGETS:
    if other not in counts and other.startswith("dbus"):
        number += 1
        print(f"ok {number} - {what} # SKIP no dbus-daemon, or no libdbus-1-dev to build its client with")
    elif this not in counts or other not in counts:
        tell(False, f"{what}: was not counted")
    else:
        ratio = counts[this] / counts[other]
        tell(ratio <= most, f"{what}: {ratio:.3f}, at most {most:.3f}")

for name in (n for n in committed if n.startswith("bus-")):
    now = counts.get(name)
    good = now is not None and now <= committed[name] * GROWTH
    tell(good, f"{name} did not grow: {now} instructions, were {committed[name]}")
print(f"1..{number}")
sys.exit(failed > 0)
