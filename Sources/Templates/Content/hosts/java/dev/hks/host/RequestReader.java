package dev.hks.host;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** HTTP/1.1 requests out of a byte stream (RFC 9112), strict where leniency lets requests be smuggled. */
final class RequestReader {
    private static final int MAX_HEAD = 32 * 1024;
    private static final int MAX_FIELDS = 200;
    /** A chunk's size line with its extensions. */
    private static final int MAX_CHUNK_LINE = 1024;

    private final ByteInput input;
    private final long maxBody;
    private final Progress progress;
    private final String remote;

    /** Is told how far a request has come. */
    interface Progress {
        /** Its first byte is there. */
        void onBegin() throws IOException;

        /** Its head is complete, and its body is on its way. */
        void onHead() throws IOException;

        /** The client waits for `100 Continue`. */
        void onExpectation() throws IOException;
    }

    RequestReader(ByteInput input, long maxBody, String remote, Progress progress) {
        this.input = input;
        this.maxBody = maxBody;
        this.remote = remote;
        this.progress = progress;
    }

    /** Waits for the next request; null where the client sends none. What follows a refused one cannot be trusted. */
    Request next() throws IOException, Refusal {
        if (!awaitBegin()) return null;
        progress.onBegin();
        String[] lines = readHead().split("\r\n", -1);
        RequestLine line = new RequestLine(lines[0]);
        Map<String, List<String>> fields = parseFields(List.of(lines).subList(1, lines.length));
        List<String> hosts = fields.getOrDefault("host", List.of());
        if (hosts.isEmpty() && !line.isHttp10) throw new Refusal(400, "the request has no Host header");
        if (hosts.size() > 1) throw new Refusal(400, "the request has several Host headers");
        return new Request(line, fields, readBody(fields, line.isHttp10), remote);
    }

    /** Skips empty lines, which clients of old sent after a body. */
    private boolean awaitBegin() throws IOException {
        while (true) {
            if (input.buffered() >= 2 && input.at(0) == '\r' && input.at(1) == '\n') {
                input.skip(2);
            } else if (input.buffered() == 0 || input.buffered() == 1 && input.at(0) == '\r') {
                if (!input.fill()) return false;
            } else {
                return true;
            }
        }
    }

    /** The head without the empty line at its end. */
    private String readHead() throws IOException, Refusal {
        int index = 0;
        while (true) {
            if (index >= MAX_HEAD) throw new Refusal(431, "the request's head is too large");
            while (index >= input.buffered()) input.need();
            byte before = index == 0 ? 0 : input.at(index - 1);
            if (isForbidden(input.at(index), before)) {
                throw new Refusal(400, "the request's head holds a forbidden character");
            }
            if (input.at(index) == '\n' && index >= 3 && input.at(index - 2) == '\n') {
                String head = input.take(index - 3);
                input.skip(4);
                return head;
            }
            index++;
        }
    }

    /** Control characters, and line ends that are not CRLF. */
    private static boolean isForbidden(int value, int before) {
        if (value == '\n' || before == '\r') return value != '\n' || before != '\r';
        return value >= 0 && value < ' ' && value != '\t' && value != '\r' || value == 0x7f;
    }

    private byte[] readBody(Map<String, List<String>> fields, boolean isHttp10) throws IOException, Refusal {
        List<String> lengths = fields.get("content-length");
        List<String> codings = fields.get("transfer-encoding");
        if (codings != null) {
            if (lengths != null || isHttp10) throw new Refusal(400, "Transfer-Encoding stands where it may not");
            if (codings.size() > 1 || !codings.get(0).equalsIgnoreCase("chunked")) {
                throw new Refusal(501, "only the transfer coding 'chunked' is known");
            }
        } else if (lengths != null && (lengths.size() > 1 || !Texts.isDigits(lengths.get(0), 18))) {
            throw new Refusal(400, "Content-Length is malformed");
        }
        long length = lengths == null ? 0 : Long.parseLong(lengths.get(0));
        if (length > maxBody) throw tooLarge();
        boolean isAwaited = isAwaited(fields, isHttp10) && (length > 0 || codings != null);
        if (length == 0 && codings == null) return new byte[0];
        progress.onHead();
        if (isAwaited && input.buffered() == 0) progress.onExpectation();
        ByteInput.Body body = new ByteInput.Body();
        if (codings != null) readChunks(body);
        else input.readInto(body, (int) Math.min(length, Integer.MAX_VALUE - 16));
        return body.toByteArray();
    }

    private static boolean isAwaited(Map<String, List<String>> fields, boolean isHttp10) throws Refusal {
        List<String> expectations = fields.get("expect");
        if (expectations == null || isHttp10) return false;
        if (!expectations.get(0).equalsIgnoreCase("100-continue")) {
            throw new Refusal(417, "only the expectation '100-continue' is known");
        }
        return true;
    }

    private void readChunks(ByteInput.Body body) throws IOException, Refusal {
        while (true) {
            String line = readLine(MAX_CHUNK_LINE, new Refusal(400, "a chunk's size line is too long"));
            long size = chunkSize(line);
            if (size == 0) break;
            if (body.size() + size > maxBody) throw tooLarge();
            input.readInto(body, (int) size);
            while (input.buffered() < 2) input.need();
            if (input.at(0) != '\r' || input.at(1) != '\n') {
                throw new Refusal(400, "a chunk is longer than its size says");
            }
            input.skip(2);
        }
        readTrailers();
    }

    /** Checks the trailer section and drops it. */
    private void readTrailers() throws IOException, Refusal {
        Refusal tooLarge = new Refusal(431, "the request's trailers are too large");
        List<String> lines = new ArrayList<>();
        int rest = MAX_HEAD;
        for (String line = readLine(rest, tooLarge); !line.isEmpty(); line = readLine(rest, tooLarge)) {
            lines.add(line);
            rest -= line.length() + 2;
        }
        parseFields(lines);
    }

    private static long chunkSize(String line) throws Refusal {
        int end = 0;
        long size = 0;
        while (end < line.length() && end < 16 && Texts.hexDigit(line.charAt(end)) >= 0) {
            size = size << 4 | Texts.hexDigit(line.charAt(end++));
        }
        String extensions = line.substring(end).replaceFirst("^[ \t]*", "");
        boolean isExtended = end < line.length();
        if (end == 0 || end > 15 || isExtended && !extensions.startsWith(";")) {
            throw new Refusal(400, "a chunk's size is malformed");
        }
        return size;
    }

    private String readLine(int limit, Refusal tooLong) throws IOException, Refusal {
        for (int index = 0;; index++) {
            if (index >= limit) throw tooLong;
            while (index >= input.buffered()) input.need();
            byte before = index == 0 ? 0 : input.at(index - 1);
            if (isForbidden(input.at(index), before)) {
                throw new Refusal(400, "the request's body holds a forbidden character between its chunks");
            }
            if (input.at(index) == '\n') {
                String line = input.take(index - 1);
                input.skip(2);
                return line;
            }
        }
    }

    private static Map<String, List<String>> parseFields(List<String> lines) throws Refusal {
        if (lines.size() > MAX_FIELDS) throw new Refusal(431, "the request has too many headers");
        Map<String, List<String>> fields = new LinkedHashMap<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            // A folded line begins with a space, which no token does.
            if (colon < 0 || !Texts.isToken(line.substring(0, colon))) {
                throw new Refusal(400, "a header line is malformed");
            }
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            // Space and tab are the only characters up to the space that can stand here.
            fields.computeIfAbsent(name, key -> new ArrayList<>(1)).add(line.substring(colon + 1).trim());
        }
        return fields;
    }

    private Refusal tooLarge() {
        return new Refusal(413, "the request's body is larger than " + maxBody + " bytes");
    }
}
