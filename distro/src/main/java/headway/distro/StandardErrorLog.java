package headway.distro;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where {@link System.Logger} goes: warnings and errors to standard error, one line each; the rest nowhere, unless the system
 * property {@code headway.log} names another least level. Java's own default loads another module, takes two lines and tells
 * people about the class that had something to say.
 */
public final class StandardErrorLog extends System.LoggerFinder {

    private final System.Logger.Level least = least();
    private final Map<String, System.Logger> loggers = new ConcurrentHashMap<>();

    private static System.Logger.Level least() {
        try {
            return System.Logger.Level.valueOf(
                    System.getProperty("headway.log", "WARNING").toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            return System.Logger.Level.WARNING;
        }
    }

    @Override
    public System.Logger getLogger(String name, Module module) {
        return loggers.computeIfAbsent(name, Line::new);
    }

    private final class Line implements System.Logger {
        private final String name;

        Line(String name) {
            this.name = name;
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            return level.getSeverity() >= least.getSeverity() && level != Level.OFF;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
            if (isLoggable(level)) {
                System.err.println("headway: " + level.name().toLowerCase(Locale.ROOT) + ": " + message
                        + (thrown == null ? "" : ": " + thrown));
                if (thrown != null && least.getSeverity() <= Level.DEBUG.getSeverity()) {
                    thrown.printStackTrace();
                }
            }
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
            if (isLoggable(level)) {
                boolean plain = parameters == null || parameters.length == 0;
                log(level, bundle, plain ? format : MessageFormat.format(format, parameters), (Throwable) null);
            }
        }
    }
}
