package headway.gateway;

import headway.dbus.ErrorNames;
import headway.dbus.MatchRule;
import headway.dbus.Message;
import headway.dbus.MessageBuilder;
import headway.dbus.Names;
import headway.dbus.Signature;
import headway.dbus.UnixFd;
import headway.dbus.Variant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code org.freedesktop.DBus}: what a bus itself can be asked (D-Bus specification, "Message Bus Messages"). Names and
 * texts of errors, what works at which object path and which answers come even if none was wanted are as in dbus-daemon.
 */
final class Driver {

    static final String NAME = "org.freedesktop.DBus";
    static final String PATH = "/org/freedesktop/DBus";
    static final String INTERFACE = "org.freedesktop.DBus";

    private static final String PROPERTIES = "org.freedesktop.DBus.Properties";
    private static final String INTROSPECTABLE = "org.freedesktop.DBus.Introspectable";
    private static final String PEER = "org.freedesktop.DBus.Peer";
    private static final String MONITORING = "org.freedesktop.DBus.Monitoring";
    private static final String STATS = "org.freedesktop.DBus.Debug.Stats";

    /**
     * What this bus does beyond the basic, in the order of the alphabet.
     */
    private static final List<String> FEATURES = List.of("ActivatableServicesChanged", "HeaderFiltering");

    private static final List<String> INTERFACES = List.of(MONITORING, STATS);

    /** What a method does. */
    @FunctionalInterface
    private interface Handler {
        void call(Client client, Message message, List<Object> arguments) throws BusError;
    }

    private record Method(String in, String out, boolean anyPath, boolean privileged, Handler handler) {}

    /** One interface of the bus: whether it is at every object path, and its methods. */
    private record Interface(boolean anyPath, Map<String, Method> methods, String signals, String properties) {}

    private final Broker broker;
    private final Map<String, Interface> interfaces = new LinkedHashMap<>();
    private int statsSerial;
    private int mostNames;

    Driver(Broker broker) {
        this.broker = broker;
        add(INTERFACE, true, Introspected.BUS_SIGNALS, Introspected.BUS_PROPERTIES);
        method(INTERFACE, "Hello", "", "s", true, this::hello);
        method(INTERFACE, "RequestName", "su", "u", true, this::requestName);
        method(INTERFACE, "ReleaseName", "s", "u", true, this::releaseName);
        method(INTERFACE, "StartServiceByName", "su", "u", true, this::startServiceByName);
        privileged(INTERFACE, "UpdateActivationEnvironment", "a{ss}", "", this::updateActivationEnvironment);
        method(INTERFACE, "NameHasOwner", "s", "b", true, this::nameHasOwner);
        method(INTERFACE, "ListNames", "", "as", true, this::listNames);
        method(INTERFACE, "ListActivatableNames", "", "as", true, this::listActivatableNames);
        method(INTERFACE, "AddMatch", "s", "", true, this::addMatch);
        method(INTERFACE, "RemoveMatch", "s", "", true, this::removeMatch);
        method(INTERFACE, "GetNameOwner", "s", "s", true, this::getNameOwner);
        method(INTERFACE, "ListQueuedOwners", "s", "as", true, this::listQueuedOwners);
        method(INTERFACE, "GetConnectionUnixUser", "s", "u", true, this::getUser);
        method(INTERFACE, "GetConnectionUnixProcessID", "s", "u", true, this::getProcess);
        method(INTERFACE, "GetAdtAuditSessionData", "s", "ay", true, this::getAuditData);
        method(INTERFACE, "GetConnectionSELinuxSecurityContext", "s", "ay", true, this::getSecurityContext);
        method(INTERFACE, "ReloadConfig", "", "", true, (client, call, arguments) -> {
            broker.activation.load();
            broker.speaker.reply(client, call, "");
        });
        method(
                INTERFACE,
                "GetId",
                "",
                "s",
                true,
                (client, call, arguments) -> broker.speaker.reply(client, call, "s", broker.settings.guid()));
        method(INTERFACE, "GetConnectionCredentials", "s", "a{sv}", true, this::getCredentials);

        add(PROPERTIES, false, Introspected.PROPERTIES_SIGNALS, "");
        method(PROPERTIES, "Get", "ss", "v", false, this::get);
        method(PROPERTIES, "GetAll", "s", "a{sv}", false, this::getAll);
        method(PROPERTIES, "Set", "ssv", "", false, this::set);

        add(INTROSPECTABLE, true, "", "");
        method(INTROSPECTABLE, "Introspect", "", "s", true, this::introspect);

        add(MONITORING, false, "", "");
        privileged(MONITORING, "BecomeMonitor", "asu", "", this::becomeMonitor);

        add(STATS, false, "", "");
        method(STATS, "GetStats", "", "a{sv}", false, this::getStats);
        method(STATS, "GetConnectionStats", "s", "a{sv}", false, this::getConnectionStats);
        method(STATS, "GetAllMatchRules", "", "a{sas}", false, this::getAllMatchRules);

        add(PEER, true, "", "");
        method(PEER, "GetMachineId", "", "s", true, this::getMachineId);
        method(PEER, "Ping", "", "", true, (client, call, arguments) -> acknowledge(client, call));
    }

    private void add(String name, boolean anyPath, String signals, String properties) {
        interfaces.put(name, new Interface(anyPath, new LinkedHashMap<>(), signals, properties));
    }

    private void method(String owner, String name, String in, String out, boolean anyPath, Handler handler) {
        interfaces.get(owner).methods.put(name, new Method(in, out, anyPath, false, handler));
    }

    private void privileged(String owner, String name, String in, String out, Handler handler) {
        interfaces.get(owner).methods.put(name, new Method(in, out, false, true, handler));
    }

    // ---------------------------------------------------------------- finding the method

    /** Deals with a message to the bus. */
    void handle(Client client, Message message) throws BusError {
        if (message.type() != headway.dbus.MessageType.METHOD_CALL) {
            return;
        }
        String member = message.member();
        String wanted = message.interfaceName();
        if (client.name == null && !(member.equals("Hello") && (wanted == null || wanted.equals(INTERFACE)))) {
            throw new BusError(
                    ErrorNames.ACCESS_DENIED,
                    "Client tried to send a message other than Hello without being registered");
        }
        boolean canonical = PATH.equals(message.path());
        boolean known = false;
        for (Map.Entry<String, Interface> each : interfaces.entrySet()) {
            if ((wanted != null && !wanted.equals(each.getKey())) || !(canonical || each.getValue().anyPath)) {
                continue;
            }
            known = true;
            Method method = each.getValue().methods.get(member);
            if (method != null) {
                call(client, message, method, canonical);
                return;
            }
        }
        throw new BusError(
                known ? ErrorNames.UNKNOWN_METHOD : ErrorNames.UNKNOWN_INTERFACE,
                NAME + " does not understand message " + member);
    }

    private void call(Client client, Message message, Method method, boolean canonical) throws BusError {
        String member = message.member();
        if (method.privileged && !broker.settings.privileged(client.identity)) {
            throw new BusError(
                    ErrorNames.ACCESS_DENIED,
                    "rejected attempt to call " + member + " by connection " + client + " with uid "
                            + client.identity.uid());
        }
        if (!canonical && !method.anyPath) {
            throw new BusError(
                    ErrorNames.ACCESS_DENIED,
                    "Method '" + member + "' is only available at the canonical object path '" + PATH + "'");
        }
        String signature = message.signature().toString();
        if (!signature.equals(method.in)) {
            throw new BusError(
                    ErrorNames.INVALID_ARGS,
                    "Call to " + member + " has wrong args (" + signature + ", expected " + method.in + ")\n");
        }
        method.handler.call(client, message, message.body());
    }

    /** A call without a destination is for the other end of the connection, as between two programs without a bus. */
    void withoutDestination(Client client, Message message) {
        String wanted = message.interfaceName();
        try {
            Method method = PEER.equals(wanted) ? interfaces.get(PEER).methods.get(message.member()) : null;
            if (method != null) {
                method.handler.call(client, message, List.of());
                return;
            }
            if (PEER.equals(wanted)) {
                throw new BusError(ErrorNames.UNKNOWN_METHOD, "Unknown method invoked on " + PEER + " interface");
            }
            throw new BusError(
                    ErrorNames.UNKNOWN_METHOD,
                    "Method \"" + message.member() + "\" with signature \"" + message.signature() + "\" on interface \""
                            + (wanted == null ? "(null)" : wanted) + "\" doesn't exist\n");
        } catch (BusError unknown) {
            broker.speaker.error(client, message, unknown);
        }
    }

    private void acknowledge(Client client, Message call) {
        if ((call.flags() & Message.NO_REPLY_EXPECTED) == 0) {
            broker.speaker.reply(client, call, "");
        }
    }

    // ---------------------------------------------------------------- names

    private void hello(Client client, Message call, List<Object> arguments) throws BusError {
        if (client.name != null) {
            throw new BusError(ErrorNames.FAILED, "Already handled an Hello message");
        }
        broker.hello(client, call);
    }

    private void requestName(Client client, Message call, List<Object> arguments) throws BusError {
        String name = (String) arguments.get(0);
        int flags = ((Long) arguments.get(1)).intValue();
        if (name.startsWith(":")) {
            throw new BusError(
                    ErrorNames.INVALID_ARGS, "Cannot acquire a service starting with ':' such as \"" + name + "\"");
        }
        if (!Names.isBusName(name)) {
            throw new BusError(ErrorNames.INVALID_ARGS, "Requested bus name \"" + name + "\" is not valid");
        }
        if (name.equals(NAME)) {
            throw new BusError(
                    ErrorNames.INVALID_ARGS,
                    "Connection \"" + client + "\" is not allowed to own the service \"" + NAME
                            + "\"because it is reserved for D-Bus' use only");
        }
        if (client.account.names >= broker.settings.limits().namesPerUser()) {
            throw new BusError(
                    ErrorNames.LIMITS_EXCEEDED,
                    "Connection \"" + client + "\" is not allowed to own more services (its user has "
                            + client.account.names + " names)");
        }
        if (broker.bridge() != null) {
            broker.bridge().request(client, call, name, flags);
            return;
        }
        int answer = broker.names.request(name, client, flags);
        mostNames = Math.max(mostNames, broker.names.owned());
        broker.speaker.reply(client, call, "u", (long) answer);
    }

    private void releaseName(Client client, Message call, List<Object> arguments) throws BusError {
        String name = (String) arguments.get(0);
        if (name.startsWith(":")) {
            throw new BusError(
                    ErrorNames.INVALID_ARGS, "Cannot release a service starting with ':' such as \"" + name + "\"");
        }
        if (!Names.isBusName(name)) {
            throw new BusError(ErrorNames.INVALID_ARGS, "Given bus name \"" + name + "\" is not valid");
        }
        if (name.equals(NAME)) {
            throw new BusError(
                    ErrorNames.INVALID_ARGS, "Cannot release the " + NAME + " service because it is owned by the bus");
        }
        if (broker.bridge() != null) {
            broker.bridge().release(client, call, name);
            return;
        }
        broker.speaker.reply(client, call, "u", (long) broker.names.release(name, client));
    }

    private void nameHasOwner(Client client, Message call, List<Object> arguments) {
        String name = (String) arguments.get(0);
        broker.speaker.reply(client, call, "b", name.equals(NAME) || broker.find(name) != null);
    }

    private void getNameOwner(Client client, Message call, List<Object> arguments) throws BusError {
        String name = (String) arguments.get(0);
        Client owner = broker.find(name);
        if (owner == null && !name.equals(NAME)) {
            throw new BusError(
                    ErrorNames.NAME_HAS_NO_OWNER, "Could not get owner of name '" + name + "': no such name");
        }
        broker.speaker.reply(client, call, "s", owner == null ? NAME : owner.name);
    }

    private void listNames(Client client, Message call, List<Object> arguments) {
        List<String> list = new ArrayList<>();
        list.add(NAME);
        broker.active().forEach(each -> list.add(each.name));
        list.addAll(broker.names.list());
        broker.speaker.reply(client, call, "as", list);
    }

    private void listActivatableNames(Client client, Message call, List<Object> arguments) {
        List<String> list = new ArrayList<>();
        list.add(NAME);
        list.addAll(broker.activation.names());
        broker.speaker.reply(client, call, "as", list);
    }

    private void listQueuedOwners(Client client, Message call, List<Object> arguments) throws BusError {
        String name = (String) arguments.get(0);
        List<String> owners = new ArrayList<>();
        if (name.equals(NAME)) {
            owners.add(NAME);
        } else if (name.startsWith(":") && broker.find(name) != null) {
            owners.add(name);
        } else if (broker.find(name) != null) {
            broker.names.get(name).queue.forEach(claim -> owners.add(claim.client.name));
        } else {
            throw new BusError(
                    ErrorNames.NAME_HAS_NO_OWNER, "Could not get owners of name '" + name + "': no such name");
        }
        broker.speaker.reply(client, call, "as", owners);
    }

    private void startServiceByName(Client client, Message call, List<Object> arguments) throws BusError {
        String name = (String) arguments.get(0);
        Name known = broker.names.get(name);
        if (known == null || known.owner() == null) {
            // The bus itself and unique names are nobody's service either.
            broker.activation.start(name, client, call, null);
            return;
        }
        // DBUS_START_REPLY_ALREADY_RUNNING
        broker.speaker.reply(client, call, "u", 2L);
    }

    private void updateActivationEnvironment(Client client, Message call, List<Object> arguments) throws BusError {
        Map<?, ?> variables = (Map<?, ?>) arguments.get(0);
        for (Object key : variables.keySet()) {
            if (((String) key).isEmpty() || ((String) key).contains("=")) {
                throw new BusError(ErrorNames.INVALID_ARGS, "\"" + key + "\" cannot be the name of a variable");
            }
        }
        variables.forEach((key, value) -> broker.activation.setEnvironment((String) key, (String) value));
        acknowledge(client, call);
    }

    // ---------------------------------------------------------------- match rules

    private void addMatch(Client client, Message call, List<Object> arguments) throws BusError {
        if (client.account.rules >= broker.settings.limits().rulesPerUser()) {
            throw new BusError(
                    ErrorNames.LIMITS_EXCEEDED,
                    "Connection \"" + client + "\" is not allowed to add more match rules (its user has "
                            + client.account.rules + ")");
        }
        MatchRule rule = rule((String) arguments.get(0));
        if (rule.eavesdrop() && !broker.settings.privileged(client.identity)) {
            throw new BusError(
                    ErrorNames.ACCESS_DENIED,
                    "rejected attempt to call AddMatch by connection " + client + " with uid " + client.identity.uid());
        }
        broker.rules.add(client, rule);
        acknowledge(client, call);
    }

    private void removeMatch(Client client, Message call, List<Object> arguments) throws BusError {
        MatchRule rule = rule((String) arguments.get(0));
        // The reference answers before it looks, so an unknown rule is told about twice; one answer is enough.
        broker.rules.remove(client, rule);
        acknowledge(client, call);
    }

    private static MatchRule rule(String text) throws BusError {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        if (length > Limits.RULE_LENGTH) {
            throw new BusError(
                    ErrorNames.LIMITS_EXCEEDED,
                    "Match rule text is " + length + " bytes, maximum is " + Limits.RULE_LENGTH);
        }
        try {
            return MatchRule.parse(text);
        } catch (IllegalArgumentException invalid) {
            throw new BusError(ErrorNames.MATCH_RULE_INVALID, invalid.getMessage());
        }
    }

    private void becomeMonitor(Client client, Message call, List<Object> arguments) throws BusError {
        if ((Long) arguments.get(1) != 0) {
            throw new BusError(ErrorNames.INVALID_ARGS, "BecomeMonitor does not support any flags yet");
        }
        List<MatchRule> wanted = new ArrayList<>();
        for (Object text : (List<?>) arguments.get(0)) {
            wanted.add(rule((String) text));
        }
        if (wanted.isEmpty()) {
            wanted.add(MatchRule.parse(""));
        }
        acknowledge(client, call);
        broker.becomeMonitor(client, List.copyOf(wanted));
    }

    // ---------------------------------------------------------------- credentials

    /** Who a name means; null is the bus itself. */
    private Client whose(String name, String what) throws BusError {
        Client found = broker.find(name);
        if (found == null && !name.equals(NAME)) {
            throw new BusError(
                    ErrorNames.NAME_HAS_NO_OWNER, "Could not get " + what + " of name '" + name + "': no such name");
        }
        return found;
    }

    private void getUser(Client client, Message call, List<Object> arguments) throws BusError {
        String name = (String) arguments.get(0);
        Client whose = whose(name, "UID");
        long uid = whose == null ? broker.settings.uid() : whose.identity.uid();
        if (uid < 0) {
            throw new BusError(ErrorNames.FAILED, "Could not determine UID for '" + name + "'");
        }
        broker.speaker.reply(client, call, "u", uid);
    }

    private void getProcess(Client client, Message call, List<Object> arguments) throws BusError {
        String name = (String) arguments.get(0);
        Client whose = whose(name, "PID");
        long pid = whose == null ? ProcessHandle.current().pid() : whose.identity.pid();
        if (pid <= 0) {
            throw new BusError(ErrorNames.UNIX_PROCESS_ID_UNKNOWN, "Could not determine PID for '" + name + "'");
        }
        broker.speaker.reply(client, call, "u", pid);
    }

    private void getAuditData(Client client, Message call, List<Object> arguments) throws BusError {
        String name = (String) arguments.get(0);
        whose(name, "audit session data");
        throw new BusError(
                "org.freedesktop.DBus.Error.AdtAuditDataUnknown",
                "Could not determine audit session data for '" + name + "'");
    }

    private void getSecurityContext(Client client, Message call, List<Object> arguments) throws BusError {
        String name = (String) arguments.get(0);
        Client whose = whose(name, "security context");
        if (whose == null || whose.identity.label() == null) {
            throw new BusError(
                    "org.freedesktop.DBus.Error.SELinuxSecurityContextUnknown",
                    "Could not determine security context for '" + name + "'");
        }
        broker.speaker.reply(client, call, "ay", whose.identity.label().getBytes(StandardCharsets.ISO_8859_1));
    }

    private void getCredentials(Client client, Message call, List<Object> arguments) throws BusError {
        Client whose = whose((String) arguments.get(0), "credentials");
        Identity identity = whose == null ? own() : whose.identity;
        Map<String, Variant> credentials = new LinkedHashMap<>();
        if (identity.pid() > 0) {
            credentials.put("ProcessID", new Variant(Signature.of("u"), identity.pid()));
        }
        if (identity.uid() >= 0) {
            credentials.put("UnixUserID", new Variant(Signature.of("u"), identity.uid()));
        }
        if (identity.groups() != null) {
            credentials.put("UnixGroupIDs", new Variant(Signature.of("au"), identity.groups()));
        }
        if (identity.label() != null) {
            byte[] label = (identity.label() + "\0").getBytes(StandardCharsets.ISO_8859_1);
            credentials.put("LinuxSecurityLabel", new Variant(Signature.of("ay"), label));
        }
        boolean here = whose != null && !whose.isElsewhere();
        int process = here && client.takesDescriptors() ? whose.stream.processDescriptor() : -1;
        if (process >= 0) {
            credentials.put("ProcessFD", new Variant(Signature.of("h"), new UnixFd(0)));
        }
        Message reply = MessageBuilder.reply(call)
                .serial(broker.speaker.nextSerial())
                .sender(NAME)
                .destination(client.name)
                .unixFds(process < 0 ? 0 : 1)
                .body("a{sv}", credentials)
                .build();
        if (process < 0) {
            broker.speaker.send(client, reply, null);
        } else {
            Descriptors descriptors = new Descriptors(new int[] {process}, broker.sockets);
            broker.speaker.send(client, reply, descriptors);
            descriptors.release();
        }
    }

    private Identity own() {
        return new Identity(ProcessHandle.current().pid(), broker.settings.uid(), null, null);
    }

    // ---------------------------------------------------------------- properties, introspection, peer

    private static Variant property(String name) throws BusError {
        return switch (name) {
            case "Features" -> new Variant(Signature.of("as"), FEATURES);
            case "Interfaces" -> new Variant(Signature.of("as"), INTERFACES);
            default ->
                throw new BusError(
                        ErrorNames.UNKNOWN_PROPERTY, "Property \"" + INTERFACE + "." + name + "\" not found");
        };
    }

    private void checkInterface(String name) throws BusError {
        if (!interfaces.containsKey(name)) {
            throw new BusError(ErrorNames.UNKNOWN_INTERFACE, "Interface \"" + name + "\" not found");
        }
    }

    private void checkProperty(String owner, String name) throws BusError {
        checkInterface(owner);
        if (!owner.equals(INTERFACE)) {
            throw new BusError(ErrorNames.UNKNOWN_PROPERTY, "Property \"" + owner + "." + name + "\" not found");
        }
        property(name);
    }

    private void get(Client client, Message call, List<Object> arguments) throws BusError {
        String name = (String) arguments.get(1);
        checkProperty((String) arguments.get(0), name);
        broker.speaker.reply(client, call, "v", property(name));
    }

    private void getAll(Client client, Message call, List<Object> arguments) throws BusError {
        String owner = (String) arguments.get(0);
        checkInterface(owner);
        Map<String, Variant> all = new LinkedHashMap<>();
        if (owner.equals(INTERFACE)) {
            all.put("Features", property("Features"));
            all.put("Interfaces", property("Interfaces"));
        }
        broker.speaker.reply(client, call, "a{sv}", all);
    }

    private void set(Client client, Message call, List<Object> arguments) throws BusError {
        String owner = (String) arguments.get(0);
        String name = (String) arguments.get(1);
        checkProperty(owner, name);
        throw new BusError(ErrorNames.PROPERTY_READ_ONLY, "Property '" + owner + "." + name + "' cannot be set");
    }

    private void introspect(Client client, Message call, List<Object> arguments) {
        boolean canonical = PATH.equals(call.path());
        StringBuilder xml = new StringBuilder(Introspected.HEAD).append("<node>\n");
        interfaces.forEach((name, each) -> {
            if (canonical || each.anyPath) {
                xml.append("  <interface name=\"").append(name).append("\">\n");
                each.methods.forEach((member, method) -> Introspected.method(xml, member, method.in, method.out));
                xml.append(each.properties).append(each.signals).append("  </interface>\n");
            }
        });
        xml.append(Introspected.children(call.path())).append("</node>\n");
        broker.speaker.reply(client, call, "s", xml.toString());
    }

    private void getMachineId(Client client, Message call, List<Object> arguments) throws BusError {
        for (String file : List.of("/var/lib/dbus/machine-id", "/etc/machine-id")) {
            try {
                broker.speaker.reply(
                        client, call, "s", Files.readString(Path.of(file)).strip());
                return;
            } catch (IOException unreadable) {
                // The next one, or the error below.
            }
        }
        throw new BusError(ErrorNames.FAILED, "This machine has no id: there is no readable /etc/machine-id");
    }

    // ---------------------------------------------------------------- statistics

    private void getStats(Client client, Message call, List<Object> arguments) {
        Map<String, Variant> stats = new LinkedHashMap<>();
        count(stats, "Serial", statsSerial++);
        count(stats, "ActiveConnections", broker.active().size());
        count(stats, "IncompleteConnections", broker.incomplete());
        count(stats, "MatchRules", broker.rules.size());
        count(stats, "PeakMatchRules", broker.rules.most());
        count(stats, "BusNames", broker.names.owned() + broker.active().size());
        count(stats, "PeakBusNames", mostNames + broker.active().size());
        broker.speaker.reply(client, call, "a{sv}", stats);
    }

    private void getConnectionStats(Client client, Message call, List<Object> arguments) throws BusError {
        String name = (String) arguments.get(0);
        Client whose = broker.find(name);
        if (whose == null) {
            throw new BusError(
                    ErrorNames.NAME_HAS_NO_OWNER, "Could not get owner of name '" + name + "': no such name");
        }
        Map<String, Variant> stats = new LinkedHashMap<>();
        count(stats, "Serial", statsSerial++);
        stats.put("UniqueName", new Variant(Signature.of("s"), whose.name));
        count(stats, "MatchRules", whose.ruleCount);
        count(stats, "BusNames", whose.names.size() + 1L);
        count(stats, "IncomingBytes", whose.partialLength);
        count(stats, "OutgoingMessages", whose.outbox.messages());
        count(stats, "OutgoingBytes", whose.outbox.size());
        count(stats, "UserBytes", whose.account.bytes);
        broker.speaker.reply(client, call, "a{sv}", stats);
    }

    private static void count(Map<String, Variant> stats, String name, long value) {
        stats.put(name, new Variant(Signature.of("u"), Math.min(value, 0xFFFF_FFFFL)));
    }

    private void getAllMatchRules(Client client, Message call, List<Object> arguments) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        broker.active().forEach(each -> {
            if (each.isElsewhere()) {
                return;
            }
            List<String> texts = new ArrayList<>();
            each.rules.forEach((rule, equal) -> equal.forEach(unused -> texts.add(rule.toString())));
            all.put(each.name, texts);
        });
        broker.speaker.reply(client, call, "a{sas}", all);
    }
}
