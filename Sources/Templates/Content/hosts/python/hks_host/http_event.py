"""What a handler of type http is given, and what becomes of its result."""

from __future__ import annotations

import re
import time

from . import http_result, jsontext
from .responses import Refusal, Response

_is_json = re.compile(r"(?:application/json|text/json|[^/;]+/[^/;]+\+json)$", re.IGNORECASE).match
# Always handed over as Base64, even where a body happens to be valid UTF-8.
_is_binary = re.compile(
    r"(?:image|audio|video|font)/|multipart/|application/(?:octet-stream|pdf|zip|gzip|x-tar|x-gzip|wasm)$",
    re.IGNORECASE,
).match


# Set by the platform only: the gateway takes it away from everyone else's requests.
DIRECT = "x-hks-direct"


class HTTPMapping:
    """One request is one call; the result is the answer."""

    def __init__(self, settings):
        self._function_name = settings.function_name

    def events(self, call) -> list:
        """The `event` of the call; of a direct one it is the body's value itself. Raises Refusal."""
        if DIRECT not in call.request.headers:
            return [self._event(call)]
        try:
            return [jsontext.load(call.request.body)]
        except (ValueError, RecursionError):
            raise Refusal(400, "the body of a direct call must be JSON") from None

    def response(self, call, results: list) -> Response:
        """The answer for the handler's result; that of a direct call is the result itself. Raises ResultError."""
        if DIRECT in call.request.headers:
            return http_result.to_document(results[0])
        return http_result.to_response(results[0])

    def _event(self, call) -> dict:
        request = call.request
        values = request.headers
        headers = {name: _join(name, lines) for name, lines in values.items()}
        parameters = parse_query(request.query)
        body, is_base64 = read_body(request)
        single = {name: texts[-1] for name, texts in parameters.items()}
        return {
            "httpMethod": request.method,
            "path": request.path,
            "headers": headers,
            "multiValueHeaders": values,
            "queryStringParameters": single,
            "multiValueQueryStringParameters": parameters,
            "query": dict(single),
            "rawQueryString": request.query,
            "cookies": _cookies(headers.get("cookie")),
            "body": body,
            "isBase64Encoded": is_base64,
            "data": read_data(request, body, is_base64),
            "requestContext": {
                "requestId": call.request_id,
                "functionName": self._function_name,
                "httpMethod": request.method,
                "path": request.path,
                "protocol": "HTTP/1.0" if request.is_http10 else "HTTP/1.1",
                "requestTimeEpoch": int(time.time() * 1000),
                "identity": {"sourceIp": _source(request, headers), "userAgent": headers.get("user-agent")},
            },
        }


def media_type(request) -> str:
    """The content type without its parameters."""
    return (request.header("content-type") or "").partition(";")[0].strip().lower()


def is_json(media: str) -> bool:
    """Whether bodies of this type are JSON."""
    return _is_json(media) is not None


def read_body(request) -> tuple[str | None, bool]:
    """The body as text, or as Base64 where it is not text; whether it is Base64."""
    if not request.body:
        return None, False
    if "content-encoding" not in request.headers and _is_binary(media_type(request)) is None:
        try:
            return request.body.decode("utf-8"), False
        except UnicodeDecodeError:
            # Not text after all.
            pass
    import base64

    return base64.b64encode(request.body).decode("ascii"), True


def read_data(request, body: str | None, is_base64: bool) -> object:
    """The body's value where it is JSON, else None."""
    if body is None or is_base64:
        return None
    media = media_type(request)
    if media and not is_json(media):
        return None
    try:
        return jsontext.load(body)
    except (ValueError, RecursionError):
        return None


def parse_query(query: str) -> dict[str, list[str]]:
    """The parameters of a query in order; `a` and `a=` both are the empty text."""
    parameters = {}
    for pair in query.split("&"):
        if pair:
            name, _, value = pair.partition("=")
            parameters.setdefault(_unquote(name), []).append(_unquote(value))
    return parameters


def _unquote(text: str) -> str:
    if text.isascii() and "%" not in text and "+" not in text:
        return text
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(text.replace("+", " ").encode("latin-1")).decode("utf-8", "replace")


def _join(name: str, lines: list[str]) -> str:
    if len(lines) == 1:
        return lines[0]
    return ("; " if name == "cookie" else ", ").join(lines)


def _cookies(header: str | None) -> list[str]:
    return [part.strip() for part in header.split(";") if part.strip()] if header else []


def _source(request, headers: dict[str, str]) -> str | None:
    forwarded = headers.get("x-forwarded-for")
    return forwarded.partition(",")[0].strip() if forwarded else request.remote
