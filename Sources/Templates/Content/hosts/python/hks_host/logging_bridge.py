"""Leads Python's `logging` into the host's structured lines."""

from __future__ import annotations

import logging
import sys

from . import logs, tracebacks


class StructuredHandler(logging.Handler):
    """Writes a record as one JSON line."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            message = record.getMessage()
            if record.exc_info and record.exc_info[1] is not None:
                message += "\n" + tracebacks.describe(record.exc_info[1])
            logs.log_fields(_level(record.levelno), message, {"logger": record.name})
        except Exception:
            # logging's own way to report a record that cannot be formatted.
            self.handleError(record)


def install() -> None:
    """Gives the root logger the handler, in place of plain ones that write to the console."""
    root = logging.getLogger()
    if any(isinstance(handler, StructuredHandler) for handler in root.handlers):
        return
    plain = [handler for handler in root.handlers if _is_plain_console(handler)]
    if root.handlers and not plain:
        # Set up by the user with a form of its own.
        return
    for handler in plain:
        root.removeHandler(handler)
    structured = StructuredHandler()
    structured.setLevel(min((handler.level for handler in plain), default=logging.NOTSET))
    root.addHandler(structured)


def function_logger(name: str) -> logging.Logger:
    """The logger that a handler is given; unlike the root logger it lets `info` through."""
    install()
    logger = logging.getLogger(name)
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.INFO)
    return logger


def _is_plain_console(handler: logging.Handler) -> bool:
    return (
        type(handler) is logging.StreamHandler
        and handler.stream in (sys.stdout, sys.stderr)
        and (handler.formatter is None or type(handler.formatter) is logging.Formatter)
    )


def _level(number: int) -> str:
    if number >= logging.CRITICAL:
        return "fatal"
    if number >= logging.ERROR:
        return "error"
    if number >= logging.WARNING:
        return "warn"
    return "info" if number >= logging.INFO else "debug"
