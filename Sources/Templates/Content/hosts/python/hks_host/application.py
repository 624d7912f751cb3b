"""From a request to the handler and from its result to an answer."""

from __future__ import annotations

import threading

from . import http_result, logs, responses, streams, tracebacks
from .context import Call, Context
from .dispatcher import EventLoop
from .http_event import HTTPMapping
from .responses import Refusal, Response

_END = object()


class Application:
    """One function: its handler and how requests of its type map to calls."""

    def __init__(self, settings, handler):
        self._settings = settings
        self._handler = handler
        self._mapping = _mapping(settings)
        self._loop = None
        self._loop_lock = threading.Lock()

    @property
    def is_async(self) -> bool:
        """Whether calls run on an event loop instead of in threads."""
        return self._handler.is_async

    def respond(self, call: Call) -> Response:
        """Answers a call on a worker's thread. Never raises."""
        try:
            context = Context(call, self._settings)
            results = [self._wait(self._handler(event, context)) for event in self._mapping.events(call)]
            response = self._mapping.response(call, results)
            if response.stream is not None:
                self._start_stream(response)
            return response
        except BaseException as error:
            return self._failure(call, error)

    async def respond_async(self, call: Call) -> Response:
        """Answers a call on the event loop. Never raises."""
        try:
            context = Context(call, self._settings)
            results = []
            for event in self._mapping.events(call):
                result = self._handler(event, context)
                results.append(await result if hasattr(result, "__await__") else result)
            response = self._mapping.response(call, results)
            if response.stream is not None:
                await self._start_stream_async(response)
            return response
        except BaseException as error:
            return self._failure(call, error)

    def _wait(self, result: object) -> object:
        """The value behind a coroutine that a synchronous handler gave back."""
        if not hasattr(result, "__await__"):
            return result

        async def value():
            return await result

        return self._event_loop().wait_for(value())

    def _event_loop(self) -> EventLoop:
        with self._loop_lock:
            if self._loop is None:
                self._loop = EventLoop()
            return self._loop

    def _start_stream(self, response: Response) -> None:
        """Takes the first piece: it tells the kind of content, and may fail while there is time to say so."""
        if hasattr(response.stream, "__aiter__"):
            response.stream = self._from_async(response.stream)
        rest = iter(response.stream)
        self._name_content(response, next(rest, _END), rest, streams.rejoin)

    async def _start_stream_async(self, response: Response) -> None:
        if not hasattr(response.stream, "__aiter__"):
            self._start_stream(response)
            return
        rest = response.stream.__aiter__()
        try:
            first = await rest.__anext__()
        except StopAsyncIteration:
            first = _END
        self._name_content(response, first, rest, streams.rejoin_async)

    def _name_content(self, response: Response, first: object, rest, rejoin) -> None:
        if first is _END:
            response.stream = None
            return
        http_result.default_content_type(response, http_result.piece_type(first))
        # Refused now rather than after the head has left.
        streams.encode_piece(first)
        response.stream = rejoin(first, rest)

    def _from_async(self, items):
        """A plain iterator over an asynchronous one, for a worker's thread."""
        loop = self._event_loop()
        rest = items.__aiter__()

        async def following():
            try:
                return await rest.__anext__()
            except StopAsyncIteration:
                return _END

        while True:
            item = loop.wait_for(following())
            if item is _END:
                return
            yield item

    def _failure(self, call: Call, error: BaseException) -> Response:
        if isinstance(error, Refusal):
            return responses.error_response(error.status, str(error))
        if call.is_overdue:
            # Its caller has an answer, and the log has the reason.
            return Response(504, [])
        if isinstance(error, http_result.ResultError):
            logs.log("error", str(error), call)
            description = str(error)
        else:
            description = tracebacks.describe(error)
            logs.log("error", f"{tracebacks.summary(error)}\n{description}", call)
        details = {"request_id": call.request_id}
        if self._settings.developing:
            details["details"] = description
        return responses.error_response(500, "the function failed", **details)


def _mapping(settings):
    if settings.type == "http":
        return HTTPMapping(settings)
    if settings.type == "stream":
        from .stream_mapping import StreamMapping

        return StreamMapping()
    from .event_mapping import EventMapping

    return EventMapping()
