"""HTTP/1.1 requests out of a byte stream (RFC 9112), strict where leniency lets requests be smuggled."""

from __future__ import annotations

import re

MAX_HEAD = 32 * 1024
MAX_TARGET = 16 * 1024
MAX_FIELDS = 200
# A chunk's size line with its extensions.
MAX_CHUNK_LINE = 1024

_is_token = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
_is_length = re.compile(r"[0-9]{1,18}").fullmatch
_chunk_size = re.compile(rb"([0-9A-Fa-f]{1,15})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?").fullmatch
# Control characters, and line ends that are not CRLF.
_malformed = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n").search


class ProtocolError(Exception):
    """A request that is refused. What follows it on the connection cannot be trusted."""

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = status
        self.message = message


class Request:
    """One request, its body complete."""

    __slots__ = ("method", "path", "query", "headers", "body", "is_http10", "keep_alive", "remote")

    def __init__(self, method: str, target: str, is_http10: bool, headers: dict[str, list[str]]):
        self.method = method
        self.path, _, self.query = target.partition("?")
        # Lower-case names; every value in the order of arrival.
        self.headers = headers
        self.body = b""
        self.is_http10 = is_http10
        self.keep_alive = _keeps_alive(headers, is_http10)
        # Address of the peer; None on a Unix socket.
        self.remote = None

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        values = self.headers.get(name)
        return values[0] if values else None


class RequestReader:
    """Collects bytes and cuts requests from them."""

    def __init__(self, max_body: int):
        self._max_body = max_body
        self._buffer = bytearray()
        # The request whose body is on its way.
        self._pending = None
        # Bytes that its body still lacks; None for a chunked one.
        self._length = None
        self._expects_continue = False

    @property
    def buffered(self) -> int:
        """How many bytes wait."""
        return len(self._buffer)

    @property
    def has_head(self) -> bool:
        """Whether a head has been read and its body is on its way."""
        return self._pending is not None

    @property
    def is_empty(self) -> bool:
        """Whether no part of a request has arrived."""
        return self._pending is None and not self._buffer

    def feed(self, data: bytes) -> None:
        """Takes bytes from the connection."""
        self._buffer += data

    def take_continue(self) -> bool:
        """Whether the client waits for `100 Continue`; true once a request."""
        waits = self._expects_continue and self._pending is not None and not self._buffer
        if waits:
            self._expects_continue = False
        return waits

    def next_request(self) -> Request | None:
        """The next complete request, None while it lacks bytes. Raises ProtocolError."""
        if self._pending is None and not self._read_head():
            return None
        complete = self._read_chunks() if self._length is None else self._read_sized()
        if not complete:
            return None
        request, self._pending = self._pending, None
        return request

    def _read_head(self) -> bool:
        buffer = self._buffer
        while buffer.startswith(b"\r\n"):
            del buffer[:2]
        end = buffer.find(b"\r\n\r\n", 0, MAX_HEAD)
        if end < 0:
            if len(buffer) >= MAX_HEAD:
                raise ProtocolError(431, "the request's head is too large")
            # The last byte may be the first half of a CRLF.
            complete = len(buffer) - 1 if buffer.endswith(b"\r") else len(buffer)
            if _malformed(buffer, 0, complete):
                raise ProtocolError(400, "the request's head holds a forbidden character")
            return False
        head = bytes(buffer[:end])
        del buffer[: end + 4]
        if _malformed(head):
            raise ProtocolError(400, "the request's head holds a forbidden character")
        lines = head.decode("latin-1").split("\r\n")
        method, target, is_http10 = _parse_request_line(lines[0])
        headers = _parse_fields(lines, 1)
        if not is_http10 and "host" not in headers:
            raise ProtocolError(400, "the request has no Host header")
        if len(headers.get("host", ())) > 1:
            raise ProtocolError(400, "the request has several Host headers")
        self._length = self._framing(headers, is_http10)
        self._expects_continue = self._expectation(headers, is_http10)
        self._pending = Request(method, target, is_http10, headers)
        return True

    def _framing(self, headers: dict[str, list[str]], is_http10: bool) -> int | None:
        """The length of the body, None where it is chunked."""
        lengths = headers.get("content-length")
        codings = headers.get("transfer-encoding")
        if codings is not None:
            if lengths is not None or is_http10:
                raise ProtocolError(400, "Transfer-Encoding stands where it may not")
            if len(codings) > 1 or codings[0].lower() != "chunked":
                raise ProtocolError(501, "only the transfer coding 'chunked' is known")
            return None
        if lengths is None:
            return 0
        if len(lengths) > 1 or not _is_length(lengths[0]):
            raise ProtocolError(400, "Content-Length is malformed")
        length = int(lengths[0])
        if length > self._max_body:
            raise self._too_large()
        return length

    def _expectation(self, headers: dict[str, list[str]], is_http10: bool) -> bool:
        expect = headers.get("expect")
        if expect is None or is_http10:
            return False
        if expect[0].lower() != "100-continue":
            raise ProtocolError(417, "only the expectation '100-continue' is known")
        return self._length != 0

    def _read_sized(self) -> bool:
        if len(self._buffer) < self._length:
            return False
        if self._length:
            self._pending.body = bytes(self._buffer[: self._length])
            del self._buffer[: self._length]
        return True

    def _read_chunks(self) -> bool:
        buffer = self._buffer
        while True:
            end = buffer.find(b"\r\n", 0, MAX_CHUNK_LINE)
            if end < 0:
                if len(buffer) >= MAX_CHUNK_LINE:
                    raise ProtocolError(400, "a chunk's size line is too long")
                return False
            match = _chunk_size(buffer, 0, end)
            if match is None:
                raise ProtocolError(400, "a chunk's size is malformed")
            size = int(match.group(1), 16)
            if size == 0:
                return self._read_trailers(end)
            if len(self._pending.body) + size > self._max_body:
                raise self._too_large()
            start, stop = end + 2, end + 2 + size
            if len(buffer) < stop + 2:
                return False
            if buffer[stop : stop + 2] != b"\r\n":
                raise ProtocolError(400, "a chunk is longer than its size says")
            self._append(buffer[start:stop])
            del buffer[: stop + 2]

    def _append(self, piece: bytearray) -> None:
        if not self._pending.body:
            self._pending.body = piece
        else:
            self._pending.body += piece

    def _read_trailers(self, size_line_end: int) -> bool:
        """Checks the trailer section and drops it."""
        buffer = self._buffer
        # The size line's own CRLF may be the first half of the blank line.
        end = buffer.find(b"\r\n\r\n", size_line_end, size_line_end + MAX_HEAD)
        if end < 0:
            if len(buffer) >= size_line_end + MAX_HEAD:
                raise ProtocolError(431, "the request's trailers are too large")
            return False
        trailers = bytes(buffer[size_line_end + 2 : end])
        if _malformed(trailers):
            raise ProtocolError(400, "the request's trailers hold a forbidden character")
        if trailers:
            _parse_fields(trailers.decode("latin-1").split("\r\n"), 0)
        del buffer[: end + 4]
        self._pending.body = bytes(self._pending.body)
        return True

    def _too_large(self) -> ProtocolError:
        return ProtocolError(413, f"the request's body is larger than {self._max_body} bytes")


def _parse_request_line(line: str) -> tuple[str, str, bool]:
    parts = line.split(" ")
    if len(parts) != 3 or not _is_token(parts[0]):
        raise ProtocolError(400, "the request line is malformed")
    method, target, version = parts
    if version not in ("HTTP/1.1", "HTTP/1.0"):
        if re.fullmatch(r"HTTP/[0-9]\.[0-9]", version):
            raise ProtocolError(505, "only HTTP/1.1 and HTTP/1.0 are spoken")
        raise ProtocolError(400, "the request line is malformed")
    if len(target) > MAX_TARGET:
        raise ProtocolError(414, "the request's target is too long")
    if not target.startswith("/"):
        target = _path_of(target, method)
    if "\t" in target:
        raise ProtocolError(400, "the request's target is malformed")
    return method, target, version == "HTTP/1.0"


def _path_of(target: str, method: str) -> str:
    """The path and query of a target in absolute form, as proxies send it."""
    if target == "*" and method == "OPTIONS":
        return target
    match = re.match(r"https?://[^/?#]+", target, re.IGNORECASE)
    if match is None:
        raise ProtocolError(400, "the request's target is malformed")
    path = target[match.end() :]
    return path if path.startswith("/") else "/" + path


def _parse_fields(lines: list[str], first: int) -> dict[str, list[str]]:
    if len(lines) > MAX_FIELDS + first:
        raise ProtocolError(431, "the request has too many headers")
    fields = {}
    for index in range(first, len(lines)):
        name, colon, value = lines[index].partition(":")
        # A folded line begins with a space, which no token does.
        if not colon or not _is_token(name):
            raise ProtocolError(400, "a header line is malformed")
        name = name.lower()
        value = value.strip(" \t")
        if name in fields:
            fields[name].append(value)
        else:
            fields[name] = [value]
    return fields


def _keeps_alive(headers: dict[str, list[str]], is_http10: bool) -> bool:
    values = headers.get("connection")
    if values is None:
        return not is_http10
    options = [option.strip() for option in ",".join(values).lower().split(",")]
    if is_http10:
        return "keep-alive" in options
    return "close" not in options
