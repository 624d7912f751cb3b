package com.example;

import static com.example.Tests.assertEquals;

import java.util.HashMap;
import java.util.Map;

class HandlerTest {
    public static void main(String[] arguments) {
        Tests.run(HandlerTest.class);
    }

    void greetsTheWorld() {
        assertEquals(Map.of("message", "Hello, World!"), call(Map.of(), null, Map.of()));
    }

    void greetsTheNameInTheQuery() {
        assertEquals(Map.of("message", "Hello, Ada!"), call(Map.of("name", "Ada"), null, Map.of()));
    }

    void greetsTheNameInTheBody() {
        assertEquals(Map.of("message", "Hello, Grace!"), call(Map.of(), Map.of("name", "Grace"), Map.of()));
    }

    void takesTheGreetingFromTheEnvironment() {
        Map<String, String> environment = Map.of("GREETING", "Good morning");
        assertEquals(Map.of("message", "Good morning, World!"), call(Map.of(), null, environment));
    }

    void refusesANameThatIsNotAString() {
        assertEquals(400, call(Map.of(), Map.of("name", 7), Map.of()).get("statusCode"));
    }

    private static Map<String, ?> call(Map<String, String> query, Object data, Map<String, String> environment) {
        Map<String, Object> event = new HashMap<>();
        event.put("httpMethod", "GET");
        event.put("path", "/");
        event.put("queryStringParameters", query);
        event.put("data", data);
        return new Handler(environment).handler(event, new TestContext());
    }
}
