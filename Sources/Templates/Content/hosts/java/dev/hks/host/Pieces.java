package dev.hks.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.stream.BaseStream;

/** The pieces of a streamed answer: of an Iterator, a Stream or an InputStream that a handler returned. */
final class Pieces implements AutoCloseable {
    private static final int READ_SIZE = 64 * 1024;

    private final Object source;
    private final Iterator<?> items;
    private byte[] first;

    private Pieces(Object source) {
        this.source = source;
        items = source instanceof BaseStream ? ((BaseStream<?, ?>) source).iterator()
                : source instanceof Iterator ? (Iterator<?>) source : null;
    }

    /** Whether a value is streamed. */
    static boolean areIn(Object value) {
        return value instanceof Iterator || value instanceof BaseStream || value instanceof InputStream;
    }

    /**
     * Takes the first piece: it tells the kind of content, and may fail while there is time to say so.
     * The response stays empty where there is none.
     */
    static void start(Response response, Object source) throws Exception {
        Pieces pieces = new Pieces(source);
        try {
            Object item = pieces.nextItem();
            if (item == null) {
                pieces.close();
                return;
            }
            response.defaultType(item instanceof CharSequence ? Response.TEXT
                    : isBytes(item) ? Response.BINARY : Response.LINES);
            pieces.first = encode(item);
        } catch (Throwable error) {
            pieces.close();
            throw error;
        }
        response.stream = pieces;
    }

    /** The next piece; null at the end. */
    byte[] next() throws Exception {
        if (first != null) {
            byte[] piece = first;
            first = null;
            return piece;
        }
        Object item = nextItem();
        return item == null ? null : encode(item);
    }

    @Override
    public void close() throws Exception {
        if (source instanceof AutoCloseable) ((AutoCloseable) source).close();
    }

    private Object nextItem() throws IOException, ResultException {
        if (items == null) {
            byte[] piece = ((InputStream) source).readNBytes(1);
            if (piece.length == 0) return null;
            // Whatever is there without waiting goes along with the first byte.
            byte[] rest = new byte[Math.max(0, Math.min(READ_SIZE - 1, ((InputStream) source).available()))];
            int count = rest.length == 0 ? 0 : Math.max(0, ((InputStream) source).read(rest));
            byte[] joined = new byte[1 + count];
            joined[0] = piece[0];
            System.arraycopy(rest, 0, joined, 1, count);
            return joined;
        }
        if (!items.hasNext()) return null;
        Object item = items.next();
        if (item == null) throw new ResultException("a piece of it is null");
        return item;
    }

    private static boolean isBytes(Object item) {
        return item instanceof byte[] || item instanceof ByteBuffer;
    }

    /** Bytes as they are, text as UTF-8, everything else as a line of JSON. */
    private static byte[] encode(Object item) throws ResultException {
        if (isBytes(item)) return HttpResult.bytes(item);
        if (item instanceof CharSequence) return Texts.utf8(item.toString());
        byte[] json = HttpResult.encodeJson(item);
        byte[] line = java.util.Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }
}
