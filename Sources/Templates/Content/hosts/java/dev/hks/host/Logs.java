package dev.hks.host;

import dev.hks.host.Json.JsonException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Log lines. */
final class Logs {
    private static final CallStream OUT = new CallStream(new FileOutputStream(FileDescriptor.out), "info");
    private static final CallStream ERROR = new CallStream(new FileOutputStream(FileDescriptor.err), "error");

    private Logs() {}

    /** Takes over System.out, System.err and java.util.logging. */
    static void install() {
        System.setOut(new PrintStream(OUT, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(ERROR, true, StandardCharsets.UTF_8));
        PoolThreads.install();
        LoggingBridge.install();
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> {
            String place = "unhandled in thread '" + thread.getName() + "': ";
            log("error", place + Stacks.describe(error), Call.current());
        });
    }

    /** Writes a line of the host itself; `call` is null outside of calls. */
    static void log(String level, String message, Call call) {
        write(entry(level, message, call));
    }

    /** Writes a line with further fields, in the name of the call that runs. */
    static void logFields(String level, String message, Map<String, ?> fields) {
        Map<String, Object> entry = entry(level, message, Call.current());
        entry.putAll(fields);
        write(entry);
    }

    /** Writes text as it is to standard error. */
    static void writePlain(String text) {
        byte[] bytes = Texts.utf8(text);
        ERROR.writeThrough(bytes, 0, bytes.length);
    }

    /** The fields of a line. */
    static Map<String, Object> entry(String level, String message, Call call) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("timestamp", Times.timestamp());
        entry.put("level", level);
        entry.put("message", message);
        if (call != null) name(entry, call);
        return entry;
    }

    /** Adds the call's names where they are not there yet. */
    static void name(Map<String, Object> entry, Call call) {
        entry.putIfAbsent("request_id", call.requestId);
        if (call.traceId != null) entry.putIfAbsent("trace_id", call.traceId);
    }

    /** A line with its end. */
    static byte[] encode(Map<String, Object> entry) {
        try {
            return Texts.utf8(Json.write(entry) + "\n");
        } catch (JsonException error) {
            throw new IllegalStateException("a log line without JSON form", error);
        }
    }

    private static void write(Map<String, Object> entry) {
        byte[] line = encode(entry);
        ERROR.writeThrough(line, 0, line.length);
    }
}
