package com.example;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** A call that never was; remembers what is logged. */
final class TestContext implements Context {
    final List<String> lines = new ArrayList<>();
    private final Logger logger = Logger.getAnonymousLogger();

    TestContext() {
        logger.setUseParentHandlers(false);
        logger.addHandler(new Handler() {
            @Override
            public void publish(LogRecord record) {
                lines.add(record.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
    }

    @Override
    public String getRequestId() {
        return "test";
    }

    @Override
    public String getFunctionName() {
        return "test";
    }

    @Override
    public String getFunctionVersion() {
        return "1";
    }

    @Override
    public int getMemoryLimitInMB() {
        return 0;
    }

    @Override
    public long getRemainingTimeInMillis() {
        return 1000;
    }

    @Override
    public String getType() {
        return "test";
    }

    @Override
    public String getTraceparent() {
        return null;
    }

    @Override
    public String getTracestate() {
        return null;
    }

    @Override
    public Logger getLogger() {
        return logger;
    }
}
