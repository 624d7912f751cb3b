"""The answer that a handler's result stands for."""

from __future__ import annotations

import re

from . import jsontext
from .responses import BINARY, JSON, TEXT, Response, has_body

# The fields of an answer. `status` alone is also a common field of data, so it only counts among these.
_ANSWER_FIELDS = {"status", "headers", "multiValueHeaders", "cookies", "body", "isBase64Encoded"}
# Headers that frame the answer or belong to the connection: the host sets them.
_OWN_HEADERS = {
    "connection",
    "content-length",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
_is_token = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
_is_unsafe = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]").search


class ResultError(Exception):
    """A result that cannot be sent."""


def to_response(result: object) -> Response:
    """Maps a result. Raises ResultError."""
    if isinstance(result, dict):
        status = _status(result)
        if status is not None:
            return _from_answer(status, result)
    return _with_body(200, [], result)


def to_document(result: object) -> Response:
    """The whole result as JSON, whatever fields it has. Raises ResultError."""
    return Response(200, [("content-type", JSON)], encode_json(result))


def piece_type(piece: object) -> str:
    """The content type of a streamed answer, told by its first piece."""
    if isinstance(piece, str):
        return TEXT
    return BINARY if isinstance(piece, (bytes, bytearray, memoryview)) else "application/x-ndjson"


def default_content_type(response: Response, content_type: str) -> None:
    """Names the content where the handler did not."""
    if not any(name == "content-type" for name, _ in response.headers):
        response.headers.append(("content-type", content_type))


def header_value(name: str, value: object) -> str:
    """A header's value as it goes on the wire: characters beyond ASCII as UTF-8. Raises ResultError."""
    if isinstance(value, bool):
        value = "true" if value else "false"
    text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    if _is_unsafe(text):
        raise ResultError(f"the handler's result cannot be sent: header '{name}' holds a control character")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("latin-1")


def encode_json(value: object) -> bytes:
    """Encodes a result. Raises ResultError."""
    try:
        return jsontext.dump(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise ResultError(f"the handler's result cannot be sent as JSON: {error}") from None


def _status(result: dict) -> int | None:
    for name in ("statusCode", "status_code"):
        if name in result:
            return _checked_status(name, result[name])
    status = result.get("status")
    is_number = isinstance(status, int) and not isinstance(status, bool)
    return _checked_status("status", status) if is_number and _ANSWER_FIELDS.issuperset(result) else None


def _checked_status(name: str, value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 3:
        value = int(value)
    # http.HTTPStatus is an int as well; a bool is one by accident.
    if isinstance(value, int) and not isinstance(value, bool) and 200 <= value <= 599:
        return int(value)
    raise ResultError(f"the handler's result cannot be sent: {name} must be a number from 200 to 599, not {value!r}")


def _from_answer(status: int, result: dict) -> Response:
    headers = _headers(result)
    body = result.get("body")
    if result.get("isBase64Encoded") and isinstance(body, (str, bytes)):
        body = _decode_base64(body)
    return _with_body(status, headers, body)


def _headers(result: dict) -> list[tuple[str, str]]:
    values = {}
    for field in ("multiValueHeaders", "headers"):
        given = result.get(field) or {}
        if not isinstance(given, dict):
            raise ResultError(f"the handler's result cannot be sent: {field} must be a dict")
        for name, value in given.items():
            known = values.setdefault(_header_name(name), [])
            for item in value if isinstance(value, (list, tuple)) else [value]:
                text = header_value(name, item)
                if item is not None and text not in known:
                    known.append(text)
    cookies = [header_value("set-cookie", cookie) for cookie in result.get("cookies") or []]
    if cookies:
        values.setdefault("set-cookie", []).extend(cookies)
    return [(name, text) for name, texts in values.items() if name not in _OWN_HEADERS for text in texts]


def _header_name(name: object) -> str:
    if not isinstance(name, str) or not _is_token(name):
        raise ResultError(f"the handler's result cannot be sent: {name!r} is not a header name")
    return name.lower()


def _decode_base64(body: str | bytes) -> bytes:
    import base64

    try:
        return base64.b64decode(body, validate=True)
    except ValueError as error:
        raise ResultError(f"the handler's result cannot be sent: its body is not Base64: {error}") from None


def _with_body(status: int, headers: list[tuple[str, str]], body: object) -> Response:
    response = Response(status, headers)
    if body is None:
        return response
    if isinstance(body, str):
        response.body = body.encode("utf-8", "replace")
        default_content_type(response, TEXT)
    elif isinstance(body, (bytes, bytearray, memoryview)):
        response.body = bytes(body)
        default_content_type(response, BINARY)
    elif hasattr(body, "__aiter__") or hasattr(body, "__next__"):
        response.stream = body if has_body(status) else None
    else:
        response.body = encode_json(body)
        default_content_type(response, JSON)
    return response
