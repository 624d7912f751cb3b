package com.example;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Answers to events and batches. */
final class Events {
    static final Map<String, Probe> PROBES = new LinkedHashMap<>();

    static {
        PROBES.put("reply", (event, context) -> Map.of("type", "test.reply", "source", "/tést", "data", event));
        PROBES.put("retry_odd", Events::retryOdd);
        PROBES.put("log_event", Events::logEvent);
        PROBES.put("unknown_failures", (event, context) ->
                Map.of("batchItemFailures", List.of(Map.of("id", "never-sent"))));
        PROBES.put("quiet", (event, context) -> event.get("data"));
        PROBES.put("refuse_event", (event, context) -> {
            throw new IllegalStateException("not now");
        });
    }

    private Events() {}

    /** Of a batch, the records whose data is odd are to come again. */
    private static Object retryOdd(Map<String, Object> event, Context context) {
        List<?> records = (List<?>) event.get("records");
        context.getLogger().info("batch of " + records.size() + " from " + event.get("source"));
        List<Object> failures = new ArrayList<>();
        for (Object item : records) {
            Map<?, ?> record = (Map<?, ?>) item;
            if (((Integer) record.get("data")) % 2 != 0) failures.add(Map.of("id", record.get("id")));
        }
        return Map.of("batchItemFailures", failures);
    }

    private static Object logEvent(Map<String, Object> event, Context context) {
        context.getLogger().info(json(event));
        return null;
    }

    /** Enough of JSON for the events of the tests; the JDK has none. */
    private static String json(Object value) {
        StringBuilder text = new StringBuilder();
        if (value instanceof Map) {
            String separator = "{";
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                text.append(separator).append(json(entry.getKey())).append(':').append(json(entry.getValue()));
                separator = ",";
            }
            return text.append('}').toString();
        }
        if (value instanceof List) {
            String separator = "[";
            for (Object item : (List<?>) value) {
                text.append(separator).append(json(item));
                separator = ",";
            }
            return text.append(']').toString();
        }
        return value instanceof String ? '"' + (String) value + '"' : String.valueOf(value);
    }
}
