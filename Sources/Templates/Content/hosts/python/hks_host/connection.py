"""One client's connection: requests in, answers out, one at a time and in order."""

from __future__ import annotations

import errno
import selectors
import socket
import time

from . import logs, responses
from .context import Call
from .http1 import ProtocolError, RequestReader

READ = selectors.EVENT_READ
WRITE = selectors.EVENT_WRITE

RECEIVE_SIZE = 64 * 1024
# Bytes of further requests that are taken in while one runs.
MAX_AHEAD = 64 * 1024
# Bytes of a streamed answer that wait for the client before its handler is held up.
MAX_UNSENT = 256 * 1024
# How long, and for how many bytes, a refused client may go on sending before the connection is cut;
# cutting at once could take the answer away from it.
LINGER_SECONDS = 2
MAX_LINGER = 64 * 1024 * 1024

_IDLE, _RECEIVING, _CALLING, _STREAMING, _FLUSHING, _LINGERING, _CLOSED = range(7)


class Connection:
    """Used on the server's thread only."""

    def __init__(self, server, sock: socket.socket, remote: str | None):
        self._server = server
        self._settings = server.settings
        self._socket = sock
        self._remote = remote
        self._reader = RequestReader(server.settings.max_body)
        self._state = _IDLE
        self._events = READ
        self._out = bytearray()
        self._request = None
        self._call = None
        self._outlet = None
        self._closes = False
        # Whether the client sends nothing more.
        self._is_half_closed = False
        self._started = 0.0
        self._lingered = 0
        self.deadline = time.monotonic() + self._settings.idle_timeout
        server.selector.register(sock, READ, self.on_event)

    def on_event(self, mask: int) -> None:
        """The socket can be read or written."""
        try:
            if mask & WRITE and self._state != _CLOSED:
                self._flush()
            if mask & READ and self._state != _CLOSED:
                self._receive()
        except OSError:
            self._close()

    def on_deadline(self) -> None:
        """The time for what is under way is over."""
        if self._state == _CALLING:
            self._time_out()
        elif self._state == _RECEIVING:
            self._refuse(ProtocolError(408, "the request took too long to arrive"))
        else:
            if self._state == _STREAMING:
                self._give_up("the answer took too long and was broken off")
            self._close()

    def on_drain(self) -> None:
        """The server stops: a connection that is not in use closes."""
        if self._state == _IDLE:
            # A request may have arrived that nobody has looked at yet.
            self.on_event(READ)
        if self._state == _IDLE:
            self._close()

    def answer(self, call: Call, response: responses.Response) -> None:
        """Sends the answer of a call, if its caller still waits."""
        if call is self._call:
            self._call = None
            self._send(response)

    def begin_stream(self, call: Call, outlet) -> None:
        """Sends the head of a streamed answer."""
        if call is not self._call or self._state != _CALLING:
            outlet.close()
            return
        self._closes = self._must_close() or self._request.is_http10
        self._state = _STREAMING
        self._outlet = outlet
        self._write(responses.encode_stream_head(outlet.response, not self._request.is_http10, self._closes))
        if self._request.method == "HEAD":
            outlet.close()

    def send_piece(self, outlet, piece: bytes, on_taken) -> None:
        """Sends a part of a streamed answer."""
        outlet.on_taken = on_taken
        if outlet is not self._outlet or outlet.is_closed:
            outlet.close()
            return
        if piece:
            self._write(piece if self._request.is_http10 else b"%x\r\n%b\r\n" % (len(piece), piece))
        if len(self._out) <= MAX_UNSENT:
            outlet.taken()

    def end_stream(self, outlet) -> None:
        """A streamed answer is complete."""
        if outlet is not self._outlet:
            return
        has_chunks = not self._request.is_http10 and not outlet.is_closed
        self._outlet = self._call = None
        self._state = _FLUSHING
        self._write(b"0\r\n\r\n" if has_chunks else b"")

    def break_off(self, outlet) -> None:
        """A streamed answer failed; closing without its end tells the client."""
        if outlet is self._outlet:
            self._close()

    # Receiving

    def _receive(self) -> None:
        try:
            data = self._socket.recv(RECEIVE_SIZE)
        except (BlockingIOError, InterruptedError):
            return
        if not data:
            self._on_half_close()
        elif self._state == _LINGERING:
            self._lingered += len(data)
            if self._lingered > MAX_LINGER:
                self._close()
        else:
            self._reader.feed(data)
            if self._state in (_IDLE, _RECEIVING):
                self._advance()
            elif self._reader.buffered > MAX_AHEAD:
                self._watch(self._events & ~READ)

    def _on_half_close(self) -> None:
        self._is_half_closed = True
        if self._state in (_IDLE, _RECEIVING, _LINGERING):
            self._close()
        else:
            self._watch(self._events & ~READ)

    def _advance(self) -> None:
        """Goes on with what has been received."""
        if self._state not in (_IDLE, _RECEIVING):
            return
        try:
            request = self._reader.next_request()
        except ProtocolError as error:
            self._refuse(error)
            return
        if request is not None:
            self._begin(request)
        elif self._is_half_closed:
            self._close()
        else:
            self._await_more()

    def _await_more(self) -> None:
        now = time.monotonic()
        if self._reader.is_empty:
            self._state = _IDLE
            if self._server.is_draining:
                self._close()
                return
            self._set_deadline(now + self._settings.idle_timeout)
            return
        if self._state == _IDLE:
            self._state = _RECEIVING
            self._started = now
        # A fixed end, whatever trickles in: a slow client gains nothing by sending single bytes.
        self._set_deadline(self._started + self._settings.io_timeout * (4 if self._reader.has_head else 1))
        if self._reader.take_continue():
            self._write(responses.CONTINUE)

    def _begin(self, request) -> None:
        request.remote = self._remote
        self._request = request
        self._state = _CALLING
        response = self._server.probe(request)
        if response is not None:
            self._send(response)
            return
        self._call = Call(request, self, time.monotonic() + self._settings.timeout)
        self._set_deadline(self._call.deadline)
        self._server.dispatcher.submit(self._call)

    # Answering

    def _send(self, response: responses.Response) -> None:
        self._closes = self._must_close()
        self._state = _FLUSHING
        self._write(responses.encode(response, self._request.method, self._closes))

    def _must_close(self) -> bool:
        return self._server.is_draining or not self._request.keep_alive

    def _refuse(self, error: ProtocolError) -> None:
        """Answers what is not a request that can be served; nothing after it on the connection is read."""
        self._closes = True
        self._state = _FLUSHING
        self._lingered = 1
        self._write(responses.encode(responses.error_response(error.status, error.message), "", True))

    def _time_out(self) -> None:
        self._give_up(f"the call did not answer within {self._settings.timeout:g} s")
        self._call = None
        self._send(responses.error_response(504, f"the function did not answer within {self._settings.timeout:g} s"))

    def _give_up(self, message: str) -> None:
        logs.log("error", message, self._call)
        self._server.dispatcher.give_up(self._call)

    def _write(self, data: bytes) -> None:
        if not self._out and data:
            try:
                data = data[self._socket.send(data) :]
            except (BlockingIOError, InterruptedError):
                # The socket takes nothing now; the selector says when it does.
                pass
            except OSError:
                self._close()
                return
        if data:
            self._out += data
        self._after_write()

    def _flush(self) -> None:
        try:
            del self._out[: self._socket.send(self._out[:RECEIVE_SIZE])]
        except (BlockingIOError, InterruptedError):
            return
        self._after_write()

    def _after_write(self) -> None:
        if self._out:
            self._watch(self._events | WRITE)
            limit = time.monotonic() + self._settings.io_timeout
            self._set_deadline(limit if self._call is None else min(limit, self._call.deadline))
            return
        if self._events & WRITE:
            self._watch(self._events & ~WRITE)
        if self._state == _FLUSHING:
            self._finish()
        elif self._state == _STREAMING:
            self._set_deadline(self._call.deadline)
            self._outlet.taken()

    def _finish(self) -> None:
        """An answer has left."""
        self._request = None
        if self._closes:
            self._part()
            return
        self._state = _IDLE
        if not self._events & READ and not self._is_half_closed:
            self._watch(READ)
        if self._reader.buffered or self._is_half_closed:
            # Not at once: a long row of requests would nest as deep.
            self._server.later(self._advance)
        else:
            self._await_more()

    def _part(self) -> None:
        """Closes so that the client still gets the whole answer."""
        if not self._lingered or self._is_half_closed:
            self._close()
            return
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except OSError as error:
            if error.errno != errno.ENOTCONN:
                raise
            self._close()
            return
        self._state = _LINGERING
        self._watch(READ)
        self._set_deadline(time.monotonic() + LINGER_SECONDS)

    def _close(self) -> None:
        if self._state == _CLOSED:
            return
        self._state = _CLOSED
        if self._events:
            self._server.selector.unregister(self._socket)
        self._socket.close()
        self._server.forget(self)
        self._call = None
        outlet, self._outlet = self._outlet, None
        if outlet is not None:
            outlet.close()

    # The selector

    def _watch(self, events: int) -> None:
        if events == self._events:
            return
        selector = self._server.selector
        if not events:
            selector.unregister(self._socket)
        elif not self._events:
            selector.register(self._socket, events, self.on_event)
        else:
            selector.modify(self._socket, events, self.on_event)
        self._events = events

    def _set_deadline(self, deadline: float) -> None:
        self.deadline = deadline
        self._server.watch_deadline(deadline)
