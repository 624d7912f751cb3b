package dev.hks.host;

import dev.hks.host.Json.JsonException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * CloudEvents 1.0.2 in requests: binary, structured and batched.
 *
 * <p>https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
 */
final class CloudEvents {
    static final String BATCHED = "application/cloudevents-batch+json";
    private static final String STRUCTURED = "application/cloudevents+json";

    private CloudEvents() {}

    /** The events of a request. */
    static List<Object> parse(Request request) throws Refusal {
        String media = Content.mediaType(request);
        if (media.equals(STRUCTURED)) return List.of(check(load(request)));
        if (media.equals(BATCHED)) {
            Object batch = load(request);
            if (!(batch instanceof List)) throw new Refusal(400, "a batch of CloudEvents must be a JSON array");
            List<Object> events = new ArrayList<>();
            for (Object event : (List<?>) batch) events.add(check(event));
            return events;
        }
        if (media.startsWith("application/cloudevents")) {
            throw new Refusal(415, "CloudEvents in the form '" + media + "' are not read; send JSON");
        }
        if (request.header("ce-specversion") == null) throw notAnEvent("it has no ce-specversion header");
        return List.of(check(fromHeaders(request)));
    }

    static boolean isAttributeName(String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9');
    }

    static boolean isData(String name) {
        return name.equals("data") || name.equals("data_base64");
    }

    private static Object load(Request request) throws Refusal {
        String text = Texts.fromUTF8(request.body);
        try {
            if (text != null) return Json.parse(text);
        } catch (JsonException error) {
            // Told below.
        }
        throw notAnEvent("its body is not JSON");
    }

    private static Map<String, Object> check(Object given) throws Refusal {
        if (!(given instanceof Map)) throw notAnEvent("a JSON object is expected");
        Map<String, Object> event = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) given).entrySet()) {
            // In the JSON format an attribute that is null is absent.
            boolean isThere = entry.getValue() != null || entry.getKey().equals("data");
            if (isThere) event.put((String) entry.getKey(), entry.getValue());
        }
        for (String name : List.of("specversion", "id", "source", "type")) {
            if (!(event.get(name) instanceof String) || event.get(name).equals("")) {
                throw notAnEvent("attribute '" + name + "' is missing or not a text");
            }
        }
        if (!event.get("specversion").equals("1.0")) {
            throw new Refusal(400, "CloudEvents of version '" + event.get("specversion") + "' are not read, only 1.0");
        }
        if (event.containsKey("data") && event.containsKey("data_base64")) {
            throw notAnEvent("it has both 'data' and 'data_base64'");
        }
        for (Map.Entry<String, Object> entry : event.entrySet()) {
            boolean isAttribute = isAttributeName(entry.getKey()) && isAttributeValue(entry.getValue());
            if (!isData(entry.getKey()) && !isAttribute) {
                throw notAnEvent("attribute '" + entry.getKey() + "' is malformed");
            }
        }
        if (!event.containsKey("data_base64")) event.putIfAbsent("data", null);
        return event;
    }

    private static boolean isAttributeValue(Object value) {
        return value instanceof String || value instanceof Boolean || value instanceof Integer || value instanceof Long
                || value instanceof BigInteger;
    }

    private static Map<String, Object> fromHeaders(Request request) throws Refusal {
        Map<String, Object> event = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> header : request.headers.entrySet()) {
            String name = header.getKey();
            if (!name.startsWith("ce-")) continue;
            if (header.getValue().size() > 1) throw notAnEvent("header '" + name + "' is repeated");
            event.put(name.substring(3), decodeValue(name, header.getValue().get(0)));
        }
        String contentType = request.header("content-type");
        if (contentType != null && !contentType.isEmpty()) event.put("datacontenttype", contentType);
        Content content = new Content(request);
        if (content.isBase64) event.put("data_base64", content.body);
        else if (content.body != null) event.put("data", readData(content));
        return event;
    }

    private static Object readData(Content content) throws Refusal {
        if (!content.mayBeJson()) return content.body;
        try {
            return Json.parse(content.body);
        } catch (JsonException error) {
            throw notAnEvent("its data is not the JSON that its type promises");
        }
    }

    private static String decodeValue(String name, String value) throws Refusal {
        boolean isQuoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        String text = isQuoted ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1") : value;
        String decoded = Texts.fromUTF8(Texts.percentDecoded(text));
        if (decoded == null) throw notAnEvent("header '" + name + "' is not UTF-8");
        return decoded;
    }

    private static Refusal notAnEvent(String reason) {
        return new Refusal(400, "the request is not a CloudEvent: " + reason);
    }
}
