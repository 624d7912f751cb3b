"""Answers and their form on the wire."""

from __future__ import annotations

import time
from http import HTTPStatus

from . import jsontext

_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
TEXT = "text/plain; charset=utf-8"
JSON = "application/json"
BINARY = "application/octet-stream"


class Response:
    """One answer."""

    __slots__ = ("status", "headers", "body", "stream")

    def __init__(self, status: int, headers: list[tuple[str, str]], body: bytes = b"", stream: object = None):
        self.status = status
        # Names and values that are safe to send.
        self.headers = headers
        self.body = body
        # An iterator or asynchronous iterator of pieces, which then is the body.
        self.stream = stream


class Refusal(Exception):
    """A request that the function's type has no use for."""

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = status


def error_response(status: int, message: str, **details: str) -> Response:
    """An answer that says what went wrong as JSON."""
    return Response(status, [("content-type", JSON)], jsontext.dump({"error": message, **details}))


def has_body(status: int) -> bool:
    """Whether an answer with this status may have a body (RFC 9110, 6.4.1)."""
    return status >= 200 and status not in (204, 205, 304)


def encode(response: Response, method: str, close: bool) -> bytes:
    """The whole of an answer that is not streamed."""
    body = response.body if has_body(response.status) else b""
    lines = _head_lines(response, close)
    # Without a body there is no telling how long the answer to GET would be.
    if has_body(response.status) and (body or method != "HEAD"):
        lines.append(f"content-length: {len(body)}")
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    return head if method == "HEAD" else head + body


def encode_stream_head(response: Response, chunked: bool, close: bool) -> bytes:
    """The head of an answer that is streamed."""
    lines = _head_lines(response, close)
    if chunked:
        lines.append("transfer-encoding: chunked")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _head_lines(response: Response, close: bool) -> list[str]:
    status = response.status
    lines = [f"HTTP/1.1 {status} {_PHRASES.get(status, '')}", "date: " + _date()]
    for name, value in response.headers:
        lines.append(f"{name}: {value}")
    if close:
        lines.append("connection: close")
    return lines


_date_cache = (0, "")


def _date() -> str:
    """The time in the fixed form of RFC 9110; strftime would follow a locale that user code set."""
    global _date_cache
    now = int(time.time())
    if _date_cache[0] != now:
        t = time.gmtime(now)
        day, month = _DAYS[t.tm_wday], _MONTHS[t.tm_mon - 1]
        text = f"{day}, {t.tm_mday:02} {month} {t.tm_year:04} {t.tm_hour:02}:{t.tm_min:02}:{t.tm_sec:02} GMT"
        _date_cache = (now, text)
    return _date_cache[1]
