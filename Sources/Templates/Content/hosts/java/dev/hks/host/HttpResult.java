package dev.hks.host;

import dev.hks.host.Json.JsonException;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The answer that a handler's result stands for. */
final class HttpResult {
    /** The fields of an answer. `status` alone is also a common field of data, so it only counts among these. */
    private static final Set<String> ANSWER_FIELDS =
            Set.of("status", "headers", "multiValueHeaders", "cookies", "body", "isBase64Encoded");
    /** Headers that frame the answer or belong to the connection: the host sets them. */
    private static final Set<String> OWN_HEADERS = Set.of("connection", "content-length", "keep-alive",
            "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade");

    private HttpResult() {}

    /** Maps a result. A stream may fail as the user's code does. */
    static Response toResponse(Object result) throws Exception {
        Object value = plain(result);
        Map<?, ?> fields = value instanceof Map ? (Map<?, ?>) value : null;
        Integer status = fields == null ? null : status(fields);
        if (status == null) return withBody(new Response(200), value);
        Response response = new Response(status);
        addHeaders(response, fields);
        Object body = fields.get("body");
        if (Boolean.TRUE.equals(fields.get("isBase64Encoded")) && body instanceof CharSequence) {
            body = decodeBase64(body.toString());
        }
        return withBody(response, body);
    }

    /** The whole result as JSON, whatever fields it has. */
    static Response toDocument(Object result) throws ResultException {
        Response response = new Response(200);
        response.body = encodeJson(plain(result));
        response.defaultType(Response.JSON);
        return response;
    }

    /** Records and beans as maps, what is optional as itself or null. */
    static Object plain(Object value) throws ResultException {
        if (value instanceof Optional) return plain(((Optional<?>) value).orElse(null));
        boolean isKnown = value == null || value instanceof Map || value instanceof CharSequence
                || value instanceof Iterable || Pieces.areIn(value) || Beans.isText(value) || value instanceof Number;
        if (isKnown || !Beans.isBean(value)) return value;
        try {
            return Beans.fields(value);
        } catch (JsonException error) {
            throw new ResultException(error.getMessage());
        }
    }

    /** Whether a result says by a status how the call went. */
    static boolean hasStatus(Object result) {
        return result instanceof Map && (((Map<?, ?>) result).containsKey("statusCode")
                || ((Map<?, ?>) result).containsKey("status_code"));
    }

    /** A header's value as it goes on the wire: characters beyond ASCII as UTF-8. */
    static String headerValue(String name, Object value) throws ResultException {
        String text = String.valueOf(value);
        for (int index = 0; index < text.length(); index++) {
            char c = text.charAt(index);
            if (c < ' ' && c != '\t' || c == 0x7f) {
                throw new ResultException("header '" + name + "' holds a control character");
            }
        }
        return new String(Texts.utf8(text), StandardCharsets.ISO_8859_1);
    }

    /** Encodes a value that a handler gave. */
    static byte[] encodeJson(Object value) throws ResultException {
        try {
            return Json.encode(value);
        } catch (JsonException error) {
            throw new ResultException(error.getMessage());
        }
    }

    /** The bytes of an array or a buffer. */
    static byte[] bytes(Object value) {
        if (value instanceof byte[]) return (byte[]) value;
        ByteBuffer buffer = ((ByteBuffer) value).duplicate();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    static byte[] decodeBase64(String text) throws ResultException {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException error) {
            throw new ResultException("its body is not Base64: " + error.getMessage());
        }
    }

    private static Integer status(Map<?, ?> result) throws ResultException {
        for (String name : List.of("statusCode", "status_code")) {
            if (result.containsKey(name)) return checkedStatus(name, result.get(name));
        }
        Object status = result.get("status");
        boolean isAnswer = isWhole(status) && ANSWER_FIELDS.containsAll(result.keySet());
        return isAnswer ? checkedStatus("status", status) : null;
    }

    private static Integer checkedStatus(String name, Object value) throws ResultException {
        boolean isText = value instanceof String && Texts.isDigits((String) value, 3);
        long status = isText ? Long.parseLong((String) value) : isWhole(value) ? ((Number) value).longValue() : 0;
        if (status >= 200 && status <= 599) return (int) status;
        throw new ResultException(name + " must be a number from 200 to 599, not '" + value + "'");
    }

    private static boolean isWhole(Object value) {
        return value instanceof Integer || value instanceof Long || value instanceof Short;
    }

    private static void addHeaders(Response response, Map<?, ?> result) throws ResultException {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String field : List.of("multiValueHeaders", "headers")) {
            Object given = result.get(field);
            if (given == null) continue;
            if (!(given instanceof Map)) throw new ResultException(field + " must be a Map");
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) given).entrySet()) {
                String name = headerName(entry.getKey());
                List<String> values = headers.computeIfAbsent(name, key -> new ArrayList<>());
                for (Object item : items(entry.getValue())) {
                    String text = headerValue(name, item);
                    if (item != null && !values.contains(text)) values.add(text);
                }
            }
        }
        for (Object cookie : result.get("cookies") == null ? List.of() : items(result.get("cookies"))) {
            headers.computeIfAbsent("set-cookie", key -> new ArrayList<>()).add(headerValue("set-cookie", cookie));
        }
        headers.keySet().removeAll(OWN_HEADERS);
        headers.values().removeIf(List::isEmpty);
        response.headers.putAll(headers);
    }

    private static String headerName(Object name) throws ResultException {
        if (name instanceof String && Texts.isToken((String) name)) return ((String) name).toLowerCase(Locale.ROOT);
        throw new ResultException("'" + String.valueOf(name).replaceAll("\\p{Cntrl}", "?") + "' is not a header name");
    }

    private static Collection<?> items(Object value) {
        if (value instanceof Collection) return (Collection<?>) value;
        if (value == null || !value.getClass().isArray()) return Arrays.asList(value);
        List<Object> items = new ArrayList<>();
        for (int index = 0; index < Array.getLength(value); index++) items.add(Array.get(value, index));
        return items;
    }

    private static Response withBody(Response response, Object body) throws Exception {
        if (body == null) return response;
        if (body instanceof CharSequence) {
            response.body = Texts.utf8(body.toString());
            response.defaultType(Response.TEXT);
        } else if (body instanceof byte[] || body instanceof ByteBuffer) {
            response.body = bytes(body);
            response.defaultType(Response.BINARY);
        } else if (Pieces.areIn(body)) {
            if (response.mayHaveBody()) Pieces.start(response, body);
        } else {
            response.body = encodeJson(body);
            response.defaultType(Response.JSON);
        }
        return response;
    }
}
