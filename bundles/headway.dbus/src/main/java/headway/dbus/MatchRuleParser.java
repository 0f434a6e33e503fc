package headway.dbus;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads the text of a match rule and keeps what it says; see {@link MatchRule#parse}. */
final class MatchRuleParser {
    MessageType type;
    String sender;
    String interfaceName;
    String member;
    String path;
    String pathNamespace;
    String destination;
    Boolean eavesdrop;

    private final Map<Integer, MatchRule.Argument> arguments = new TreeMap<>();
    private final String rule;
    private int at;

    MatchRuleParser(String rule) {
        this.rule = rule;
        while (skipBlanks()) {
            String key = key();
            set(key, value());
        }
    }

    /** By index, so that they can be met in the order of the body. */
    List<MatchRule.Argument> arguments() {
        return List.copyOf(arguments.values());
    }

    private boolean skipBlanks() {
        while (at < rule.length() && isBlank(rule.charAt(at))) {
            at++;
        }
        return at < rule.length();
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    private String key() {
        int from = at;
        while (at < rule.length() && rule.charAt(at) != '=' && !isBlank(rule.charAt(at))) {
            at++;
        }
        String key = rule.substring(from, at);
        if (!skipBlanks() || rule.charAt(at) != '=') {
            throw invalid("key '" + key + "' is not followed by '='");
        }
        at++;
        if (key.isEmpty()) {
            throw invalid("has '=' without a key");
        }
        return key;
    }

    private String value() {
        StringBuilder value = new StringBuilder();
        boolean quoted = false;
        while (at < rule.length()) {
            char c = rule.charAt(at++);
            if (c == '\'') {
                quoted = !quoted;
            } else if (quoted) {
                value.append(c);
            } else if (c == ',') {
                return value.toString();
            } else if (c == '\\' && at < rule.length()) {
                // As the reference reads it: the character after a backslash is never a quote or an end, whatever it
                // is.
                char next = rule.charAt(at++);
                value.append(next == '\'' ? "'" : "\\" + next);
            } else {
                value.append(c);
            }
        }
        if (quoted) {
            throw invalid("has an apostrophe that is not closed");
        }
        return value.toString();
    }

    private void set(String key, String value) {
        switch (key) {
            case "type" -> type = once(key, type, type(value));
            case "sender" -> sender = once(key, sender, Names.checkBusName(value));
            case "interface" -> interfaceName = once(key, interfaceName, Names.checkInterface(value));
            case "member" -> member = once(key, member, Names.checkMember(value));
            case "path" -> path = once(key, path, Names.checkObjectPath(value));
            case "path_namespace" -> pathNamespace = once(key, pathNamespace, Names.checkObjectPath(value));
            case "destination" -> destination = once(key, destination, Names.checkBusName(value));
            case "eavesdrop" -> eavesdrop = once(key, eavesdrop, bool(value));
            default -> setArgument(key, value);
        }
        if (path != null && pathNamespace != null) {
            throw invalid("has both path and path_namespace");
        }
    }

    private <T> T once(String key, T before, T value) {
        if (before != null) {
            throw invalid("has key '" + key + "' twice");
        }
        return value;
    }

    private MessageType type(String value) {
        for (MessageType each : MessageType.values()) {
            if (each != MessageType.UNKNOWN && each.toString().equals(value)) {
                return each;
            }
        }
        throw invalid("has no message type '" + value + "'");
    }

    private Boolean bool(String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw invalid("has eavesdrop '" + value + "', neither true nor false");
        };
    }

    private void setArgument(String key, String value) {
        int digits = 0;
        if (key.startsWith("arg")) {
            while (digits < 3 && 3 + digits < key.length() && isDigit(key.charAt(3 + digits))) {
                digits++;
            }
        }
        if (digits == 0) {
            throw invalid("has an unknown key '" + key + "'");
        }
        int index = Integer.parseInt(key.substring(3, 3 + digits));
        if (index > MatchRule.MAX_ARGUMENT) {
            throw invalid("has key '" + key + "', arguments go up to 63");
        }
        MatchRule.ArgumentTest test = switch (key.substring(3 + digits)) {
            case "" -> MatchRule.ArgumentTest.EQUAL;
            case "path" -> MatchRule.ArgumentTest.PATH;
            case "namespace" -> MatchRule.ArgumentTest.NAMESPACE;
            default -> throw invalid("has an unknown key '" + key + "'");
        };
        if (test == MatchRule.ArgumentTest.NAMESPACE) {
            if (index != 0) {
                throw invalid("has key '" + key + "', only argument 0 has a namespace");
            }
            Names.checkNamespace(value);
        }
        MatchRule.Argument argument = new MatchRule.Argument(index, test, value);
        // Two conditions on one argument cannot be said, whatever their kind: the reference keeps one slot for each.
        if (arguments.putIfAbsent(index, argument) != null) {
            throw invalid("matches argument " + index + " twice");
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private IllegalArgumentException invalid(String what) {
        return new IllegalArgumentException("match rule \"" + rule + "\" " + what);
    }
}
