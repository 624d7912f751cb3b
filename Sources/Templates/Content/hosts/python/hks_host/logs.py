"""Log lines: what a call writes becomes JSON lines that name it, everything else stays as it is."""

from __future__ import annotations

import io
import os
import sys
import threading
import time

from . import jsontext
from .context import current_call

# A line without an end is passed on at this length.
MAX_LINE = 64 * 1024


class Output:
    """A file descriptor to which several threads write whole lines, without a buffer."""

    def __init__(self, descriptor: int):
        self.descriptor = descriptor
        self._lock = threading.Lock()

    def write(self, data: bytes) -> None:
        """Writes all of it. A reader that went away must not end the function."""
        view = memoryview(data)
        with self._lock:
            while view:
                try:
                    view = view[os.write(self.descriptor, view) :]
                except BlockingIOError:
                    import select

                    select.select([], [self.descriptor], [])
                except OSError:
                    return


class CallStream(io.TextIOBase):
    """Stands in for sys.stdout and sys.stderr."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, output: Output, level: str):
        super().__init__()
        self._output = output
        self._level = level
        # For programs that write bytes; what they write stays as it is.
        self.buffer = io.FileIO(output.descriptor, "w", closefd=False)

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        call = current_call.get()
        if call is None:
            self._output.write(text.encode("utf-8", "backslashreplace"))
            return len(text)
        lines = (call.unfinished_lines.pop(self, "") + text).split("\n")
        rest = lines.pop()
        if len(rest) > MAX_LINE:
            lines.append(rest)
            rest = ""
        if rest:
            call.unfinished_lines[self] = rest
        for line in lines:
            self.write_line(line, call)
        return len(text)

    def write_line(self, line: str, call) -> None:
        """Writes one line of a call; a line that is a JSON object keeps its own fields."""
        fields = _parse_object(line)
        if fields is None:
            self._output.write(_encode_entry(self._level, line, call))
            return
        fields.setdefault("request_id", call.request_id)
        if call.trace_id is not None:
            fields.setdefault("trace_id", call.trace_id)
        self._output.write(jsontext.dump(fields) + b"\n")

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return self._output.descriptor

    def reconfigure(self, **options: object) -> None:
        """Programs call this to set the encoding or the buffering; both are fixed here."""

    def close(self) -> None:
        """Stays open: the next call writes too."""


_stderr = Output(2)


def install() -> None:
    """Takes over sys.stdout and sys.stderr."""
    sys.stdout = CallStream(Output(1), "info")
    sys.stderr = CallStream(_stderr, "error")


def log(level: str, message: str, call=None) -> None:
    """Writes a line of the host itself."""
    _stderr.write(_encode_entry(level, message, call))


def write_plain(text: str) -> None:
    """Writes lines as they are to standard error."""
    _stderr.write(text.encode("utf-8", "backslashreplace"))


def finish_lines(call) -> None:
    """Writes what a call that ended left without a line end."""
    for stream, line in list(call.unfinished_lines.items()):
        stream.write_line(line, call)
    call.unfinished_lines.clear()


def adopt_logging() -> None:
    """Makes the `logging` module write structured lines, if the user's code has loaded it."""
    if "logging" in sys.modules:
        from . import logging_bridge

        logging_bridge.install()


def log_fields(level: str, message: str, fields: dict[str, object]) -> None:
    """Writes a line with further fields, in the name of the call that runs."""
    _stderr.write(_encode_entry(level, message, current_call.get(), fields))


def _encode_entry(level: str, message: str, call, fields: dict[str, object] | None = None) -> bytes:
    now = time.time()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
    entry = {"timestamp": f"{stamp}.{int(now % 1 * 1000):03}Z", "level": level, "message": message}
    if call is not None:
        entry["request_id"] = call.request_id
        if call.trace_id is not None:
            entry["trace_id"] = call.trace_id
    if fields:
        entry.update(fields)
    return jsontext.dump(entry) + b"\n"


def _parse_object(line: str) -> dict | None:
    if not line.startswith("{"):
        return None
    try:
        value = jsontext.load(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
