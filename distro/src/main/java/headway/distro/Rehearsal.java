package headway.distro;

import java.lang.reflect.Method;
import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/**
 * A run whose classes Java archives for the runs that follow (AppCDS). Java archives what is linked, and one command links only
 * what it needs itself: a rehearsal links the rest of what other commands need, so that one archive serves them all. No more
 * than that: what is archived is memory in every process.
 */
final class Rehearsal {

    /** Of these every command needs something. */
    private static final Set<String> SHARED = Set.of("headway.api", "headway.dbus", "headway.core", "headway.shell");

    private static final String CLASS = ".class";

    private Rehearsal() {}

    /** Links the classes of those of the bundles that all commands share. */
    static void link(Bundle... bundles) {
        for (Bundle bundle : bundles) {
            if (SHARED.contains(bundle.getSymbolicName())) {
                bundle.adapt(BundleWiring.class)
                        .listResources(
                                "/", "*" + CLASS, BundleWiring.LISTRESOURCES_LOCAL | BundleWiring.LISTRESOURCES_RECURSE)
                        .forEach(file -> link(bundle, file));
            }
        }
    }

    private static void link(Bundle bundle, String file) {
        String name = file.substring(0, file.length() - CLASS.length()).replace('/', '.');
        try {
            // Asking for the methods links a class and, unlike using it, does not run its initializers.
            Method[] unused = bundle.loadClass(name).getDeclaredMethods();
        } catch (ClassNotFoundException | LinkageError optional) {
            // What it is about is not installed; it is loaded as ever, by who can.
        }
    }
}
