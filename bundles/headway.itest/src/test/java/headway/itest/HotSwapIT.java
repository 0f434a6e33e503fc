package headway.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import headway.bus.Bus;
import headway.bus.Message;
import headway.bus.Target;
import headway.bus.dto.Inspector;
import headway.bus.dto.PeerView;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * Transport bundles come and go in a running container, under load in both directions and with calls in flight: applications
 * notice nothing of it.
 */
@InFelix
public class HotSwapIT {

    private static final long SLOW_MILLIS = 400;
    private static final int MESSAGES_BETWEEN = 400;

    /** A second's, at {@link Load}'s pace: longer than a process is waited for that ended without a word. */
    private static final int MESSAGES_INTO_NOWHERE = 2000;

    /** What is done to the container's bundles while the load goes on. */
    private interface Deed {
        void on(Scene scene) throws Exception;
    }

    /** A container with both transports, a process that has them too, and the load between them. */
    private static final class Scene {

        private final Container container;
        private final Bus bus;
        private final Companion companion;
        private final Load load;
        private final Queue<CompletableFuture<Message>> calls = new ConcurrentLinkedQueue<>();

        Scene(Container container, Bus bus, Companion companion, Load load) {
            this.container = container;
            this.bus = bus;
            this.companion = companion;
            this.load = load;
        }

        /** The bundle of a transport. */
        Bundle transport(String name) {
            for (Bundle bundle : container.context().getBundles()) {
                if (bundle.getSymbolicName().equals("headway.transport." + name)) {
                    return bundle;
                }
            }
            throw new AssertionError("There is no bundle of " + name);
        }

        /** By which transport the companion is reached from here, or empty. */
        String way() throws InterruptedException {
            return container.service(Inspector.class).view().peers().stream()
                    .filter(peer -> peer.uniqueName().equals(companion.uniqueName()))
                    .map(PeerView::transport)
                    .findFirst()
                    .orElse("nobody is there");
        }

        /** Waits until the companion is reached so, and messages have come and gone that way for a while. */
        void awaitWay(String transport) throws InterruptedException {
            await(() -> way().equals(transport), () -> "The companion is reached over " + quietWay());
            awaitTraffic();
        }

        private String quietWay() {
            try {
                return way();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "?";
            }
        }

        void awaitTraffic() throws InterruptedException {
            long enough = load.arrived() + MESSAGES_BETWEEN;
            await(() -> load.arrived() >= enough, () -> "Nothing arrives any more");
        }

        /** Waits until so many more have been published here, wherever they are. */
        void awaitPublished(long count) throws InterruptedException {
            long enough = load.published() + count;
            await(() -> load.published() >= enough, () -> "Nothing can be published any more");
        }

        /** Makes a call whose answer will take a while. */
        void call() {
            Target target = new Target(companion.uniqueName(), Companion.PATH, Companion.INTERFACE);
            calls.add(bus.call(target, Duration.ofSeconds(Neighbour.PATIENCE_SECONDS), "Slowly", "x", SLOW_MILLIS));
        }

        /** Everything wired to these bundles is resolved anew. */
        void refresh(Bundle... bundles) throws InterruptedException {
            CountDownLatch done = new CountDownLatch(1);
            container.context().getBundle(0).adapt(FrameworkWiring.class).refreshBundles(List.of(bundles), event -> {
                if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                    done.countDown();
                }
            });
            assertTrue(done.await(Neighbour.PATIENCE_SECONDS, TimeUnit.SECONDS), "The refresh does not end");
        }
    }

    private interface Condition {
        boolean holds() throws InterruptedException;
    }

    private static void await(Condition condition, java.util.function.Supplier<String> complaint)
            throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(Neighbour.PATIENCE_SECONDS);
        while (!condition.holds()) {
            assertTrue(System.nanoTime() < until, complaint);
            Thread.sleep(1);
        }
    }

    /** Does it under load, with a call in flight before and after each step, and sees that nobody has noticed. */
    private static void underLoad(Deed deed) throws Exception {
        Container container = Container.with("netlink", "loopback");
        Bus bus = container.bus();
        List<String> noticed = new ArrayList<>();
        ServiceListener listener = event -> {
            if (event.getType() != ServiceEvent.REGISTERED) {
                noticed.add(event.toString());
            }
        };
        try (Companion companion = Companion.start();
                Load load = new Load(bus, Companion.THERE, Companion.HERE)) {
            container.context().addServiceListener(listener, "(objectClass=" + Bus.class.getName() + ")");
            Scene scene = new Scene(container, bus, companion, load);
            load.begin();
            scene.awaitWay("netlink");
            scene.call();
            deed.on(scene);
            scene.call();
            assertEquals("all there", companion.verdict(load.end()));
            assertEquals("all there", load.verdict(companion.end()));
            for (CompletableFuture<Message> call : scene.calls) {
                Message answer = call.get(Neighbour.PATIENCE_SECONDS, TimeUnit.SECONDS);
                assertEquals(List.of(SLOW_MILLIS), answer.body());
            }
            assertEquals(List.of(), noticed);
        } finally {
            container.context().removeServiceListener(listener);
        }
    }

    @Test
    public void stopping_a_transport_is_a_swap_and_starting_a_better_one_moves_traffic_to_it() throws Exception {
        underLoad(scene -> {
            for (int i = 0; i < 3; i++) {
                scene.transport("netlink").stop();
                scene.call();
                scene.awaitWay("loopback");
                scene.call();
                scene.transport("netlink").start();
                scene.awaitWay("netlink");
                scene.transport("loopback").stop();
                scene.awaitTraffic();
                scene.transport("loopback").start();
            }
        });
    }

    @Test
    public void updating_a_transport_is_a_swap() throws Exception {
        underLoad(scene -> {
            for (String name : new String[] {"netlink", "loopback", "netlink"}) {
                Bundle bundle = scene.transport(name);
                try (InputStream jar = URI.create(bundle.getLocation()).toURL().openStream()) {
                    bundle.update(jar);
                }
                scene.call();
                scene.awaitWay("netlink");
            }
        });
    }

    @Test
    public void refreshing_transports_is_a_swap() throws Exception {
        underLoad(scene -> {
            scene.refresh(scene.transport("netlink"));
            scene.call();
            scene.awaitWay("netlink");
            scene.refresh(scene.transport("loopback"));
            scene.awaitWay("netlink");
        });
    }

    @Test
    public void uninstalling_a_transport_is_a_swap_and_so_is_installing_it_again() throws Exception {
        underLoad(scene -> {
            Bundle bundle = scene.transport("netlink");
            String location = bundle.getLocation();
            bundle.uninstall();
            scene.call();
            scene.awaitWay("loopback");
            scene.container.context().installBundle(location).start();
            scene.awaitWay("netlink");
        });
    }

    @Test
    public void without_any_transport_everything_waits_until_one_is_there_again() throws Exception {
        underLoad(scene -> {
            scene.transport("loopback").stop();
            scene.transport("netlink").stop();
            scene.call();
            assertEquals("", scene.way());
            scene.awaitPublished(MESSAGES_INTO_NOWHERE);
            scene.transport("netlink").start();
            scene.awaitWay("netlink");
            scene.transport("loopback").start();
        });
    }
}
