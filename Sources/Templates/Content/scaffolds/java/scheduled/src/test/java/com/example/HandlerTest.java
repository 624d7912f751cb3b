package com.example;

import static com.example.Tests.assertEquals;

import java.util.List;
import java.util.Map;

class HandlerTest {
    public static void main(String[] arguments) {
        Tests.run(HandlerTest.class);
    }

    void runsOnTime() {
        assertEquals(List.of("run nightly at 2024-01-31T03:00:00Z"), call("2024-01-31T03:01:00Z"));
    }

    void warnsWhenItIsLate() {
        assertEquals(
                List.of("run nightly at 2024-01-31T03:00:00Z", "late by 90 s"),
                call("2024-01-31T03:01:30Z"));
    }

    private static List<String> call(String firedTime) {
        TestContext context = new TestContext();
        Map<String, Object> data = Map.of(
                "schedule", "nightly", "scheduledTime", "2024-01-31T03:00:00Z", "firedTime", firedTime, "attempt", 1);
        new Handler().handler(Map.of("type", "dev.hks.schedule.fired", "data", data), context);
        return context.lines;
    }
}
