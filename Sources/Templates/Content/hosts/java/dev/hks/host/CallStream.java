package dev.hks.host;

import dev.hks.host.Json.JsonException;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Stands in for standard output or error: what a call writes becomes JSON lines, everything else stays as it is. */
final class CallStream extends OutputStream {
    /** A line without an end is passed on at this length. */
    private static final int MAX_LINE = 64 * 1024;

    private final FileOutputStream out;
    private final String level;

    /** A line that lacks its end. */
    static final class Line extends ByteArrayOutputStream {}

    CallStream(FileOutputStream out, String level) {
        this.out = out;
        this.level = level;
    }

    /** Writes all of it at once. A reader that went away must not end the function. */
    synchronized void writeThrough(byte[] bytes, int start, int length) {
        try {
            out.write(bytes, start, length);
        } catch (IOException error) {
            // There is no one left to tell.
        }
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int start, int length) {
        Call call = Call.current();
        if (call == null) {
            writeThrough(bytes, start, length);
            return;
        }
        synchronized (call.unfinishedLines) {
            Line line = call.unfinishedLines.computeIfAbsent(this, stream -> new Line());
            int from = start;
            for (int index = start; index < start + length; index++) {
                if (bytes[index] != '\n') continue;
                line.write(bytes, from, index - from);
                finish(line, call);
                from = index + 1;
            }
            line.write(bytes, from, start + length - from);
            if (line.size() > MAX_LINE) finish(line, call);
        }
    }

    /** Writes what a call that ended left without a line end. */
    static void finishLines(Call call) {
        synchronized (call.unfinishedLines) {
            for (Map.Entry<CallStream, Line> entry : call.unfinishedLines.entrySet()) {
                if (entry.getValue().size() > 0) entry.getKey().finish(entry.getValue(), call);
            }
            call.unfinishedLines.clear();
        }
    }

    private void finish(Line line, Call call) {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        Map<String, Object> fields = parse(text);
        if (fields == null) fields = Logs.entry(level, text, call);
        else Logs.name(fields, call);
        byte[] encoded = Logs.encode(fields);
        writeThrough(encoded, 0, encoded.length);
    }

    /** The fields of a line that is a JSON object, which keeps them; null of other lines. */
    @SuppressWarnings("unchecked")
    private static Map<String, Object> parse(String line) {
        if (!line.startsWith("{")) return null;
        try {
            return (Map<String, Object>) Json.parse(line);
        } catch (JsonException error) {
            return null;
        }
    }
}
