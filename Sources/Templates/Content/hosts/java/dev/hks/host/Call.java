package dev.hks.host;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One request on its way through the handler. */
final class Call {
    private static final Pattern TRACEPARENT = Pattern.compile(
            "(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?");
    private static final InheritableThreadLocal<Call> CURRENT = new InheritableThreadLocal<>();

    final Request request;
    /** On the clock of {@link System#nanoTime}. */
    final long deadline;
    final String requestId;
    /** Null where the caller sent none. */
    final String traceId;
    /** What was written without a line end yet, per stream; guarded by itself. */
    final Map<CallStream, CallStream.Line> unfinishedLines = new HashMap<>();

    private Thread thread;
    private boolean hasEnded;
    private boolean isOverdue;

    Call(Request request, long deadline) {
        this.request = request;
        this.deadline = deadline;
        requestId = requestId(request);
        traceId = traceId(request);
    }

    /** The call to which the code that runs belongs; null outside of calls. It follows the code to new threads. */
    static Call current() {
        Call call = CURRENT.get();
        // A thread may outlive the call that started it.
        return call == null || call.hasEnded() ? null : call;
    }

    /** Runs an action as a part of this call, or of none where `call` is null. */
    static void during(Call call, Runnable action) {
        Call before = CURRENT.get();
        CURRENT.set(call);
        try {
            action.run();
        } finally {
            if (before == null) CURRENT.remove();
            else CURRENT.set(before);
        }
    }

    /** Runs the handler on this thread. */
    void run(Runnable handler) {
        synchronized (this) {
            if (isOverdue) return;
            thread = Thread.currentThread();
        }
        during(this, handler);
        synchronized (this) {
            thread = null;
            hasEnded = true;
            // Not for the next call of this thread.
            Thread.interrupted();
        }
    }

    /** Its caller no longer waits: interrupts the handler. */
    synchronized void giveUp() {
        isOverdue = true;
        if (thread != null) thread.interrupt();
    }

    /** Whether its caller was told that it took too long. */
    synchronized boolean isOverdue() {
        return isOverdue;
    }

    private synchronized boolean hasEnded() {
        return hasEnded;
    }

    private static String requestId(Request request) {
        String given = request.header("x-request-id");
        boolean isUsable = given != null && !given.isEmpty() && given.length() <= 128
                && given.chars().allMatch(c -> c > ' ' && c < 0x7f);
        return isUsable ? given : Texts.newId();
    }

    private static String traceId(Request request) {
        String given = request.header("traceparent");
        if (given == null) return null;
        Matcher matcher = TRACEPARENT.matcher(given);
        return matcher.matches() ? matcher.group(1) : null;
    }
}
