"""Decides when a call may run, and where: synchronous handlers in threads, asynchronous ones on an event loop."""

from __future__ import annotations

import contextvars
import queue
import threading
from collections import deque

from . import logs
from .context import current_call
from .streams import Outlet, pump, pump_async

# Calls at once where the platform leaves the choice to the host.
DEFAULT_THREADS = 40
DEFAULT_TASKS = 1000


class Dispatcher:
    """Starts at most `limit` calls at once and keeps the others in order. Used on the server's thread only."""

    def __init__(self, server, application, concurrency: int):
        self._server = server
        self._application = application
        if application.is_async:
            self._limit = concurrency or DEFAULT_TASKS
            self._runner = EventLoop(self._run_async, self._post_end)
        else:
            self._limit = concurrency or DEFAULT_THREADS
            self._runner = WorkerThreads(self._run, self._post_end)
        self.running = 0
        # Calls that still run although their callers have been told 504.
        self._overdue = 0
        self._waiting = deque()

    @property
    def is_stuck(self) -> bool:
        """Whether every place is taken by a call that ran out of time and does not end."""
        return self._overdue >= self._limit

    def submit(self, call) -> None:
        """Starts a call, or lets it wait for a place."""
        if self.running < self._limit:
            self.running += 1
            self._runner.submit(call)
        else:
            self._waiting.append(call)

    def give_up(self, call) -> None:
        """The caller was told that the time is over: stops the call where that is possible."""
        call.is_overdue = True
        try:
            self._waiting.remove(call)
        except ValueError:
            self._overdue += 1
            self._runner.cancel(call)

    def _end(self, call) -> None:
        self.running -= 1
        self._overdue -= call.is_overdue
        if self._waiting:
            self.submit(self._waiting.popleft())

    def _post_end(self, call) -> None:
        logs.finish_lines(call)
        self._server.post(self._end, call)

    def _run(self, call) -> None:
        current_call.set(call)
        response = self._application.respond(call)
        if response.stream is None:
            self._server.post(call.connection.answer, call, response)
        else:
            pump(Outlet(self._server, call, response))

    async def _run_async(self, call) -> None:
        current_call.set(call)
        response = await self._application.respond_async(call)
        if response.stream is None:
            self._server.post(call.connection.answer, call, response)
        else:
            await pump_async(Outlet(self._server, call, response))


class WorkerThreads:
    """Threads that take calls from one queue; one more starts when all are busy."""

    def __init__(self, run, on_end):
        self._run = run
        self._on_end = on_end
        self._queue = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._unfinished = 0

    def submit(self, call) -> None:
        with self._lock:
            self._unfinished += 1
            is_short = self._unfinished > self._threads
            self._threads += is_short
        if is_short:
            threading.Thread(target=self._work, name=f"call-{self._threads}", daemon=True).start()
        self._queue.put(call)

    def cancel(self, call) -> None:
        """A thread cannot be stopped from outside; the call keeps its place until it ends."""

    def _work(self) -> None:
        while True:
            call = self._queue.get()
            try:
                # A context of its own, so that nothing a handler sets there reaches the next call.
                contextvars.copy_context().run(self._run, call)
            except BaseException as error:
                logs.log("error", f"the host failed: {error!r}", call)
            with self._lock:
                self._unfinished -= 1
            self._on_end(call)


class EventLoop:
    """An asyncio event loop on a thread of its own."""

    def __init__(self, run=None, on_end=None):
        import asyncio

        self._run = run
        self._on_end = on_end
        self._tasks = {}
        self._asyncio = asyncio
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._serve, name="event-loop", daemon=True).start()

    def submit(self, call) -> None:
        self._loop.call_soon_threadsafe(self._start, call)

    def cancel(self, call) -> None:
        """Raises CancelledError in the handler."""
        self._loop.call_soon_threadsafe(self._cancel, call)

    def wait_for(self, coroutine) -> object:
        """Runs a coroutine in the caller's context; blocks the calling thread until its end."""
        return self._asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def _start(self, call) -> None:
        task = self._loop.create_task(self._run(call))
        self._tasks[call] = task
        task.add_done_callback(lambda _: self._finish(call))

    def _cancel(self, call) -> None:
        task = self._tasks.get(call)
        if task is not None:
            task.cancel()

    def _finish(self, call) -> None:
        task = self._tasks.pop(call)
        if not task.cancelled() and task.exception() is not None:
            logs.log("error", f"the host failed: {task.exception()!r}", call)
        self._on_end(call)

    def _serve(self) -> None:
        self._asyncio.set_event_loop(self._loop)
        while True:
            try:
                self._loop.run_forever()
            except BaseException as error:
                # asyncio lets SystemExit out of a task that the user's code started.
                logs.log("error", f"a background task ended with {error!r}")
