package com.example;

import static com.example.Tests.assertEquals;

import java.util.List;
import java.util.Map;

class HandlerTest {
    private final TestContext context = new TestContext();

    public static void main(String[] arguments) {
        Tests.run(HandlerTest.class);
    }

    void processesEveryRecord() {
        Object answer = call(record("1", Map.of("amount", 5)), record("2", Map.of("amount", 0.5)));
        assertEquals(Map.of("batchItemFailures", List.of()), answer);
        assertEquals(List.of("processed 1", "processed 2"), context.lines);
    }

    void reportsRecordsWithoutAPositiveAmount() {
        Object answer = call(
                record("1", Map.of("amount", 5)),
                record("2", Map.of("amount", -1)),
                record("3", Map.of("amount", "many")),
                record("4", "text"));
        List<?> failures = List.of(Map.of("id", "2"), Map.of("id", "3"), Map.of("id", "4"));
        assertEquals(Map.of("batchItemFailures", failures), answer);
    }

    private Object call(Map<?, ?>... records) {
        return new Handler().handler(Map.of("source", "orders", "records", List.of(records)), context);
    }

    private static Map<?, ?> record(String id, Object data) {
        return Map.of("id", id, "data", data);
    }
}
