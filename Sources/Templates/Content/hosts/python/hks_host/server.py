"""The server's thread: listeners, connections, deadlines and the orderly stop."""

from __future__ import annotations

import errno
import os
import selectors
import signal
import socket
import stat
import time
from collections import deque

from . import logs, responses, tracebacks
from .connection import Connection
from .dispatcher import Dispatcher

BACKLOG = 1024
# How long new connections wait when the process is out of file descriptors.
ACCEPT_PAUSE = 0.5
_EXHAUSTED = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class Server:
    """Serves one application until the process is told to stop."""

    def __init__(self, settings, application):
        self.settings = settings
        self.selector = selectors.DefaultSelector()
        self.is_draining = False
        self.dispatcher = Dispatcher(self, application, settings.concurrency)
        self._listeners = []
        self._accepts = False
        self._connections = set()
        self._posted = deque()
        self._is_awake = False
        self._next_sweep = None
        self._stop_requested = False
        self._drain_end = 0.0
        self._wake_reader, self._wake_writer = os.pipe()
        os.set_blocking(self._wake_reader, False)
        os.set_blocking(self._wake_writer, False)
        self.selector.register(self._wake_reader, selectors.EVENT_READ, self._on_wake)

    def listen(self) -> None:
        """Opens the listeners. Raises OSError."""
        if self.settings.unix_path:
            self._listeners.append(_listen_unix(self.settings.unix_path))
        self._listeners.append(_listen_tcp(self.settings.host, self.settings.port))
        self._resume_accepting()

    def run(self) -> None:
        """Serves until SIGTERM or SIGINT, then until the calls that run have ended or their time is over."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        signal.set_wakeup_fd(self._wake_writer, warn_on_full_buffer=False)
        while not self._is_finished():
            self._turn()

    def probe(self, request) -> responses.Response | None:
        """Answers the platform's health checks."""
        if request.path == "/health/readiness":
            is_well = not self.is_draining
        elif request.path == "/health/liveness":
            is_well = not self.dispatcher.is_stuck
        else:
            return None
        if request.method not in ("GET", "HEAD"):
            return responses.error_response(405, "health checks are read with GET")
        return responses.Response(200 if is_well else 503, [("content-type", responses.TEXT)], b"")

    def post(self, function, *arguments) -> None:
        """Has the server's thread call a function; for all other threads."""
        self._posted.append((function, arguments))
        if not self._is_awake:
            self._is_awake = True
            self._wake()

    def later(self, function, *arguments) -> None:
        """Calls a function soon; for the server's thread itself."""
        self._posted.append((function, arguments))

    def forget(self, connection: Connection) -> None:
        """A connection has closed."""
        self._connections.discard(connection)

    def watch_deadline(self, deadline: float) -> None:
        """Makes sure that the deadlines are looked at by then."""
        if self._next_sweep is None or deadline < self._next_sweep:
            self._next_sweep = deadline

    def _turn(self) -> None:
        timeout = None
        if self._posted:
            timeout = 0
        elif self._next_sweep is not None:
            timeout = max(0.0, self._next_sweep - time.monotonic())
        for key, mask in self.selector.select(timeout):
            self._guard(key.data, mask)
        for _ in range(len(self._posted)):
            function, arguments = self._posted.popleft()
            self._guard(function, *arguments)
        if self._stop_requested and not self.is_draining:
            self._drain()
        if self._next_sweep is not None and time.monotonic() >= self._next_sweep:
            self._sweep()

    def _guard(self, function, *arguments) -> None:
        """A fault in serving one connection must not end the others."""
        try:
            function(*arguments)
        except Exception as error:
            logs.log("error", "the host failed: " + tracebacks.describe(error))

    def _sweep(self) -> None:
        now = time.monotonic()
        self._next_sweep = None
        for connection in list(self._connections):
            if connection.deadline <= now:
                self._guard(connection.on_deadline)
            else:
                self.watch_deadline(connection.deadline)
        if self.is_draining:
            self.watch_deadline(self._drain_end)
        elif not self._accepts:
            self._resume_accepting()

    # Accepting

    def _resume_accepting(self) -> None:
        self._accepts = True
        for listener in self._listeners:
            self.selector.register(listener, selectors.EVENT_READ, lambda _, listener=listener: self._accept(listener))

    def _pause_accepting(self) -> None:
        self._accepts = False
        for listener in self._listeners:
            self.selector.unregister(listener)
        self.watch_deadline(time.monotonic() + ACCEPT_PAUSE)

    def _accept(self, listener: socket.socket) -> None:
        for _ in range(BACKLOG):
            if not self._accepts:
                return
            try:
                sock, address = listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionError):
                return
            except OSError as error:
                if error.errno not in _EXHAUSTED:
                    raise
                logs.log("warn", f"new connections wait: {error.strerror}")
                self._pause_accepting()
                return
            sock.setblocking(False)
            is_tcp = listener.family != socket.AF_UNIX
            if is_tcp:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = Connection(self, sock, address[0] if is_tcp else None)
            self._connections.add(connection)
            self.watch_deadline(connection.deadline)

    # Stopping

    def _on_signal(self, number: int, frame) -> None:
        self._stop_requested = True

    def _drain(self) -> None:
        self.is_draining = True
        self._drain_end = time.monotonic() + self.settings.drain
        self.watch_deadline(self._drain_end)
        for listener in self._listeners:
            if self._accepts:
                # Clients whose connection the system has accepted already are served.
                self._accept(listener)
        for listener in self._listeners:
            if self._accepts:
                self.selector.unregister(listener)
            listener.close()
        self._accepts = False
        if self.settings.unix_path:
            _unlink_socket(self.settings.unix_path)
        for connection in list(self._connections):
            self._guard(connection.on_drain)

    def _is_finished(self) -> bool:
        if not self.is_draining:
            return False
        if not self._connections and not self.dispatcher.running and not self._posted:
            return True
        if time.monotonic() < self._drain_end:
            return False
        if self.dispatcher.running:
            logs.log("warn", f"stopped after {self.settings.drain:g} s, calls unfinished: {self.dispatcher.running}")
        return True

    # Waking

    def _wake(self) -> None:
        try:
            os.write(self._wake_writer, b"\0")
        except BlockingIOError:
            # The pipe is full, so the server's thread wakes anyway.
            pass

    def _on_wake(self, mask: int) -> None:
        os.read(self._wake_reader, 4096)
        # Before the posted functions are looked at: what is posted from now on wakes anew.
        self._is_awake = False


def _listen_tcp(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return _start(listener, (host, port), f"{host}:{port}")


def _listen_unix(path: str) -> socket.socket:
    _unlink_socket(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # Only the user that runs the function may connect, from the first moment on.
    mask = os.umask(0o177)
    try:
        return _start(listener, path, path)
    finally:
        os.umask(mask)


def _start(listener: socket.socket, address: object, name: str) -> socket.socket:
    try:
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"cannot listen on '{name}': {error.strerror or error}") from None
    listener.setblocking(False)
    return listener


def _unlink_socket(path: str) -> None:
    """Removes a socket that an earlier process left; anything else stays."""
    try:
        if stat.S_ISSOCK(os.lstat(path).st_mode):
            os.unlink(path)
    except FileNotFoundError:
        return
