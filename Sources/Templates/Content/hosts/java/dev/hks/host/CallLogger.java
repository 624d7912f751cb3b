package dev.hks.host;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The function's logger in the name of one call, whatever thread it is used on. */
final class CallLogger extends Logger {
    private final Logger logger;
    private final Call call;

    CallLogger(String name, Call call) {
        super(name, null);
        logger = Logger.getLogger(name);
        this.call = call;
    }

    @Override
    public boolean isLoggable(Level level) {
        return logger.isLoggable(level);
    }

    @Override
    public void log(LogRecord record) {
        Call.during(call, () -> logger.log(record));
    }
}
