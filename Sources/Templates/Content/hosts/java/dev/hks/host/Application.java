package dev.hks.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From a request to the handler and from its result to an answer. */
final class Application {
    private final Settings settings;
    private final Handler handler;
    private final Mapping mapping;

    Application(Settings settings, Handler handler) {
        this.settings = settings;
        this.handler = handler;
        mapping = settings.type.equals("http") ? new HttpMapping(settings.functionName)
                : settings.type.equals("stream") ? new BatchMapping() : new EventMapping();
    }

    /** Answers a call, whatever the handler throws. */
    Response respond(Call call) {
        try {
            List<Object> events = mapping.events(call);
            List<Object> results = new ArrayList<>(events.size());
            for (Object event : events) results.add(handler.call(event, call, settings));
            return mapping.response(call, events, results);
        } catch (Refusal refusal) {
            return Response.error(refusal.status, refusal.getMessage(), Map.of());
        } catch (Throwable error) {
            return failure(call, error);
        }
    }

    private Response failure(Call call, Throwable error) {
        String description = error instanceof ResultException ? error.getMessage() : Stacks.describe(error);
        // Once its time is over, what a call throws is our doing, and the log has the reason.
        if (!call.isOverdue()) Logs.log("error", description, call);
        Map<String, String> details = new LinkedHashMap<>();
        details.put("request_id", call.requestId);
        if (settings.isDeveloping) details.put("details", description);
        return Response.error(500, "the function failed", details);
    }
}
