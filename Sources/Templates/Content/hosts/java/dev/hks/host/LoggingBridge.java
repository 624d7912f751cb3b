package dev.hks.host;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;

/** Leads java.util.logging, and with it System.Logger, into the host's structured lines. */
public final class LoggingBridge {
    /** The JDK makes one when logging is first used, by its name in a system property. */
    public LoggingBridge() throws IOException {
        String settings = ".level=INFO\nhandlers=" + Lines.class.getName() + "\n";
        LogManager.getLogManager().readConfiguration(new ByteArrayInputStream(Texts.utf8(settings)));
    }

    /** Prepares it; most functions never load it. */
    static void install() {
        System.setProperty("java.util.logging.config.class", LoggingBridge.class.getName());
    }

    /** Writes a record as one JSON line. */
    public static final class Lines extends Handler {
        private final SimpleFormatter formatter = new SimpleFormatter();

        /** The LogManager makes one. */
        public Lines() {}

        @Override
        public void publish(LogRecord record) {
            if (!isLoggable(record)) return;
            String message = formatter.formatMessage(record);
            if (record.getThrown() != null) message += "\n" + Stacks.describe(record.getThrown());
            Object name = record.getLoggerName();
            Logs.logFields(level(record.getLevel()), message, name == null ? Map.of() : Map.of("logger", name));
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }

        @Override
        public void close() {
            // Standard error stays open.
        }

        private static String level(Level level) {
            int value = level.intValue();
            if (value >= Level.SEVERE.intValue()) return "error";
            if (value >= Level.WARNING.intValue()) return "warn";
            return value >= Level.INFO.intValue() ? "info" : "debug";
        }
    }
}
