package dev.hks.host;

import dev.hks.host.Json.JsonException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a handler of type http is given: one request is one call, and the result is the answer. */
final class HttpMapping implements Mapping {
    /** Set by the platform only: the gateway takes it away from everyone else's requests. */
    private static final String DIRECT = "x-hks-direct";

    private final String functionName;

    HttpMapping(String functionName) {
        this.functionName = functionName;
    }

    /** Of a direct call, the event is the body's value itself. */
    @Override
    public List<Object> events(Call call) throws Refusal {
        return Collections.singletonList(isDirect(call) ? value(call.request) : event(call));
    }

    /** The answer of a direct call is the result itself. */
    @Override
    public Response response(Call call, List<Object> events, List<Object> results) throws Exception {
        Object result = results.get(0);
        return isDirect(call) ? HttpResult.toDocument(result) : HttpResult.toResponse(result);
    }

    private static boolean isDirect(Call call) {
        return call.request.headers.containsKey(DIRECT);
    }

    private static Object value(Request request) throws Refusal {
        String text = Texts.fromUTF8(request.body);
        try {
            if (text != null) return Json.parse(text);
        } catch (JsonException error) {
            // Refused as what is not even text.
        }
        throw new Refusal(400, "the body of a direct call must be JSON");
    }

    private Map<String, Object> event(Call call) {
        Request request = call.request;
        Map<String, String> headers = new LinkedHashMap<>();
        request.headers.forEach((name, values) ->
                headers.put(name, String.join(name.equals("cookie") ? "; " : ", ", values)));
        Map<String, List<String>> parameters = parseQuery(request.query);
        Map<String, String> single = new LinkedHashMap<>();
        parameters.forEach((name, values) -> single.put(name, values.get(values.size() - 1)));
        Content content = new Content(request);
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("httpMethod", request.method);
        event.put("path", request.path);
        event.put("headers", headers);
        event.put("multiValueHeaders", new LinkedHashMap<>(request.headers));
        event.put("queryStringParameters", single);
        event.put("multiValueQueryStringParameters", parameters);
        event.put("query", new LinkedHashMap<>(single));
        event.put("rawQueryString", request.query);
        event.put("cookies", cookies(headers.get("cookie")));
        event.put("body", content.body);
        event.put("isBase64Encoded", content.isBase64);
        event.put("data", content.data());
        event.put("requestContext", requestContext(call, headers));
        return event;
    }

    private Map<String, Object> requestContext(Call call, Map<String, String> headers) {
        Map<String, Object> identity = new LinkedHashMap<>();
        String forwarded = headers.get("x-forwarded-for");
        boolean isForwarded = forwarded != null && !forwarded.isEmpty();
        identity.put("sourceIp", isForwarded ? Texts.before(forwarded, ',').trim() : call.request.remote);
        identity.put("userAgent", headers.get("user-agent"));
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("requestId", call.requestId);
        context.put("functionName", functionName);
        context.put("httpMethod", call.request.method);
        context.put("path", call.request.path);
        context.put("protocol", call.request.isHttp10 ? "HTTP/1.0" : "HTTP/1.1");
        context.put("requestTimeEpoch", System.currentTimeMillis());
        context.put("identity", identity);
        return context;
    }

    /** The parameters of a query in order; `a` and `a=` both are the empty text. */
    private static Map<String, List<String>> parseQuery(String query) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&")) {
            if (pair.isEmpty()) continue;
            String name = Texts.before(pair, '=');
            String value = name.length() == pair.length() ? "" : pair.substring(name.length() + 1);
            parameters.computeIfAbsent(unescape(name), key -> new ArrayList<>(1)).add(unescape(value));
        }
        return parameters;
    }

    private static String unescape(String text) {
        return new String(Texts.percentDecoded(text.replace('+', ' ')), StandardCharsets.UTF_8);
    }

    private static List<String> cookies(String header) {
        List<String> cookies = new ArrayList<>();
        if (header == null) return cookies;
        Arrays.stream(header.split(";")).map(String::trim).filter(part -> !part.isEmpty()).forEach(cookies::add);
        return cookies;
    }
}
