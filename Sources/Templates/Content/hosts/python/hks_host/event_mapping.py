"""What a handler of type event or scheduled is given, and what becomes of its result."""

from __future__ import annotations

from . import cloud_events, http_result, logs
from .responses import Response


class EventMapping:
    """Every CloudEvent of a request is one call; a result that is a CloudEvent is the reply."""

    def events(self, call) -> list:
        """The events that a request carries. Raises Refusal."""
        return cloud_events.parse(call.request)

    def response(self, call, results: list) -> Response:
        """An answer without a body, a failure that the handler asked for, or the reply events."""
        replies = []
        for result in results:
            if isinstance(result, dict) and ("statusCode" in result or "status_code" in result):
                answer = http_result.to_response(result)
                if answer.status >= 300:
                    return answer
            elif cloud_events.is_event(result):
                replies.append(cloud_events.complete(result))
            elif result is not None:
                logs.log_fields("debug", "the handler's result is not a CloudEvent and was dropped", {})
        if not replies:
            return Response(204, [])
        return cloud_events.encode(replies[0]) if len(replies) == 1 else cloud_events.encode_batch(replies)
