package com.example;

import java.util.logging.Logger;

/** What a handler is told about its call. Methods that are not used may be left out. */
public interface Context {
    /** Names this call; also in every log line that it writes. */
    String getRequestId();

    String getFunctionName();

    String getFunctionVersion();

    /** 0 where no limit is set. */
    int getMemoryLimitInMB();

    /** How long the call may still run. */
    long getRemainingTimeInMillis();

    /** {@code http}, {@code event}, {@code scheduled} or {@code stream}. */
    String getType();

    /** The caller's trace context, to hand on (W3C Trace Context); null where there is none. */
    String getTraceparent();

    String getTracestate();

    /** What it writes carries the request id. */
    Logger getLogger();
}
