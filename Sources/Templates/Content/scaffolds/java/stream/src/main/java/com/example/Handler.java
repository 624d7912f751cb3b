package com.example;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Works through a batch of records and names those that are to come again. */
public class Handler {
    public Map<String, ?> handler(Map<String, Object> event, Context context) {
        List<Map<String, ?>> failures = new ArrayList<>();
        for (Object item : (List<?>) event.get("records")) {
            Map<?, ?> record = (Map<?, ?>) item;
            context.getLogger().info("processed " + record.get("id"));
            if (!hasPositiveAmount(record.get("data"))) {
                failures.add(Map.of("id", record.get("id")));
            }
        }
        return Map.of("batchItemFailures", failures);
    }

    private static boolean hasPositiveAmount(Object data) {
        Object amount = data instanceof Map ? ((Map<?, ?>) data).get("amount") : null;
        return amount instanceof Number && ((Number) amount).doubleValue() > 0;
    }
}
