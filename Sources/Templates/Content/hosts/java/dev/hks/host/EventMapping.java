package dev.hks.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Types event and scheduled: every CloudEvent of a request is one call; a result that is a CloudEvent is the reply. */
final class EventMapping implements Mapping {
    @Override
    public List<Object> events(Call call) throws Refusal {
        return CloudEvents.parse(call.request);
    }

    @Override
    public Response response(Call call, List<Object> events, List<Object> results) throws Exception {
        List<Map<String, Object>> replies = new ArrayList<>();
        for (Object given : results) {
            Object result = HttpResult.plain(given);
            Response failure = failure(result);
            if (failure != null) return failure;
            if (EventReply.isEvent(result)) {
                replies.add(EventReply.complete((Map<?, ?>) result));
            } else if (result != null && !HttpResult.hasStatus(result)) {
                Logs.log("debug", "the handler's result is not a CloudEvent and was dropped", Call.current());
            }
        }
        if (replies.isEmpty()) return new Response(204);
        return replies.size() == 1 ? EventReply.encode(replies.get(0)) : EventReply.encodeBatch(replies);
    }

    /** An answer that the handler asked for and that is not a success; else null. */
    static Response failure(Object result) throws Exception {
        if (!HttpResult.hasStatus(result)) return null;
        Response response = HttpResult.toResponse(result);
        return response.status >= 300 ? response : null;
    }
}
