package com.example;

import java.util.Map;

/** Greets the name in the query (?name=Ada) or in a JSON body ({"name": "Ada"}). */
public class Handler {
    private final Map<String, String> environment;

    public Handler() {
        this(System.getenv());
    }

    Handler(Map<String, String> environment) {
        this.environment = environment;
    }

    public Map<String, ?> handler(Map<String, Object> event, Context context) {
        Object name = requestedName(event);
        if (!(name instanceof String)) {
            return Map.of("statusCode", 400, "body", Map.of("error", "name must be a string"));
        }
        context.getLogger().info("greeting " + name);
        String greeting = environment.getOrDefault("GREETING", "Hello");
        return Map.of("message", greeting + ", " + name + "!");
    }

    private static Object requestedName(Map<String, Object> event) {
        Map<?, ?> query = (Map<?, ?>) event.get("queryStringParameters");
        Object name = query.get("name");
        if (name != null && !name.equals("")) {
            return name;
        }
        Object data = event.get("data");
        boolean isNamed = data instanceof Map && ((Map<?, ?>) data).containsKey("name");
        return isNamed ? ((Map<?, ?>) data).get("name") : "World";
    }
}
