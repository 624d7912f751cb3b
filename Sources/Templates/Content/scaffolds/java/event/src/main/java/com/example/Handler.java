package com.example;

import java.util.Map;

/** Accepts orders: answers each {@code com.example.order.created} with a {@code com.example.order.accepted}. */
public class Handler {
    public Map<String, ?> handler(Map<String, Object> event, Context context) {
        if (!"com.example.order.created".equals(event.get("type"))) {
            context.getLogger().info("ignoring " + event.get("type"));
            return null;
        }
        Object data = event.get("data");
        Map<?, ?> order = data instanceof Map ? (Map<?, ?>) data : Map.of();
        Object orderId = order.get("orderId");
        if (orderId == null) {
            throw new IllegalArgumentException("the order has no orderId");
        }
        context.getLogger().info("order " + orderId + " over " + order.get("amount") + " received");
        return Map.of(
                "type", "com.example.order.accepted",
                "source", "/{{name}}",
                "data", Map.of("orderId", orderId));
    }
}
