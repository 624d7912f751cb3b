"""Answers that a handler produces piece by piece, at the pace at which the client takes them."""

from __future__ import annotations

import threading

from . import jsontext, logs, tracebacks


class Outlet:
    """The producer's end of a streamed answer; the connection has the other one."""

    def __init__(self, server, call, response):
        self._server = server
        self._call = call
        self.response = response
        # Set by the connection once nobody takes further pieces.
        self.is_closed = False
        # What the producer wants called when it may go on.
        self.on_taken = None
        server.post(call.connection.begin_stream, call, self)

    def send(self, piece: bytes, on_taken) -> None:
        """Hands on one piece; `on_taken` is called on the server's thread once the next one is welcome."""
        self._server.post(self._call.connection.send_piece, self, piece, on_taken)

    def finish(self) -> None:
        """The answer is complete."""
        self._server.post(self._call.connection.end_stream, self)

    def abort(self, error: BaseException) -> None:
        """The handler failed; the client sees that from an answer that breaks off."""
        if not self._call.is_overdue:
            logs.log("error", "the answer broke off: " + tracebacks.describe(error), self._call)
        self._server.post(self._call.connection.break_off, self)

    def taken(self) -> None:
        """Lets the producer go on."""
        on_taken, self.on_taken = self.on_taken, None
        if on_taken is not None:
            on_taken()

    def close(self) -> None:
        """Nobody takes further pieces."""
        self.is_closed = True
        self.taken()


def pump(outlet: Outlet) -> None:
    """Sends the pieces of an iterator; blocks the calling thread."""
    taken = threading.Semaphore(0)
    stream = outlet.response.stream
    try:
        for piece in stream:
            outlet.send(encode_piece(piece), taken.release)
            taken.acquire()
            if outlet.is_closed:
                break
        stream.close()
    except BaseException as error:
        outlet.abort(error)
    else:
        outlet.finish()


async def pump_async(outlet: Outlet) -> None:
    """Sends the pieces of an iterator of either kind."""
    import asyncio

    loop = asyncio.get_running_loop()
    stream = outlet.response.stream
    if not hasattr(stream, "__aiter__"):
        stream = _as_async(stream)
    try:
        async for piece in stream:
            taken = asyncio.Event()
            outlet.send(encode_piece(piece), lambda taken=taken: loop.call_soon_threadsafe(taken.set))
            await taken.wait()
            if outlet.is_closed:
                break
        await stream.aclose()
    except BaseException as error:
        outlet.abort(error)
    else:
        outlet.finish()


def rejoin(first: object, rest):
    """An iterator with its first item put back."""
    try:
        yield first
        yield from rest
    finally:
        close = getattr(rest, "close", None)
        if close is not None:
            close()


async def rejoin_async(first: object, rest):
    """An asynchronous iterator with its first item put back."""
    try:
        yield first
        async for item in rest:
            yield item
    finally:
        close = getattr(rest, "aclose", None)
        if close is not None:
            await close()


def encode_piece(piece: object) -> bytes:
    """Bytes as they are, text as UTF-8, everything else as a line of JSON."""
    if isinstance(piece, (bytes, bytearray, memoryview)):
        return bytes(piece)
    if isinstance(piece, str):
        return piece.encode("utf-8", "replace")
    return jsontext.dump(piece) + b"\n"


async def _as_async(items):
    try:
        for item in items:
            yield item
    finally:
        items.close()
