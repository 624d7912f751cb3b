"""Stack traces that begin with the user's own code."""

from __future__ import annotations

import os

_HOST_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


def summary(error: BaseException) -> str:
    """The error in one line."""
    import traceback

    lines = traceback.format_exception_only(type(error), error)
    text = lines[-1].strip() if lines else type(error).__name__
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        text += f" ({os.path.basename(error.filename)}, line {error.lineno})"
    return text.replace("\n", " ")


def describe(error: BaseException) -> str:
    """The error with its stack, without the frames of the host and of the import system."""
    import traceback

    shown = traceback.TracebackException.from_exception(error)
    seen = set()
    waiting = [shown]
    while waiting:
        part = waiting.pop()
        if part is None or id(part) in seen:
            continue
        seen.add(id(part))
        part.stack = traceback.StackSummary.from_list([frame for frame in part.stack if not _is_host(frame.filename)])
        waiting += [part.__cause__, part.__context__, *(getattr(part, "exceptions", None) or [])]
    return "".join(shown.format()).rstrip("\n")


def _is_host(filename: str) -> bool:
    return filename.startswith((_HOST_FOLDER, "<frozen importlib", "<frozen runpy"))
