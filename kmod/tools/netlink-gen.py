#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes what follows from Documentation/netlink/specs/afbus.yaml.

    netlink-gen.py            write the files
    netlink-gen.py --check    say whether they are what would be written

The kernel's own generator (tools/net/ynl) reads the specification, too, and writes
the same header of user space. This one needs nothing but Python, refuses all
attributes where an operation takes none, and makes what programs want to know as
well. What it does not know in a specification is an error, never left out.
"""

import difflib
import re
import sys
from pathlib import Path

KMOD = Path(__file__).resolve().parent.parent
SPEC = Path("Documentation/netlink/specs/afbus.yaml")

C_WIDTH = 80
TAB = 8


class SpecError(Exception):
    pass


class Yaml:
    """The part of YAML that netlink specifications are written in.

    Block mappings and sequences, scalars, literal text, lists in brackets,
    anchors and aliases of mappings. Nothing else.
    """

    KEY = re.compile(r"([a-z0-9-]+):(?: +(.*))?$")

    def __init__(self, text):
        self.lines = []
        self.anchors = {}
        self.at = 0
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip() and not line.lstrip().startswith("#"):
                self.lines.append((number, len(line) - len(line.lstrip()), line.strip()))

    def error(self, what):
        number = self.lines[min(self.at, len(self.lines) - 1)][0]
        raise SpecError(f"{SPEC}:{number}: {what}")

    def indent(self):
        return self.lines[self.at][1] if self.at < len(self.lines) else -1

    def document(self):
        tree = self.block(-1)
        if self.at < len(self.lines):
            self.error("not aligned with anything above it")
        return tree

    def block(self, outer):
        indent = self.indent()
        if indent <= outer:
            self.error("something indented is missing before this")
        if self.lines[self.at][2].startswith("-"):
            return self.sequence(indent)
        return self.mapping(indent)

    def sequence(self, indent):
        items = []
        while self.indent() == indent and self.lines[self.at][2].startswith("-"):
            text = self.lines[self.at][2][1:].strip()
            self.at += 1
            items.append(self.scalar(text) if text else self.block(indent))
        return items

    def mapping(self, indent):
        entries = {}
        while self.indent() == indent:
            match = self.KEY.match(self.lines[self.at][2])
            if not match:
                self.error("a key, a colon and a value are expected")
            key, text = match.group(1), match.group(2) or ""
            if key in entries:
                self.error(f"{key}: said twice")
            self.at += 1
            entries[key] = self.value(text, indent)
        return entries

    def value(self, text, indent):
        if text == "|":
            return self.literal(indent)
        if text.startswith("&"):
            self.anchors[text[1:]] = value = self.block(indent)
            return value
        if text.startswith("*"):
            if text[1:] not in self.anchors:
                self.error(f"no anchor {text[1:]}")
            return self.anchors[text[1:]]
        return self.scalar(text) if text else self.block(indent)

    def literal(self, indent):
        lines = []
        while self.indent() > indent:
            lines.append(self.lines[self.at][2])
            self.at += 1
        return "\n".join(lines)

    def scalar(self, text):
        if text.startswith("["):
            if not text.endswith("]"):
                self.error("a list in brackets must end in its line")
            return [self.scalar(item.strip()) for item in text[1:-1].split(",") if item.strip()]
        if text[0] in "&*{!|>'\"%@`" or ": " in text or " #" in text:
            self.error(f"this way of writing a value is not known here: {text}")
        return int(text) if text.isdigit() else text


def known(where, entry, *keys):
    for key in entry:
        if key not in keys:
            raise SpecError(f"{SPEC}: {where}: {key} is not known to {Path(__file__).name}")


def upper(*words):
    return "_".join(words).replace("-", "_").upper()


def lower(*words):
    return "_".join(words).replace("-", "_")


class Attribute:
    KERNEL = {"u32": "NLA_U32", "u64": "NLA_U64", "flag": "NLA_FLAG", "string": "NLA_NUL_STRING"}

    def __init__(self, attribute_set, entry, number):
        where = f"{attribute_set.name}.{entry.get('name')}"
        known(where, entry, "name", "type", "doc", "checks", "enum", "display-hint")
        known(where, entry.get("checks", {}), "max-len")
        self.name = entry["name"]
        self.type = entry["type"]
        self.number = number
        self.max_len = entry.get("checks", {}).get("max-len")
        self.enum = entry.get("enum")
        self.hex = entry.get("display-hint") == "hex"
        self.c_name = upper(attribute_set.prefix, self.name)
        if self.type not in ("pad", *self.KERNEL):
            raise SpecError(f"{SPEC}: {where}: type {self.type} is not known")

    def policy(self):
        length = f" .len = {self.max_len}," if self.max_len else ""
        return f"{{ .type = {self.KERNEL[self.type]},{length} }}"

    def user_type(self):
        """Its type for programs: what tools/netlink-spec.h calls it."""
        if self.enum:
            return "SPEC_FLAGS"
        return "SPEC_ADDR" if self.hex else f"SPEC_{self.type.upper()}"


class AttributeSet:
    def __init__(self, family, entry):
        known(entry.get("name"), entry, "name", "doc", "attributes")
        self.name = entry["name"]
        self.prefix = f"{family}-a-{self.name}"
        self.attributes = [Attribute(self, a, n) for n, a in enumerate(entry["attributes"], 1)]

    def find(self, names):
        by_name = {a.name: a for a in self.attributes}
        for name in names:
            if name not in by_name:
                raise SpecError(f"{SPEC}: {self.name} has no attribute {name}")
        return sorted((by_name[name] for name in names), key=lambda a: a.number)


class Operation:
    FLAGS = {"admin-perm": "GENL_ADMIN_PERM", "uns-admin-perm": "GENL_UNS_ADMIN_PERM"}

    def __init__(self, family, entry, sets):
        self.name = entry.get("name")
        known(self.name, entry, "name", "doc", "attribute-set", "flags", "do", "dump", "mcgrp", "event")
        self.attribute_set = sets[entry["attribute-set"]]
        self.c_name = upper(family, "cmd", self.name)
        self.function = lower(family, "nl", self.name)
        self.policy_name = lower(family, self.name, "nl-policy")
        self.flags = [self.FLAGS[flag] for flag in entry.get("flags", [])]
        self.kinds = [kind for kind in ("do", "dump") if kind in entry]
        self.is_event = "event" in entry
        requested = set()
        for kind in self.kinds:
            known(f"{self.name} {kind}", entry[kind], "request", "reply")
            requested.update(entry[kind].get("request", {}).get("attributes", []))
            self.attribute_set.find(entry[kind].get("reply", {}).get("attributes", []))
        self.requested = self.attribute_set.find(requested)
        if self.is_event == bool(self.kinds):
            raise SpecError(f"{SPEC}: {self.name}: an operation is either asked for or an event")
        if self.is_event:
            self.attribute_set.find(entry["event"]["attributes"])

    HANDLERS = {
        "do": ("doit", "struct sk_buff *skb, struct genl_info *info"),
        "dump": ("dumpit", "struct sk_buff *skb, struct netlink_callback *cb"),
    }

    def handlers(self):
        return [(field, f"{self.function}_{field}", arguments)
                for field, arguments in (self.HANDLERS[kind] for kind in self.kinds)]


class Family:
    def __init__(self, tree):
        known("the family", tree, "name", "protocol", "uapi-header", "kernel-policy", "doc", "definitions",
              "attribute-sets", "operations", "mcast-groups")
        if (tree["protocol"], tree["kernel-policy"]) != ("genetlink-legacy", "per-op"):
            raise SpecError(f"{SPEC}: protocol: only genetlink-legacy with kernel-policy per-op is known")
        self.name = tree["name"]
        self.version = 1
        self.header = tree["uapi-header"]
        self.flags = tree["definitions"]
        for flags in self.flags:
            known(flags["name"], flags, "type", "name", "doc", "entries")
            if flags["type"] != "flags":
                raise SpecError(f"{SPEC}: {flags['name']}: only flags are known")
        self.sets = {s["name"]: AttributeSet(self.name, s) for s in tree["attribute-sets"]}
        self.operations = [Operation(self.name, o, self.sets) for o in tree["operations"]["list"]]
        self.groups = [g["name"] for g in tree["mcast-groups"]["list"]]


def head(licence, kind):
    first = f"// SPDX-License-Identifier: {licence}" if kind == "source" else \
        f"/* SPDX-License-Identifier: {licence} */"
    return [first, f"/* Do not edit: tools/netlink-gen.py makes it from {SPEC}. */", ""]


def enum(names, first="= 1", last=None):
    lines = ["enum {", f"\t{names[0]} {first},".replace(" ,", ","), *(f"\t{n}," for n in names[1:])]
    if last:
        lines += ["", f"\t__{last},", f"\t{last} = (__{last} - 1)"]
    return [*lines, "};", ""]


def uapi_header(family):
    guard = "_UAPI_" + upper(re.sub(r"\W", "_", family.header))
    prefix = upper(family.name)
    lines = head("((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)", "header")
    lines += [f"#ifndef {guard}", f"#define {guard}", ""]
    lines += [f'#define {prefix}_FAMILY_NAME\t"{family.name}"',
              f"#define {prefix}_FAMILY_VERSION\t{family.version}", ""]
    for flags in family.flags:
        names = [(upper(family.name, flags["name"], e["name"]), e["doc"]) for e in flags["entries"]]
        lines += ["/**", f" * enum {lower(family.name, flags['name'])} - {flags['doc']}"]
        lines += [f" * @{name}: {doc}" for name, doc in names]
        lines += [" */", f"enum {lower(family.name, flags['name'])} {{"]
        lines += [f"\t{name} = {1 << bit}," for bit, (name, _) in enumerate(names)]
        lines += ["};", ""]
    for attribute_set in family.sets.values():
        lines += enum([a.c_name for a in attribute_set.attributes], last=upper(attribute_set.prefix, "max"))
    lines += enum([o.c_name for o in family.operations], last=upper(family.name, "cmd-max"))
    lines += [f'#define {upper(family.name, "mcgrp", g)}\t"{g}"' for g in family.groups]
    return [*lines, "", f"#endif /* {guard} */"]


def prototype(name, arguments):
    line = f"int {name}({arguments});"
    if len(line) <= C_WIDTH:
        return [line]
    first, second = arguments.split(", ")
    column = len(f"int {name}(")
    return [f"int {name}({first},", "\t" * (column // TAB) + " " * (column % TAB) + f"{second});"]


def kernel_header(family):
    guard = f"_{upper(family.name)}_CONTROL_GEN_H"
    lines = head("GPL-2.0-only", "header")
    lines += [f"#ifndef {guard}", f"#define {guard}", "", "#include <net/netlink.h>", "#include <net/genetlink.h>", "",
              f"#include <{family.header}>", ""]
    for operation in family.operations:
        for _, name, arguments in operation.handlers():
            lines += prototype(name, arguments)
    lines += [""] + enum([upper(family.name, "nlgrp", g) for g in family.groups], first="")
    return [*lines, f"extern struct genl_family {family.name}_nl_family;", "", f"#endif /* {guard} */"]


def kernel_source(family):
    name = family.name
    lines = head("GPL-2.0-only", "source") + ['#include "control-gen.h"', ""]
    lines += ["/* of operations that take no attribute */",
              f"static const struct nla_policy {name}_none_nl_policy[] = {{", "\t[1] = { .type = NLA_REJECT, },", "};", ""]
    for operation in family.operations:
        if operation.requested:
            lines += [f"/* {operation.c_name} */",
                      f"static const struct nla_policy {operation.policy_name}[] = {{",
                      *(f"\t[{a.c_name}] = {a.policy()}," for a in operation.requested), "};", ""]
    lines += [f"static const struct genl_ops {name}_nl_ops[] = {{"]
    for operation in family.operations:
        if operation.is_event:
            continue
        fields = [("cmd", operation.c_name), *((field, handler) for field, handler, _ in operation.handlers())]
        policy = operation.policy_name if operation.requested else f"{name}_none_nl_policy"
        fields += [("policy", policy), ("maxattr", f"ARRAY_SIZE({policy}) - 1")]
        if operation.flags:
            fields.append(("flags", " | ".join(operation.flags)))
        lines += ["\t{", *(f"\t\t.{field}\t{tabs(field)}= {value}," for field, value in fields), "\t},"]
    lines += ["};", "", f"static const struct genl_multicast_group {name}_nl_mcgrps[] = {{",
              *(f'\t[{upper(name, "nlgrp", g)}] = {{ .name = {upper(name, "mcgrp", g)}, }},' for g in family.groups),
              "};", ""]
    fields = [("name", f"{upper(name)}_FAMILY_NAME"), ("version", f"{upper(name)}_FAMILY_VERSION"), ("netnsok", "true"),
              ("parallel_ops", "true"), ("module", "THIS_MODULE"), ("ops", f"{name}_nl_ops"),
              ("n_ops", f"ARRAY_SIZE({name}_nl_ops)"), ("mcgrps", f"{name}_nl_mcgrps"),
              ("n_mcgrps", f"ARRAY_SIZE({name}_nl_mcgrps)")]
    return [*lines, f"struct genl_family {name}_nl_family __ro_after_init = {{",
            *(f"\t.{field}\t{tabs(field)}= {value}," for field, value in fields), "};"]


def tabs(field):
    """What more than one tab brings the value of a .field to the column of the others."""
    return "\t" if len(field) + 1 < TAB else ""


def user_header(family):
    guard = f"_{upper(family.name)}_NETLINK_SPEC_H"
    lines = head("GPL-2.0-only", "header")
    lines += [f"#ifndef {guard}", f"#define {guard}", "", '#include "spec.h"', "", f"#include <{family.header}>", ""]
    for flags in family.flags:
        names = ", ".join(f'"{e["name"]}"' for e in flags["entries"])
        lines += [f"static const char *const spec_{lower(flags['name'])}[] = {{ {names}, NULL }};", ""]
    for attribute_set in family.sets.values():
        lines.append(f"static const struct spec_attr spec_{attribute_set.name}_attrs[] = {{")
        for a in attribute_set.attributes:
            more = f", .flags = spec_{lower(a.enum)}" if a.enum else ""
            if a.type != "pad":
                lines.append(f'\t[{a.c_name}] = {{ "{a.name}", {a.user_type()}{more} }},')
        lines += ["};", "", f"static const struct spec_set spec_{attribute_set.name} = {{",
                  f"\t{upper(attribute_set.prefix, 'max')}, spec_{attribute_set.name}_attrs", "};", ""]
    lines += ["static const struct spec_op spec_ops[] = {",
              *(f'\t[{o.c_name}] = {{ "{o.name}", &spec_{o.attribute_set.name} }},' for o in family.operations), "};"]
    return [*lines, "", f"#endif /* {guard} */"]


def main(arguments):
    if arguments not in ([], ["--check"]):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        family = Family(Yaml((KMOD / SPEC).read_text()).document())
        files = {f"include/uapi/{family.header}": uapi_header(family), "control-gen.h": kernel_header(family),
                 "control-gen.c": kernel_source(family), "tools/netlink-spec.h": user_header(family)}
    except SpecError as error:
        print(f"netlink-gen.py: {error}", file=sys.stderr)
        return 1
    stale = 0
    for name, lines in files.items():
        path, text = KMOD / name, "\n".join(lines) + "\n"
        there = path.read_text() if path.exists() else ""
        if there == text:
            continue
        stale = 1
        if arguments:
            sys.stderr.writelines(difflib.unified_diff(there.splitlines(True), text.splitlines(True), name, "generated"))
        else:
            path.write_text(text)
            print(f"wrote {name}")
    if arguments and stale:
        print(f"netlink-gen.py: the files above do not follow from {SPEC}; run tools/netlink-gen.py", file=sys.stderr)
    return stale if arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
