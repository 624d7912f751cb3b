package com.example;

import static com.example.Tests.assertEquals;

import java.util.List;
import java.util.Map;

class HandlerTest {
    private final TestContext context = new TestContext();

    public static void main(String[] arguments) {
        Tests.run(HandlerTest.class);
    }

    void acceptsAnOrder() {
        Map<String, ?> reply = call("com.example.order.created", Map.of("orderId", "A-1", "amount", 12.5));
        assertEquals("com.example.order.accepted", reply.get("type"));
        assertEquals(Map.of("orderId", "A-1"), reply.get("data"));
        assertEquals(List.of("order A-1 over 12.5 received"), context.lines);
    }

    void ignoresOtherEvents() {
        assertEquals(null, call("com.example.order.cancelled", Map.of()));
        assertEquals(List.of("ignoring com.example.order.cancelled"), context.lines);
    }

    void refusesAnOrderWithoutId() {
        try {
            call("com.example.order.created", Map.of("amount", 1));
        } catch (IllegalArgumentException error) {
            assertEquals("the order has no orderId", error.getMessage());
            return;
        }
        throw new AssertionError("it was accepted");
    }

    private Map<String, ?> call(String type, Object data) {
        return new Handler().handler(Map.of("id", "1", "source", "/shop", "type", type, "data", data), context);
    }
}
