package com.example;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What calls do while they run. */
final class Calls {
    static final Map<String, Probe> PROBES = new LinkedHashMap<>();

    private static final AtomicInteger RUNNING = new AtomicInteger();
    private static final AtomicInteger MOST = new AtomicInteger();

    static {
        PROBES.put("fail", (event, context) -> fail());
        PROBES.put("slow", (event, context) -> slow(event));
        PROBES.put("slow_async", (event, context) -> slowAsync(event));
        PROBES.put("crowd", (event, context) -> crowd());
        PROBES.put("talk", Calls::talk);
        PROBES.put("tell", (event, context) -> tell(context));
    }

    private Calls() {}

    private static Object fail() {
        System.out.println("about to fail");
        throw new IllegalArgumentException("secret 42");
    }

    private static String slow(Map<String, Object> event) throws InterruptedException {
        System.out.println("begun");
        Thread.sleep(millis(event));
        return "done";
    }

    private static CompletionStage<String> slowAsync(Map<String, Object> event) {
        System.out.println("begun");
        CompletableFuture<String> done = new CompletableFuture<>();
        return done.completeOnTimeout("done", millis(event), TimeUnit.MILLISECONDS);
    }

    private static long millis(Map<String, Object> event) {
        Map<?, ?> query = (Map<?, ?>) event.get("query");
        return (long) (Double.parseDouble((String) query.get("s")) * 1000);
    }

    private static int crowd() throws InterruptedException {
        int running = RUNNING.incrementAndGet();
        MOST.accumulateAndGet(running, Math::max);
        Thread.sleep(50);
        RUNNING.decrementAndGet();
        return MOST.get();
    }

    private static CompletionStage<String> talk(Map<String, Object> event, Context context)
            throws InterruptedException {
        Object name = ((Map<?, ?>) event.get("query")).get("name");
        System.out.println("first " + name);
        Thread.sleep(50);
        Thread other = new Thread(() -> System.err.println("second " + name));
        other.start();
        other.join();
        System.out.printf("{\"level\": \"debug\", \"message\": \"fourth %s\", \"colour\": \"red\"}%n", name);
        System.out.print("fifth " + name);
        // On a thread that serves all calls.
        return CompletableFuture.runAsync(() -> context.getLogger().warning("third " + name))
                .thenApply(nothing -> "talked");
    }

    private static Map<String, Object> tell(Context context) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("request_id", context.getRequestId());
        told.put("function_name", context.getFunctionName());
        told.put("function_version", context.getFunctionVersion());
        told.put("memory", context.getMemoryLimitInMB());
        told.put("remaining", context.getRemainingTimeInMillis());
        told.put("traceparent", context.getTraceparent());
        told.put("tracestate", context.getTracestate());
        told.put("type", context.getType());
        return told;
    }
}
