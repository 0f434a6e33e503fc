package headway.events;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What an operator may set, under the PID {@value #PID}. A change starts the services anew. */
@ObjectClassDefinition(
        name = "Headway events",
        description = "The OSGi Typed Event Service and Event Admin over the bus")
@interface Settings {

    String PID = "headway.events";

    @AttributeDefinition(name = "History", description = "How many events the monitor keeps; 0 for none", min = "0")
    int history() default 1024;

    @AttributeDefinition(name = "Topics", description = "How many topics are kept prepared for publishing", min = "1")
    int topics() default 4096;

    @AttributeDefinition(
            name = "Delivery",
            description = "The contract of handlers without a headway.delivery property:"
                    + " queue:<n>, latest, block:<n>s, block:<n>ms or disconnect:<n>")
    String delivery() default "queue:65536";

    @AttributeDefinition(
            name = "Monitored topics",
            description =
                    "Events of these topics or patterns come to the monitor from everywhere, even if no handler here"
                            + " asks for them; elsewhere they then count as wanted")
    String[] monitor_topics() default {};

    @AttributeDefinition(name = "Event Admin", description = "Whether to offer the Event Admin service too")
    boolean event_admin() default true;
}
