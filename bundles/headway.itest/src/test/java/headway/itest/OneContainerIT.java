package headway.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.bus.Bus;
import headway.bus.Delivery;
import headway.bus.Execution;
import headway.bus.Outcome;
import headway.bus.Target;
import headway.bus.dto.Inspector;
import headway.bus.dto.NodeView;
import headway.transport.Transport;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.typedevent.TypedEventBus;
import org.osgi.service.typedevent.TypedEventConstants;
import org.osgi.service.typedevent.TypedEventHandler;

/** The bundles as they ship, in one real Felix. */
@InFelix
public class OneContainerIT {

    /** An event type of an application. */
    public record Speed(double kmh) {}

    @Test
    public void every_bundle_of_the_head_unit_is_active() throws Exception {
        for (Bundle bundle : Container.here().context().getBundles()) {
            boolean fragment = bundle.getHeaders().get("Fragment-Host") != null;
            assertEquals(fragment ? Bundle.RESOLVED : Bundle.ACTIVE, bundle.getState(), bundle.toString());
        }
    }

    @Test
    public void the_bus_is_there_once_the_loopback_works() throws Exception {
        assertEquals("loopback", transport("loopback").name());
        assertTrue(Container.here().bus().uniqueName().startsWith(":"));
        NodeView view = Container.here().service(Inspector.class).view();
        assertEquals(Container.here().bus().uniqueName(), view.uniqueName());
        assertEquals("loopback", view.transports().get(0).transport());
    }

    @Test
    public void netlink_is_there_where_the_kernel_has_it() throws Exception {
        assertEquals("netlink", transport("netlink").name());
    }

    private static Transport transport(String name) throws Exception {
        return Container.here().service(Transport.class, "(component.name=headway.transport." + name + ")");
    }

    @Test
    public void what_is_published_reaches_a_subscriber_of_the_same_process() throws Exception {
        Bus bus = Container.here().bus();
        BlockingQueue<Object> received = new ArrayBlockingQueue<>(1);
        try (var subscription =
                bus.subscribe("it/+/speed", Delivery.queue(10), message -> received.add(message.body()))) {
            assertEquals(Outcome.SENT, bus.publish("it/front/speed", "sd", "km/h", 42.0));
            assertEquals(List.of("km/h", 42.0), received.poll(30, TimeUnit.SECONDS));
            assertNotNull(subscription.pattern());
        }
    }

    @Test
    public void a_call_within_the_process_is_answered_by_the_exported_object() throws Exception {
        Bus bus = Container.here().bus();
        try (var export = bus.export("/it", "org.example.It", Execution.SERIAL, call -> call.reply("s", "pong"))) {
            var answer = bus.call(new Target(bus.uniqueName(), "/it", "org.example.It"), "Ping", "");
            assertEquals("pong", answer.get(30, TimeUnit.SECONDS).body().get(0));
            assertNotNull(export);
        }
    }

    @Test
    public void a_typed_event_reaches_its_handler_as_the_very_object() throws Exception {
        BlockingQueue<Speed> received = new ArrayBlockingQueue<>(1);
        TypedEventHandler<Speed> handler = (topic, event) -> received.add(event);
        var registration = Container.here()
                .context()
                .registerService(
                        TypedEventHandler.class,
                        handler,
                        FrameworkUtil.asDictionary(Map.of(
                                TypedEventConstants.TYPED_EVENT_TOPICS,
                                "it/typed",
                                TypedEventConstants.TYPED_EVENT_TYPE,
                                Speed.class.getName())));
        try {
            Speed event = new Speed(42);
            Container.here().service(TypedEventBus.class).deliver("it/typed", event);
            assertSame(event, received.poll(30, TimeUnit.SECONDS));
        } finally {
            registration.unregister();
        }
    }
}
