package dev.hks.host;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One answer and its form on the wire. */
final class Response {
    static final String TEXT = "text/plain; charset=utf-8";
    static final String JSON = "application/json";
    static final String BINARY = "application/octet-stream";
    static final String LINES = "application/x-ndjson";
    static final byte[] CONTINUE = Texts.utf8("HTTP/1.1 100 Continue\r\n\r\n");

    final int status;
    /** Names in lower case and values that are safe to send. */
    final Map<String, List<String>> headers = new LinkedHashMap<>();
    byte[] body = new byte[0];
    /** The pieces that are the body; null where it is at hand. */
    Pieces stream;

    Response(int status) {
        this.status = status;
    }

    /** An answer that says what went wrong as JSON. */
    static Response error(int status, String message, Map<String, String> details) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("error", message);
        fields.putAll(details);
        Response response = new Response(status);
        response.defaultType(JSON);
        try {
            response.body = Json.encode(fields);
        } catch (Json.JsonException error) {
            throw new IllegalStateException("texts without JSON form", error);
        }
        return response;
    }

    /** Adds a value to a header. */
    void add(String name, String value) {
        headers.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value);
    }

    /** Names the content where the handler did not. */
    void defaultType(String type) {
        if (!headers.containsKey("content-type")) add("content-type", type);
    }

    /** Whether an answer with this status may have a body (RFC 9110, 6.4.1). */
    boolean mayHaveBody() {
        return status != 204 && status != 205 && status != 304;
    }

    /** The head of an answer that is at hand. */
    byte[] head(String method, boolean closes) {
        StringBuilder head = begin(closes);
        // Without a body there is no telling how long the answer to GET would be.
        if (mayHaveBody() && (body.length > 0 || !method.equals("HEAD"))) {
            head.append("content-length: ").append(body.length).append("\r\n");
        }
        return end(head);
    }

    /** The head of an answer that is streamed. */
    byte[] streamHead(boolean isChunked, boolean closes) {
        StringBuilder head = begin(closes);
        if (isChunked) head.append("transfer-encoding: chunked\r\n");
        return end(head);
    }

    private StringBuilder begin(boolean closes) {
        StringBuilder head = new StringBuilder(256);
        head.append("HTTP/1.1 ").append(status).append(' ').append(Phrases.of(status)).append("\r\n");
        head.append("date: ").append(Times.httpDate()).append("\r\n");
        for (Map.Entry<String, List<String>> header : headers.entrySet()) {
            for (String value : header.getValue()) {
                head.append(header.getKey()).append(": ").append(value).append("\r\n");
            }
        }
        if (closes) head.append("connection: close\r\n");
        return head;
    }

    private static byte[] end(StringBuilder head) {
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
