package com.example;

import java.util.logging.Logger;

/** What a handler is told about its call. */
public interface Context {
    String getRequestId();

    String getFunctionName();

    String getFunctionVersion();

    int getMemoryLimitInMB();

    long getRemainingTimeInMillis();

    String getTraceparent();

    String getTracestate();

    String getType();

    Logger getLogger();
}
