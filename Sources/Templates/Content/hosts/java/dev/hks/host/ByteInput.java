package dev.hks.host;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of a connection as they arrive. */
final class ByteInput {
    private final ReadableByteChannel channel;
    private byte[] bytes = new byte[8 * 1024];
    private int start;
    private int end;

    ByteInput(ReadableByteChannel channel) {
        this.channel = channel;
    }

    /** How many bytes wait. */
    int buffered() {
        return end - start;
    }

    /** A byte that waits. */
    byte at(int index) {
        return bytes[start + index];
    }

    /** Drops bytes that wait. */
    void skip(int count) {
        start += count;
    }

    /** Takes bytes that wait as text, one character for each. */
    String take(int count) {
        String text = new String(bytes, start, count, StandardCharsets.ISO_8859_1);
        start += count;
        return text;
    }

    /** Waits for more bytes; false at the end. */
    boolean fill() throws IOException {
        if (start == end) {
            start = 0;
            end = 0;
        } else if (end == bytes.length && start > 0) {
            System.arraycopy(bytes, start, bytes, 0, end - start);
            end -= start;
            start = 0;
        } else if (end == bytes.length) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
        int count = channel.read(ByteBuffer.wrap(bytes, end, bytes.length - end));
        if (count > 0) end += count;
        return count >= 0;
    }

    /** Waits for more bytes, which have to come. */
    void need() throws IOException {
        if (!fill()) throw new EOFException();
    }

    /** Waits for so many bytes and adds them to a body. */
    void readInto(Body body, int count) throws IOException {
        int missing = count;
        while (true) {
            int piece = Math.min(missing, buffered());
            body.write(bytes, start, piece);
            start += piece;
            missing -= piece;
            if (missing == 0) return;
            need();
        }
    }

    /** Bytes that grow as they arrive: nobody gets memory by announcing much. */
    static final class Body extends java.io.ByteArrayOutputStream {
        Body() {
            super(1024);
        }
    }
}
