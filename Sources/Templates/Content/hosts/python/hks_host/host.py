"""From the environment to a serving process."""

from __future__ import annotations

import os
import signal
import sys

from . import logs, tracebacks
from .application import Application
from .loader import LoadError, load_handler
from .server import Server
from .settings import Settings, SettingsError


def main() -> None:
    """Runs until SIGTERM; ends the process with status 0, or 1 with the reason as the last line."""
    # Whoever started this process may have had the signals blocked, which is inherited.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM, signal.SIGINT))
    # As process 1 the signal would otherwise be ignored until the server listens.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    logs.install()
    try:
        settings = Settings(dict(os.environ))
        handler = load_handler(settings.handler, os.getcwd())
        logs.adopt_logging()
        server = Server(settings, Application(settings, handler))
        server.listen()
    except (SettingsError, LoadError, OSError) as error:
        if isinstance(error, LoadError) and error.cause is not None:
            logs.write_plain(tracebacks.describe(error.cause) + "\n")
        logs.write_plain(f"{error.strerror if isinstance(error, OSError) else error}\n")
        _exit(1)
    server.run()
    _exit(0)


def _exit(status: int) -> None:
    """Runs what user code left for the end, and does not wait for its threads."""
    import atexit

    try:
        atexit._run_exitfuncs()
    except BaseException as error:
        logs.write_plain(tracebacks.describe(error) + "\n")
    sys.stdout.flush()
    os._exit(status)
