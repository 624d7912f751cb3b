"""CloudEvents 1.0.2 over HTTP: binary, structured and batched.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
"""

from __future__ import annotations

import os
import re

from . import http_result, jsontext
from .http_event import is_json, media_type, read_body, read_data
from .responses import JSON, Refusal, Response

_STRUCTURED = "application/cloudevents+json"
_BATCHED = "application/cloudevents-batch+json"
_REQUIRED = ("specversion", "id", "source", "type")
_DATA = ("data", "data_base64")

_is_attribute_name = re.compile(r"[a-z0-9]+").fullmatch
_escapes = re.compile(rb"%([0-9A-Fa-f]{2})").sub
_quoted_pairs = re.compile(r"\\(.)").sub
# What must be percent-encoded in a header: all but the printable ASCII characters, and space, quote and percent.
_must_escape = re.compile(rb"[^\x21-\x7e]|[\"%]").sub


def parse(request) -> list[dict]:
    """The events of a request. Raises Refusal."""
    media = media_type(request)
    if media == _STRUCTURED:
        return [_check(_load(request))]
    if media == _BATCHED:
        batch = _load(request)
        if not isinstance(batch, list):
            raise Refusal(400, "a batch of CloudEvents must be a JSON array")
        return [_check(event) for event in batch]
    if media.startswith("application/cloudevents"):
        raise Refusal(415, f"CloudEvents in the form '{media}' are not read; send JSON")
    if "ce-specversion" not in request.headers:
        raise Refusal(400, "the request is not a CloudEvent: it has no ce-specversion header")
    return [_check(_from_headers(request))]


def is_event(value: object) -> bool:
    """Whether a handler's result is meant as a CloudEvent."""
    if not isinstance(value, dict):
        return False
    return all(isinstance(value.get(name), str) and value[name] for name in ("type", "source"))


def complete(event: dict) -> dict:
    """A reply with the attributes that the handler left to the host."""
    return {"specversion": "1.0", "id": os.urandom(16).hex(), **event}


def encode(event: dict) -> Response:
    """An answer in binary mode. Raises ResultError."""
    headers = []
    for name, value in event.items():
        if name in _DATA or name == "datacontenttype" or value is None:
            continue
        headers.append(("ce-" + _attribute_name(name), _encode_value(name, value)))
    content_type = event.get("datacontenttype")
    response = Response(200, headers)
    if event.get("data_base64") is not None:
        response = http_result.to_response({"statusCode": 200, "body": event["data_base64"], "isBase64Encoded": True})
        response.headers = headers
    elif event.get("data") is not None:
        response.body, content_type = _encode_data(event["data"], content_type)
    if content_type is not None:
        response.headers.append(("content-type", http_result.header_value("datacontenttype", content_type)))
    return response


def encode_batch(events: list[dict]) -> Response:
    """Several events in one answer, which binary mode cannot hold. Raises ResultError."""
    for event in events:
        for name in event:
            if name not in _DATA:
                _attribute_name(name)
    return Response(200, [("content-type", _BATCHED)], http_result.encode_json(events))


def _load(request) -> object:
    try:
        return jsontext.load(request.body)
    except (ValueError, RecursionError):
        raise Refusal(400, "the request is not a CloudEvent: its body is not JSON") from None


def _check(event: object) -> dict:
    if not isinstance(event, dict):
        raise Refusal(400, "the request is not a CloudEvent: a JSON object is expected")
    # In the JSON format an attribute that is null is absent.
    event = {name: value for name, value in event.items() if value is not None or name == "data"}
    for name in _REQUIRED:
        if not isinstance(event.get(name), str) or not event[name]:
            raise Refusal(400, f"the request is not a CloudEvent: attribute '{name}' is missing or not a text")
    if event["specversion"] != "1.0":
        raise Refusal(400, f"CloudEvents of version '{event['specversion']}' are not read, only 1.0")
    if "data_base64" in event and "data" in event:
        raise Refusal(400, "the request is not a CloudEvent: it has both 'data' and 'data_base64'")
    for name, value in event.items():
        if name not in _DATA and not (_is_attribute_name(name) and isinstance(value, (str, int))):
            raise Refusal(400, f"the request is not a CloudEvent: attribute '{name}' is malformed")
    if "data_base64" not in event:
        event.setdefault("data", None)
    return event


def _from_headers(request) -> dict:
    event = {}
    for name, values in request.headers.items():
        if name.startswith("ce-"):
            if len(values) > 1:
                raise Refusal(400, f"the request is not a CloudEvent: header '{name}' is repeated")
            event[name[3:]] = _decode_value(name, values[0])
    content_type = request.header("content-type")
    if content_type:
        event["datacontenttype"] = content_type
    body, is_base64 = read_body(request)
    if is_base64:
        event["data_base64"] = body
    elif body is not None:
        event["data"] = _read_data(request, body)
    return event


def _read_data(request, body: str) -> object:
    media = media_type(request)
    if media and not is_json(media):
        return body
    data = read_data(request, body, False)
    if data is None and body.strip() != "null":
        raise Refusal(400, "the request is not a CloudEvent: its data is not the JSON that its type promises")
    return data


def _decode_value(name: str, value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] == '"':
        value = _quoted_pairs(r"\1", value[1:-1])
    data = _escapes(lambda match: bytes([int(match.group(1), 16)]), value.encode("latin-1"))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal(400, f"the request is not a CloudEvent: header '{name}' is not UTF-8") from None


def _encode_value(name: str, value: object) -> str:
    if isinstance(value, bool):
        value = "true" if value else "false"
    if not isinstance(value, (str, int)):
        raise http_result.ResultError(f"the reply cannot be sent: attribute '{name}' must be a text, number or bool")
    data = str(value).encode("utf-8", "replace")
    return _must_escape(lambda match: b"%%%02X" % match.group(0)[0], data).decode("ascii")


def _attribute_name(name: object) -> str:
    if not isinstance(name, str) or not _is_attribute_name(name):
        raise http_result.ResultError(f"the reply cannot be sent: {name!r} is not the name of an attribute")
    return name


def _encode_data(data: object, content_type: str | None) -> tuple[bytes, str]:
    if isinstance(data, (bytes, bytearray)):
        return bytes(data), content_type or "application/octet-stream"
    media = (content_type or "").partition(";")[0].strip()
    if isinstance(data, str) and content_type and not is_json(media):
        return data.encode("utf-8", "replace"), content_type
    return http_result.encode_json(data), content_type or JSON
