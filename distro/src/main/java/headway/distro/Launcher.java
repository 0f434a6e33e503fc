package headway.distro;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/**
 * Starts a framework with the head unit's bundles, runs one command in it and ends with the command's exit code.
 *
 * <p>It keeps to the convention of bnd's launcher: the command line is a service with the property {@code
 * launcher.arguments} (and, our own, {@code launcher.process}: how to start another process like this one); a {@code Callable<Integer>} or {@code Runnable} service with {@code main.thread=true} runs on the main
 * thread, and its result is the exit code.
 *
 * <p>What starts later than the node is installed later, or never: who wants it calls the {@code IntConsumer} service with the
 * property {@code launcher.startlevel}.
 *
 * <p>Every process has a bundle cache of its own, made new and removed at the end: bundles are installed by reference, so
 * nothing is copied, nothing can be stale and processes never wait for each other. It costs 20 to 50 ms more than a cache
 * that is used again.
 */
public final class Launcher {

    /** How long the command may take to appear once everything is started. */
    private static final long COMMAND_SECONDS = 10;

    /** How long an interrupted command may take to end. */
    private static final long ENDING_SECONDS = 5;

    /** The system property of a run whose classes are archived for those that follow. */
    private static final String REHEARSAL = "headway.rehearsal";

    private final Path home;
    private final HeadUnit headUnit;
    private final Settings settings;
    private final int given;
    private final CountDownLatch ended = new CountDownLatch(1);
    /** What starts at levels up to this is installed. */
    private int installed;

    private volatile int exitCode = LaunchException.BROKEN;

    private Launcher(Path home, HeadUnit headUnit, Settings settings, int given) {
        this.home = home;
        this.headUnit = headUnit;
        this.settings = settings;
        this.given = given;
    }

    /** Runs one command; see {@code headway --help}. */
    public static void main(String[] arguments) {
        int exitCode;
        try {
            Path home = home();
            loadNativesFrom(home.resolve("native/com/sun/jna"));
            Settings settings = Settings.of(home.resolve("etc"), List.of(arguments));
            exitCode = new Launcher(home, HeadUnit.read(home.resolve("head-unit.bndrun")), settings, arguments.length)
                    .run();
        } catch (LaunchException refused) {
            System.err.println("headway: " + refused.getMessage());
            exitCode = refused.exitCode();
        }
        System.exit(exitCode);
    }

    /** The directory of the installation: where this class's jar is. */
    private static Path home() throws LaunchException {
        try {
            Path jar = Path.of(Launcher.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return jar.toAbsolutePath().getParent();
        } catch (URISyntaxException unusable) {
            throw new LaunchException(
                    LaunchException.BROKEN, "Where the launcher's jar is cannot be told: " + unusable.getMessage());
        }
    }

    /**
     * JNA takes its library from the installation and unpacks none: nothing is written, and nothing in the temporary directory
     * need be executable. If there is none for this machine, the transports that need it say so.
     */
    private static void loadNativesFrom(Path natives) {
        String machine = "amd64".equals(System.getProperty("os.arch")) ? "x86-64" : System.getProperty("os.arch");
        Map<String, String> properties = Map.of(
                "jna.boot.library.path", natives.resolve("linux-" + machine).toString(),
                "jna.nounpack", "true",
                "jna.nosys", "true");
        properties.forEach((name, value) -> System.setProperty(name, System.getProperty(name, value)));
    }

    private int run() throws LaunchException {
        Path cache;
        try {
            cache = Files.createTempDirectory("headway-");
        } catch (IOException refused) {
            throw new LaunchException(
                    LaunchException.BROKEN,
                    "No directory can be made in " + System.getProperty("java.io.tmpdir") + " for the bundle cache ("
                            + refused.getMessage() + "); name another with HEADWAY_JAVA_OPTS=-Djava.io.tmpdir=DIR");
        }
        Framework framework = null;
        try {
            framework = ServiceLoader.load(FrameworkFactory.class)
                    .findFirst()
                    .orElseThrow(() -> new LaunchException(
                            LaunchException.BROKEN, "The OSGi framework's jar is missing in " + home))
                    .newFramework(properties(cache));
            framework.init();
            endGracefullyWhenTold();
            install(framework, HeadUnit.NODE);
            start(framework);
            exitCode = command(framework).call();
            if (Boolean.getBoolean(REHEARSAL)) {
                install(framework, HeadUnit.APPLICATIONS);
                startUpTo(framework, HeadUnit.APPLICATIONS).await();
                Rehearsal.link(framework.getBundleContext().getBundles());
            }
        } catch (LaunchException refused) {
            throw refused;
        } catch (InterruptedException told) {
            exitCode = 130;
        } catch (Exception unexpected) {
            System.err.println("headway: the command failed in a way it did not foresee; please report this:");
            unexpected.printStackTrace();
            exitCode = LaunchException.BROKEN;
        } finally {
            installNoMore();
            stop(framework);
            delete(cache);
            ended.countDown();
        }
        return exitCode;
    }

    private static Map<String, String> properties(Path cache) {
        return Map.of(
                Constants.FRAMEWORK_STORAGE,
                cache.toString(),
                Constants.FRAMEWORK_BEGINNING_STARTLEVEL,
                Integer.toString(HeadUnit.FOUNDATION),
                // The launcher hands configurations over, so it must see the same classes as the Configuration Admin.
                Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                "org.osgi.service.cm;version=1.6.1",
                // Configurations come from files and flags at every start; what an application changes lives as long as
                // the node.
                "felix.cm.pm",
                "memory",
                // The framework would log to standard output, which belongs to the command; we tell its errors
                // ourselves.
                "felix.log.level",
                "0",
                "felix.cache.locking",
                "false",
                // To hand a resolution this small to other threads takes longer than the resolution.
                "felix.resolver.parallelism",
                "1");
    }

    /** Installs what starts at levels up to that one and is not installed yet. */
    private synchronized void install(Framework framework, int level) throws LaunchException, BundleException {
        BundleContext context = framework.getBundleContext();
        for (HeadUnit.Part part : headUnit.parts()) {
            if (part.startLevel() <= installed || part.startLevel() > level) {
                continue;
            }
            File jar = home.resolve("bundles")
                    .resolve(part.symbolicName() + ".jar")
                    .toFile();
            if (!jar.isFile()) {
                throw new LaunchException(LaunchException.BROKEN, jar + " is missing: build again with ./mvnw package");
            }
            Bundle bundle = context.installBundle("reference:" + jar.toURI());
            bundle.adapt(BundleStartLevel.class).setStartLevel(part.startLevel());
            if (!settings.excludes(part.symbolicName())) {
                bundle.start(Bundle.START_ACTIVATION_POLICY);
            }
        }
        installed = Math.max(installed, level);
    }

    /** Installs and starts what has that start level, on a thread of its own: the command's may be interrupted at any time. */
    private void reach(Framework framework, int level) {
        Thread installing = new Thread(
                () -> {
                    try {
                        install(framework, level);
                        startUpTo(framework, level);
                    } catch (LaunchException | BundleException | IllegalStateException failed) {
                        // A framework that is being stopped refuses, and nobody needs the bundles any more.
                        if (framework.getState() == Bundle.ACTIVE) {
                            System.err.println(
                                    "headway: start level " + level + " cannot be reached: " + reason(failed));
                        }
                    }
                },
                "headway-install");
        installing.setDaemon(true);
        installing.start();
    }

    /** Nothing is being installed when this returns, and nothing will be. */
    private synchronized void installNoMore() {
        installed = Integer.MAX_VALUE;
    }

    private static CountDownLatch startUpTo(Framework framework, int level) {
        CountDownLatch started = new CountDownLatch(1);
        framework.adapt(FrameworkStartLevel.class).setStartLevel(level, event -> started.countDown());
        return started;
    }

    private void start(Framework framework) throws BundleException, IOException, InterruptedException {
        BundleContext context = framework.getBundleContext();
        Map<String, Object> properties = new HashMap<>();
        properties.put("launcher.arguments", settings.arguments().toArray(String[]::new));
        properties.put("launcher.process", process().toArray(String[]::new));
        properties.put("launcher.ready", "true");
        properties.put(Constants.SERVICE_RANKING, -1000);
        context.registerService(Object.class, this, FrameworkUtil.asDictionary(properties));
        context.registerService(
                IntConsumer.class,
                level -> reach(framework, level),
                FrameworkUtil.asDictionary(Map.of("launcher.startlevel", HeadUnit.NODE)));
        context.addFrameworkListener(event -> {
            // That a service could not be had is told by those who need it, with the reason.
            if (event.getType() == FrameworkEvent.ERROR && !(event.getThrowable() instanceof ServiceException)) {
                System.err.println("headway: " + event.getBundle() + ": " + reason(event.getThrowable()));
            }
        });
        framework.start();
        configure(context);
        startUpTo(framework, HeadUnit.NODE).await();
    }

    /** The command line by which another process like this one is started, up to its command. */
    private List<String> process() {
        ProcessHandle.Info here = ProcessHandle.current().info();
        List<String> process = new ArrayList<>();
        here.command().ifPresent(process::add);
        here.arguments().map(List::of).ifPresent(all -> process.addAll(all.subList(0, all.size() - given)));
        process.addAll(settings.flags());
        return process;
    }

    private void configure(BundleContext context) throws IOException {
        ServiceReference<ConfigurationAdmin> reference = context.getServiceReference(ConfigurationAdmin.class);
        ConfigurationAdmin admin = context.getService(reference);
        for (Map.Entry<String, Map<String, Object>> each :
                settings.configurations().entrySet()) {
            configuration(admin, each.getKey()).update(FrameworkUtil.asDictionary(each.getValue()));
        }
        context.ungetService(reference);
    }

    /** A PID with a '~' is one of several configurations of the factory PID before it. */
    static Configuration configuration(ConfigurationAdmin admin, String pid) throws IOException {
        int tilde = pid.indexOf('~');
        return tilde < 0
                ? admin.getConfiguration(pid, "?")
                : admin.getFactoryConfiguration(pid.substring(0, tilde), pid.substring(tilde + 1), "?");
    }

    /** The service that is the command, as something to call. */
    private static Callable<Integer> command(Framework framework) throws LaunchException, InterruptedException {
        BundleContext context = framework.getBundleContext();
        ServiceTracker<Object, Object> tracker;
        try {
            tracker = new ServiceTracker<>(
                    context,
                    context.createFilter(
                            "(&(|(objectClass=java.util.concurrent.Callable)(objectClass=java.lang.Runnable))"
                                    + "(main.thread=true))"),
                    null);
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
        tracker.open();
        Object service = tracker.waitForService(TimeUnit.SECONDS.toMillis(COMMAND_SECONDS));
        if (service instanceof Callable<?> callable) {
            return () -> callable.call() instanceof Integer code ? code : 0;
        }
        if (service instanceof Runnable runnable) {
            return () -> {
                runnable.run();
                return 0;
            };
        }
        StringBuilder waiting = new StringBuilder();
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getState() == Bundle.INSTALLED) {
                waiting.append(' ').append(bundle.getSymbolicName());
            }
        }
        throw new LaunchException(
                LaunchException.BROKEN,
                "No command appeared within " + COMMAND_SECONDS + " s; bundles that could not be resolved:"
                        + (waiting.length() == 0 ? " none" : waiting));
    }

    /** On SIGINT and SIGTERM: interrupts the command, waits until it and the framework have ended, exits with its code. */
    private void endGracefullyWhenTold() {
        Thread main = Thread.currentThread();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            if (ended.getCount() == 0) {
                                return;
                            }
                            main.interrupt();
                            try {
                                if (ended.await(ENDING_SECONDS, TimeUnit.SECONDS)) {
                                    System.out.flush();
                                    Runtime.getRuntime().halt(exitCode);
                                }
                            } catch (InterruptedException unexpected) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        "headway-end"));
    }

    private static void stop(Framework framework) {
        if (framework == null) {
            return;
        }
        // The command may have been interrupted; what is left to do now is to leave properly.
        boolean interrupted = Thread.interrupted();
        try {
            framework.stop();
            framework.waitForStop(TimeUnit.SECONDS.toMillis(ENDING_SECONDS));
        } catch (BundleException | InterruptedException failed) {
            System.err.println("headway: the framework did not stop: " + failed);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void delete(Path directory) {
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, IOException failed) throws IOException {
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException left) {
            System.err.println("headway: " + directory + " could not be removed: " + left.getMessage());
        }
    }

    /** The innermost cause in one line: what a person needs first. */
    private static String reason(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
