package headway.itest;

import static org.ops4j.pax.exam.CoreOptions.bootDelegationPackages;
import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.ops4j.pax.exam.CoreOptions.systemPackages;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.ops4j.pax.exam.ExamSystem;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.TestAddress;
import org.ops4j.pax.exam.TestContainer;
import org.ops4j.pax.exam.TestProbeBuilder;
import org.ops4j.pax.exam.spi.PaxExamRuntime;

/** Lets Pax Exam, which knows JUnit 4 only, run the tests of a Jupiter class inside its container. */
final class FelixExtension implements BeforeAllCallback, AfterAllCallback, InvocationInterceptor {

    /** Where the container's bus meets the processes that a test starts beside it. */
    static final String RUNTIME_DIRECTORY = "headway.itest.runtime";

    private final Map<Method, TestAddress> addresses = new HashMap<>();
    private TestContainer container;
    private Path runtime;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        runtime = Files.createTempDirectory("headway-it");
        System.setProperty(RUNTIME_DIRECTORY, runtime.toString());
        ExamSystem system = PaxExamRuntime.createTestSystem(headUnit());
        TestProbeBuilder probe = system.createProbe();
        for (Method method : context.getRequiredTestClass().getMethods()) {
            if (method.isAnnotationPresent(Test.class)) {
                addresses.put(method, probe.addTest(context.getRequiredTestClass(), method.getName()));
            }
        }
        container = PaxExamRuntime.createContainer(system);
        container.start();
        container.installProbe(probe.build().getStream());
    }

    private static Option[] headUnit() throws IOException {
        List<Option> bundles = new ArrayList<>();
        for (Path jar : Image.bundles()) {
            // Our own bundles are started by the test once they are configured, as the launcher does it.
            boolean ours = jar.getFileName().toString().startsWith("headway.");
            bundles.add(bundle(jar.toUri().toString()).start(!ours));
        }
        return options(
                frameworkProperty("org.osgi.framework.bundle.parent").value("app"),
                bootDelegationPackages("org.junit.*", "org.opentest4j.*"),
                systemPackages("org.slf4j;version=1.7.36"),
                composite(bundles.toArray(Option[]::new)));
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        invocation.skip();
        try {
            container.call(addresses.get(call.getExecutable()));
        } catch (RuntimeException wrapped) {
            throw unwrapped(wrapped);
        }
    }

    /** What the test threw, from under what carried it here. */
    private static Throwable unwrapped(Throwable wrapped) {
        Throwable cause = wrapped;
        while (cause.getCause() != null
                && (cause instanceof RuntimeException || cause instanceof InvocationTargetException)) {
            cause = cause.getCause();
        }
        return cause;
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (container != null) {
            container.stop();
        }
    }
}
