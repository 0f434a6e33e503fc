package headway.transport.afbus;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs tests where there is no Maven, and says in the Test Anything Protocol how each went. First argument: the directory of
 * test classes; further ones: names of classes, without any all.
 */
final class Tap implements TestExecutionListener {

    private static final int MOST_LINES = 40;

    private int count;
    private int failed;
    private long started;

    private Tap() {}

    public static void main(String[] arguments) {
        Tap tap = new Tap();
        System.out.println("TAP version 13");
        LauncherFactory.create().execute(request(arguments), tap);
        System.out.println("1.." + tap.count);
        // Whatever threads a test has left behind.
        System.exit(tap.failed == 0 && tap.count > 0 ? 0 : 1);
    }

    private static LauncherDiscoveryRequest request(String[] arguments) {
        List<? extends DiscoverySelector> selectors = arguments.length > 1
                ? Arrays.stream(arguments)
                        .skip(1)
                        .map(name -> DiscoverySelectors.selectClass(Tap.class.getPackageName() + '.' + name))
                        .toList()
                : DiscoverySelectors.selectClasspathRoots(Set.of(Path.of(arguments[0])));
        return LauncherDiscoveryRequestBuilder.request()
                .selectors(selectors)
                .filters(ClassNameFilter.includeClassNamePatterns(".*Test"))
                .configurationParameter(
                        "junit.jupiter.displayname.generator.default",
                        "org.junit.jupiter.api.DisplayNameGenerator$ReplaceUnderscores")
                .configurationParameter("junit.jupiter.execution.timeout.default", "3 m")
                .build();
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        skipped(test, reason);
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        started = System.nanoTime();
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        Throwable why = result.getThrowable().orElse(null);
        switch (result.getStatus()) {
            case SUCCESSFUL -> {
                if (test.isTest()) {
                    System.out.println("ok " + ++count + " - " + name(test));
                    System.out.println("# " + (System.nanoTime() - started) / 1_000_000 + " ms");
                }
            }
            case ABORTED -> skipped(test, why == null ? "" : String.valueOf(why.getMessage()));
            case FAILED -> failed(test, why);
        }
    }

    private void skipped(TestIdentifier test, String reason) {
        System.out.println("ok " + ++count + " - " + name(test) + " # SKIP "
                + reason.replace("Assumption failed: ", "").lines().findFirst().orElse(""));
    }

    private void failed(TestIdentifier test, Throwable why) {
        failed++;
        System.out.println("not ok " + ++count + " - " + name(test));
        java.io.StringWriter trace = new java.io.StringWriter();
        if (why != null) {
            why.printStackTrace(new java.io.PrintWriter(trace));
        }
        trace.toString().lines().limit(MOST_LINES).forEach(line -> System.out.println("# " + line));
    }

    private static String name(TestIdentifier test) {
        TestSource source = test.getSource().orElse(null);
        String where = source instanceof MethodSource method
                ? method.getClassName().substring(method.getClassName().lastIndexOf('.') + 1) + ": "
                : "";
        return where + test.getDisplayName().replace("()", "").replace('#', ' ');
    }
}
