package headway.shell;

import java.util.Map;
import java.util.TreeMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** Why parts of this container do not work. */
final class Failures {

    private Failures() {}

    /** What failed to start, by bundle: Declarative Services keep the reasons. */
    static Map<String, String> of(BundleContext context) {
        Map<String, String> reasons = new TreeMap<>();
        ServiceReference<ServiceComponentRuntime> reference =
                context.getServiceReference(ServiceComponentRuntime.class);
        if (reference == null) {
            return reasons;
        }
        ServiceComponentRuntime runtime = context.getService(reference);
        for (Bundle bundle : context.getBundles()) {
            String name = bundle.getSymbolicName();
            if (name == null || !name.startsWith("headway.")) {
                continue;
            }
            for (ComponentDescriptionDTO component : runtime.getComponentDescriptionDTOs(bundle)) {
                for (ComponentConfigurationDTO each : runtime.getComponentConfigurationDTOs(component)) {
                    if (each.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
                        reasons.put(name, firstReason(each.failure));
                    }
                }
            }
        }
        context.ungetService(reference);
        return reasons;
    }

    /** The innermost cause of a stack trace in one line. */
    static String firstReason(String stackTrace) {
        String reason = "";
        for (String line : stackTrace.lines().toList()) {
            if (reason.isEmpty() || line.startsWith("Caused by: ")) {
                reason = line.replaceFirst("^Caused by: ", "").strip();
            }
        }
        // A person reads the words; the class that carried them is for those who read stack traces.
        return reason.replaceFirst("^[a-zA-Z0-9_.$]+(Exception|Error): ", "");
    }
}
