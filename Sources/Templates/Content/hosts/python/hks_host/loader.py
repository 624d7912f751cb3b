"""Finds and imports the user's handler."""

from __future__ import annotations

import importlib
import os
import sys

_COROUTINE_FLAGS = 0x80 | 0x200
_VARIABLE_POSITIONAL = 0x04


class LoadError(Exception):
    """Why the function cannot serve."""

    def __init__(self, message: str, cause: BaseException | None = None):
        super().__init__(message)
        # What the user's code raised.
        self.cause = cause


class Handler:
    """A user's function, ready to be called with `(event, context)`."""

    def __init__(self, function):
        self._function = function
        self._arity = _arity(function)
        # Whether calling it gives a coroutine or an asynchronous generator.
        self.is_async = _is_async(function)

    def __call__(self, event: object, context: object) -> object:
        if self._arity >= 2:
            return self._function(event, context)
        return self._function(event) if self._arity == 1 else self._function()


def load_handler(text: str, folder: str) -> Handler:
    """Imports what `file.function`, `folder/file.function` or `function` names. Raises LoadError."""
    module_path, name = _split(text, folder)
    parts = module_path.split("/")
    file = os.path.join(folder, *parts)
    if not os.path.isfile(file + ".py") and not os.path.isfile(os.path.join(file, "__init__.py")):
        found = ", ".join(_python_files(folder)) or "none"
        raise LoadError(f"handler '{text}' not found; there is no '{module_path}.py' (Python files here: {found})")
    sys.path.insert(0, folder)
    if len(parts) > 1:
        # Files in a sub-folder import their neighbours as they would when run directly.
        sys.path.insert(1, os.path.dirname(file))
    try:
        module = importlib.import_module(".".join(parts))
    except BaseException as error:
        raise LoadError(f"handler '{text}' cannot be loaded: {_reason(error)}", error) from None
    function = getattr(module, name, None)
    if not callable(function):
        defined = ", ".join(_functions(module)) or "no function"
        raise LoadError(f"handler '{text}' not found; {module_path}.py defines: {defined}")
    return Handler(function)


def _split(text: str, folder: str) -> tuple[str, str]:
    """The module's path without its ending, and the function's name."""
    module_path, dot, name = text.rpartition(".")
    if not dot:
        return _entry_file(text, folder), text
    if module_path.endswith(".py"):
        module_path = module_path[: -len(".py")]
    parts = module_path.replace(".", "/").split("/")
    if not name.isidentifier() or not all(parts):
        raise LoadError(f"handler '{text}' is malformed; write it as 'file.function', for example 'main.handler'")
    return "/".join(parts), name


def _entry_file(text: str, folder: str) -> str:
    if not text.isidentifier():
        raise LoadError(f"handler '{text}' is malformed; write it as 'file.function', for example 'main.handler'")
    files = _python_files(folder)
    if "main.py" in files:
        return "main"
    if len(files) == 1:
        return files[0][: -len(".py")]
    found = ", ".join(files) or "none"
    raise LoadError(f"handler '{text}' names no file and there is no 'main.py' (Python files here: {found})")


def _python_files(folder: str) -> list[str]:
    return sorted(name for name in os.listdir(folder) if name.endswith(".py"))


def _functions(module) -> list[str]:
    """Names that could be meant: public functions and classes that the module itself defines."""
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and callable(value) and getattr(value, "__module__", None) == module.__name__
    ]


def _reason(error: BaseException) -> str:
    from . import tracebacks

    return tracebacks.summary(error)


def _unwrapped(function):
    """What lies behind functools.partial, bound methods and callable objects, and how many arguments are bound."""
    bound = 0
    while True:
        if hasattr(function, "func") and hasattr(function, "args"):
            bound += len(function.args)
            function = function.func
        elif hasattr(function, "__func__"):
            bound += 1
            function = function.__func__
        elif not hasattr(function, "__code__") and hasattr(getattr(type(function), "__call__", None), "__code__"):
            bound += 1
            function = type(function).__call__
        else:
            return function, bound


def _is_async(function) -> bool:
    function, _ = _unwrapped(function)
    code = getattr(function, "__code__", None)
    return code is not None and bool(code.co_flags & _COROUTINE_FLAGS)


def _arity(function) -> int:
    """How many of `(event, context)` a function takes."""
    function, bound = _unwrapped(function)
    # A decorator that passes everything on takes what the function inside takes.
    while hasattr(function, "__wrapped__"):
        function, more = _unwrapped(function.__wrapped__)
        bound += more
    code = getattr(function, "__code__", None)
    if code is None or code.co_flags & _VARIABLE_POSITIONAL:
        return 2
    return max(0, min(2, code.co_argcount - bound))
