"""The call that runs, and what a handler is told about it."""

from __future__ import annotations

import contextvars
import os
import re
import time

_is_request_id = re.compile(r"[!-~]{1,128}").fullmatch
_trace_id = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?").fullmatch

# The call to which code belongs; it follows the code across threads' contexts and await.
current_call = contextvars.ContextVar("hks_call", default=None)


class Call:
    """One request on its way through the handler."""

    __slots__ = ("request", "connection", "deadline", "request_id", "trace_id", "unfinished_lines", "is_overdue")

    def __init__(self, request, connection, deadline: float):
        self.request = request
        self.connection = connection
        # On the clock of time.monotonic().
        self.deadline = deadline
        self.request_id = _request_id(request)
        self.trace_id = _trace(request)
        # What was written without a line end yet, per stream.
        self.unfinished_lines = {}
        # Whether its caller was told that it took too long.
        self.is_overdue = False


class Context:
    """The second argument of a handler."""

    def __init__(self, call: Call, settings):
        self._call = call
        self._settings = settings

    @property
    def request_id(self) -> str:
        """Names this call; also in every log line that it writes."""
        return self._call.request_id

    @property
    def function_name(self) -> str:
        return self._settings.function_name

    @property
    def function_version(self) -> str:
        return self._settings.function_version

    @property
    def memory_limit_in_mb(self) -> int:
        """0 where no limit is set."""
        return self._settings.memory_limit_mb

    @property
    def type(self) -> str:
        """`http`, `event`, `scheduled` or `stream`."""
        return self._settings.type

    @property
    def traceparent(self) -> str | None:
        """The caller's trace context, to hand on (W3C Trace Context)."""
        return self._call.request.header("traceparent")

    @property
    def tracestate(self) -> str | None:
        values = self._call.request.headers.get("tracestate")
        return ",".join(values) if values else None

    @property
    def logger(self):
        """A `logging.Logger`; what it writes carries the request id."""
        from . import logging_bridge

        return logging_bridge.function_logger(self._settings.function_name)

    def get_remaining_time_in_millis(self) -> int:
        """How long the call may still run."""
        return max(0, int((self._call.deadline - time.monotonic()) * 1000))


def _request_id(request) -> str:
    given = request.header("x-request-id")
    if given is not None and _is_request_id(given):
        return given
    return os.urandom(16).hex()


def _trace(request) -> str | None:
    match = _trace_id(request.header("traceparent") or "")
    return match.group(1) if match else None
