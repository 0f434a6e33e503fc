package headway.shell;

import java.io.PrintStream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;

/** What the bundles log as a warning or an error goes to standard error, one line each. */
@Component(
        service = {},
        immediate = true)
public final class WarningPrinter implements LogListener {

    private final LogReaderService log;
    private final PrintStream err;

    @Activate
    public WarningPrinter(@Reference LogReaderService log) {
        this(log, System.err);
        log.addLogListener(this);
    }

    WarningPrinter(LogReaderService log, PrintStream err) {
        this.log = log;
        this.err = err;
    }

    @Deactivate
    void close() {
        log.removeLogListener(this);
    }

    @Override
    public void logged(LogEntry entry) {
        // The framework's own events are told by the launcher, which is there from the beginning.
        if (!LogLevel.WARN.implies(entry.getLogLevel()) || entry.getLoggerName().startsWith("Events.")) {
            return;
        }
        Throwable cause = entry.getException();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        err.println("headway: " + entry.getBundle().getSymbolicName() + ": " + entry.getMessage()
                + (cause == null ? "" : ": " + cause));
    }
}
