"""What a handler of type stream is given, and what becomes of its result."""

from __future__ import annotations

from . import http_result, jsontext, logs
from .responses import JSON, Refusal, Response


class StreamMapping:
    """A batch of records is one call; the result names the records that are to come again."""

    def events(self, call) -> list:
        """The batch of a request; an empty one calls nobody. Raises Refusal."""
        batch = _parse(call.request)
        return [batch] if batch["records"] else []

    def response(self, call, results: list) -> Response:
        """An answer without a body where all records are done, else the ids of the others. Raises ResultError."""
        result = results[0] if results else None
        if isinstance(result, dict) and ("statusCode" in result or "status_code" in result):
            answer = http_result.to_response(result)
            if answer.status >= 300:
                return answer
        elif isinstance(result, dict) and result.get("batchItemFailures") is not None:
            # Read again, because the handler may have changed the records that it was given.
            sent = {record["id"] for record in _parse(call.request)["records"]}
            failed = _failed_ids(result["batchItemFailures"], sent)
            if failed:
                failures = [{"id": name} for name in failed]
                return Response(200, [("content-type", JSON)], jsontext.dump({"batchItemFailures": failures}))
        elif result is not None and result != {}:
            logs.log_fields("debug", "the handler's result has no batchItemFailures and was dropped", {})
        return Response(204, [])


def _parse(request) -> dict:
    try:
        batch = jsontext.load(request.body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refusal(400, "the request is not a batch: its body is not JSON") from None
    if not isinstance(batch, dict) or not isinstance(batch.get("records"), list):
        raise Refusal(400, "the request is not a batch: an object with an array 'records' is expected")
    seen = set()
    for number, record in enumerate(batch["records"]):
        if not isinstance(record, dict):
            raise Refusal(400, f"the request is not a batch: record {number} is not an object")
        name = record.get("id")
        if not isinstance(name, str) or not name:
            raise Refusal(400, f"the request is not a batch: record {number} has no text 'id'")
        if name in seen:
            raise Refusal(400, f"the request is not a batch: two records have the id '{name}'")
        seen.add(name)
    return batch


def _failed_ids(failures: object, sent: set[str]) -> list[str]:
    """The ids in order, each once."""
    if not isinstance(failures, (list, tuple)):
        raise http_result.ResultError("the handler's result cannot be sent: batchItemFailures must be a list")
    names = {}
    for failure in failures:
        name = failure.get("id") if isinstance(failure, dict) else None
        if not isinstance(name, str):
            raise http_result.ResultError(
                'the handler\'s result cannot be sent: batchItemFailures must hold dicts such as {"id": record["id"]}'
            )
        if name not in sent:
            raise http_result.ResultError(
                f"the handler's result cannot be sent: batchItemFailures names '{name}', which is no record's id"
            )
        names[name] = None
    return list(names)
