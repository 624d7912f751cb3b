package com.example;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Map;

/** Runs by the clock. */
public class Handler {
    private static final Duration TOLERANCE = Duration.ofSeconds(60);

    public void handler(Map<String, Object> event, Context context) {
        Map<?, ?> data = (Map<?, ?>) event.get("data");
        String scheduledTime = (String) data.get("scheduledTime");
        context.getLogger().info("run " + data.get("schedule") + " at " + scheduledTime);
        OffsetDateTime firedTime = OffsetDateTime.parse((String) data.get("firedTime"));
        Duration delay = Duration.between(OffsetDateTime.parse(scheduledTime), firedTime);
        if (delay.compareTo(TOLERANCE) > 0) {
            context.getLogger().warning("late by " + delay.getSeconds() + " s");
        }
    }
}
