package dev.hks.host;

import dev.hks.host.Json.JsonException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Type stream: a batch of records is one call; the result names those that are to come again. */
final class BatchMapping implements Mapping {
    private static final String FAILURES = "batchItemFailures";

    @Override
    public List<Object> events(Call call) throws Refusal {
        Map<?, ?> batch = parse(call.request);
        Set<String> ids = ids(batch);
        // There is nothing to do for none.
        return ids.isEmpty() ? List.of() : List.of(batch);
    }

    @Override
    public Response response(Call call, List<Object> events, List<Object> results) throws Exception {
        Object result = results.isEmpty() ? null : HttpResult.plain(results.get(0));
        Response failure = EventMapping.failure(result);
        if (failure != null) return failure;
        if (!(result instanceof Map) || !((Map<?, ?>) result).containsKey(FAILURES)) {
            if (result != null && !HttpResult.hasStatus(result)) {
                Logs.log("debug", "the handler's result has no " + FAILURES + " and was dropped", Call.current());
            }
            return new Response(204);
        }
        Set<String> failed = failed(((Map<?, ?>) result).get(FAILURES), ids((Map<?, ?>) events.get(0)));
        if (failed.isEmpty()) return new Response(204);
        Response response = new Response(200);
        response.defaultType(Response.JSON);
        response.body = Json.encode(Map.of(FAILURES,
                failed.stream().map(id -> Map.of("id", id)).collect(Collectors.toList())));
        return response;
    }

    private static Map<?, ?> parse(Request request) throws Refusal {
        String text = Texts.fromUTF8(request.body);
        try {
            Object batch = text == null ? null : Json.parse(text);
            if (batch instanceof Map) return (Map<?, ?>) batch;
        } catch (JsonException error) {
            // Told below.
        }
        throw notABatch("its body is not a JSON object");
    }

    private static Set<String> ids(Map<?, ?> batch) throws Refusal {
        if (!(batch.get("records") instanceof List)) throw notABatch("it has no array 'records'");
        Set<String> ids = new HashSet<>();
        for (Object record : (List<?>) batch.get("records")) {
            Object id = record instanceof Map ? ((Map<?, ?>) record).get("id") : null;
            if (!(id instanceof String) || id.equals("")) throw notABatch("a record has no text 'id'");
            if (!ids.add((String) id)) throw notABatch("the id '" + id + "' stands there twice");
        }
        return ids;
    }

    private static Set<String> failed(Object failures, Set<String> known) throws ResultException {
        if (failures == null) return Set.of();
        List<Object> items = new ArrayList<>();
        if (failures instanceof Iterable) ((Iterable<?>) failures).forEach(items::add);
        else if (failures instanceof Object[]) items.addAll(List.of((Object[]) failures));
        else throw new ResultException(FAILURES + " must be a List");
        Set<String> failed = new LinkedHashSet<>();
        for (Object item : items) {
            Object fields = HttpResult.plain(item);
            Object id = fields instanceof Map ? ((Map<?, ?>) fields).get("id") : null;
            if (!(id instanceof String)) throw new ResultException("an item of " + FAILURES + " has no text 'id'");
            if (!known.contains(id)) throw new ResultException(FAILURES + " names the unknown record '" + id + "'");
            failed.add((String) id);
        }
        return failed;
    }

    private static Refusal notABatch(String reason) {
        return new Refusal(400, "the request is not a batch of records: " + reason);
    }
}
