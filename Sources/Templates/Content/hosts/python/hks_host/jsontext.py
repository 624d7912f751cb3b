"""JSON as the host reads and writes it: compact, UTF-8, without the numbers that JSON does not have."""

from __future__ import annotations

import json

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_encode_ascii = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode


def dump(value: object) -> bytes:
    """Encodes a value. Raises TypeError, ValueError or RecursionError where it is not JSON."""
    text = _encode(value)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        # Half of a surrogate pair has no UTF-8 form, only an escaped one.
        return _encode_ascii(value).encode("ascii")


def load(text: str | bytes) -> object:
    """Decodes a text. Raises ValueError or RecursionError."""
    return json.loads(text, parse_constant=_refuse)


def _refuse(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
