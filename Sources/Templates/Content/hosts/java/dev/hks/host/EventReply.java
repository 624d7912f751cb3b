package dev.hks.host;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** CloudEvents that handlers reply with. */
final class EventReply {
    private EventReply() {}

    /** Whether a handler's result is meant as a CloudEvent. */
    static boolean isEvent(Object value) {
        if (!(value instanceof Map)) return false;
        Object type = ((Map<?, ?>) value).get("type");
        Object source = ((Map<?, ?>) value).get("source");
        return type instanceof String && !type.equals("") && source instanceof String && !source.equals("");
    }

    /** A reply with the attributes that the handler left to the host. */
    static Map<String, Object> complete(Map<?, ?> event) throws ResultException {
        Map<String, Object> complete = new LinkedHashMap<>();
        complete.put("specversion", "1.0");
        complete.put("id", Texts.newId());
        for (Map.Entry<?, ?> entry : event.entrySet()) {
            String name = String.valueOf(entry.getKey());
            if (!CloudEvents.isData(name) && !CloudEvents.isAttributeName(name)) {
                throw new ResultException("'" + name + "' is not the name of an attribute");
            }
            complete.put(name, entry.getValue());
        }
        return complete;
    }

    /** One event, in binary mode. */
    static Response encode(Map<String, Object> event) throws ResultException {
        Response response = new Response(200);
        for (Map.Entry<String, Object> entry : event.entrySet()) {
            String name = entry.getKey();
            if (CloudEvents.isData(name) || name.equals("datacontenttype") || entry.getValue() == null) continue;
            response.add("ce-" + name, encodeValue(name, entry.getValue()));
        }
        Object type = event.get("datacontenttype");
        String contentType = type == null ? null : HttpResult.headerValue("datacontenttype", type);
        Object data = event.get("data");
        if (event.get("data_base64") != null) {
            response.body = HttpResult.decodeBase64(String.valueOf(event.get("data_base64")));
            if (contentType == null) contentType = Response.BINARY;
        } else if (data instanceof byte[]) {
            response.body = (byte[]) data;
            if (contentType == null) contentType = Response.BINARY;
        } else if (data instanceof CharSequence && contentType != null
                && !Content.isJson(Content.mediaType(contentType))) {
            response.body = Texts.utf8(data.toString());
        } else if (data != null) {
            response.body = HttpResult.encodeJson(data);
            if (contentType == null) contentType = Response.JSON;
        }
        if (contentType != null) response.add("content-type", contentType);
        return response;
    }

    /** Several events in one answer, which binary mode cannot hold. */
    static Response encodeBatch(List<Map<String, Object>> events) throws ResultException {
        Response response = new Response(200);
        response.add("content-type", CloudEvents.BATCHED);
        response.body = HttpResult.encodeJson(events);
        return response;
    }

    /** Percent-encodes all but the printable ASCII characters, and space, quote and percent. */
    private static String encodeValue(String name, Object value) throws ResultException {
        boolean isAttribute = value instanceof CharSequence || value instanceof Boolean || value instanceof Integer
                || value instanceof Long || value instanceof BigInteger || Beans.isText(value);
        if (!isAttribute) throw new ResultException("attribute '" + name + "' must be a text, whole number or boolean");
        StringBuilder text = new StringBuilder();
        for (byte b : Texts.utf8(value.toString())) {
            boolean isPlain = b > ' ' && b < 0x7f && b != '"' && b != '%';
            if (isPlain) text.append((char) b);
            else text.append('%').append(hex(b >> 4)).append(hex(b));
        }
        return text.toString();
    }

    private static char hex(int value) {
        return Character.toUpperCase(Character.forDigit(value & 15, 16));
    }
}
