package com.example;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Results of all kinds. */
final class Results {
    static final Map<String, Probe> PROBES = new LinkedHashMap<>();

    static {
        PROBES.put("echo", (event, context) -> event);
        PROBES.put("reflect", (event, context) -> event.get("data"));
        PROBES.put("nothing", (event, context) -> null);
        PROBES.put("raw", (event, context) -> new byte[] {0, (byte) 255, 10});
        PROBES.put("raw_body", (event, context) -> new Answer());
        PROBES.put("stream", (event, context) -> Stream.of(0, 1, 2).map(number -> "line " + number + "\n"));
        PROBES.put("stream_fail", (event, context) -> new Failing());
        PROBES.put("flood", (event, context) -> IntStream.range(0, 64).mapToObj(count -> piece()).iterator());
        PROBES.put("big", (event, context) -> "x".repeat(8_000_000));
        PROBES.put("unsendable", (event, context) -> Map.of("value", new Object()));
    }

    private Results() {}

    private static byte[] piece() {
        byte[] piece = new byte[65536];
        Arrays.fill(piece, (byte) 'x');
        return piece;
    }

    /** An answer as a bean. */
    public static final class Answer {
        public int getStatusCode() {
            return 201;
        }

        public byte[] getBody() {
            return new byte[] {0, (byte) 255};
        }

        public Map<String, String> getHeaders() {
            return Map.of("Content-Type", "image/x-dots");
        }
    }

    private static final class Failing implements Iterator<byte[]> {
        private boolean hasBegun;

        @Override
        public boolean hasNext() {
            return true;
        }

        @Override
        public byte[] next() {
            if (hasBegun) throw new IllegalStateException("broken");
            hasBegun = true;
            return "a".getBytes(StandardCharsets.US_ASCII);
        }
    }
}
