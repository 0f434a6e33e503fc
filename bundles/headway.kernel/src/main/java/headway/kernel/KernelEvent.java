package headway.kernel;

import java.util.LinkedHashMap;
import java.util.Map;

/** Something the kernel told, as a record: its topic, and its fields as they are published. */
sealed interface KernelEvent {

    /** Where it is published. */
    String topic();

    /** What is published, each a boolean, an integer or a text, in this order. */
    Map<String, Object> fields();

    /**
     * A network interface: there is one, it has changed, or it is gone.
     *
     * @param up whether somebody has switched it on
     * @param running whether it also has its cable or its carrier
     * @param present false if it is gone
     */
    record NetLink(int index, String name, boolean up, boolean running, boolean present) implements KernelEvent {

        static final String TOPIC = "kernel/net/link";

        @Override
        public String topic() {
            return TOPIC;
        }

        @Override
        public Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", name);
            fields.put("index", index);
            fields.put("up", up);
            fields.put("running", running);
            fields.put("present", present);
            return fields;
        }
    }

    /**
     * An address of an interface.
     *
     * @param index of the interface
     * @param address as people write it
     * @param prefix how many bits of it are the network
     * @param present false if it is gone
     */
    record NetAddress(int index, String address, int prefix, boolean present) implements KernelEvent {

        static final String TOPIC = "kernel/net/address";

        @Override
        public String topic() {
            return TOPIC;
        }

        @Override
        public Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("address", address);
            fields.put("prefix", prefix);
            fields.put("index", index);
            fields.put("present", present);
            return fields;
        }
    }

    /**
     * A kernel module was loaded or unloaded.
     *
     * @param present false if it is gone
     */
    record Module(String name, boolean present) implements KernelEvent {

        static final String TOPIC = "kernel/module";

        @Override
        public String topic() {
            return TOPIC;
        }

        @Override
        public Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", name);
            fields.put("present", present);
            return fields;
        }
    }

    /**
     * The kernel told more than we could take and dropped some of it: a gap.
     *
     * @param source {@code net} or {@code module}
     * @param healed whether the state of everything follows, so that nobody misses anything for good
     */
    record Overrun(String source, boolean healed) implements KernelEvent {

        static final String TOPIC = "kernel/overrun";

        @Override
        public String topic() {
            return TOPIC;
        }

        @Override
        public Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("source", source);
            fields.put("healed", healed);
            return fields;
        }
    }
}
