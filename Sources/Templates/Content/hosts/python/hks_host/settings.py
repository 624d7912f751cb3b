"""What the platform tells the host through the environment."""

from __future__ import annotations

FUNCTION_TYPES = ("http", "event", "scheduled", "stream")


class SettingsError(Exception):
    """A variable holds a value that the host cannot work with."""


class Settings:
    """Every value that the environment sets, with its default."""

    def __init__(self, environment: dict[str, str]):
        self.port = _whole(environment, "PORT", 8080, 0, 65535)
        self.host = environment.get("HKS_LISTEN_HOST") or "0.0.0.0"
        self.unix_path = environment.get("HKS_LISTEN_UNIX") or None
        self.handler = environment.get("HKS_HANDLER") or "main.handler"
        self.type = environment.get("HKS_TYPE") or "http"
        self.function_name = environment.get("HKS_FUNCTION_NAME") or environment.get("K_SERVICE") or "function"
        self.function_version = environment.get("HKS_FUNCTION_VERSION") or environment.get("K_REVISION") or ""
        self.memory_limit_mb = _whole(environment, "HKS_MEMORY_LIMIT_MB", 0, 0)
        # Longest time for one call, its wait for a free place included.
        self.timeout = _seconds(environment, "HKS_TIMEOUT_SECONDS", 300)
        # Longest time that running calls get after SIGTERM.
        self.drain = _seconds(environment, "HKS_DRAIN_SECONDS", 10)
        # Calls at once; 0 leaves the choice to the host.
        self.concurrency = _whole(environment, "HKS_CONCURRENCY", 0, 0)
        self.max_body = _whole(environment, "HKS_MAX_BODY_BYTES", 10 * 1024 * 1024, 0)
        # Longest time for a request's head to arrive, and for a client to take the next piece of an answer.
        self.io_timeout = _seconds(environment, "HKS_IO_TIMEOUT_SECONDS", 30)
        # Longest time that an unused connection stays open; above what proxies in front use.
        self.idle_timeout = _seconds(environment, "HKS_IDLE_TIMEOUT_SECONDS", 120)
        # Failures are then shown to the caller.
        self.developing = environment.get("HKS_DEVELOP") == "1"
        if self.type not in FUNCTION_TYPES:
            known = ", ".join(FUNCTION_TYPES)
            raise SettingsError(f"HKS_TYPE '{self.type}' is not served by the Python host; it serves: {known}")


def _whole(environment: dict[str, str], name: str, default: int, low: int, high: int = 2**53) -> int:
    text = environment.get(name)
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 16 and low <= int(text) <= high):
        raise SettingsError(f"{name} must be a whole number of at least {low}, not '{text}'")
    return int(text)


def _seconds(environment: dict[str, str], name: str, default: float) -> float:
    text = environment.get(name)
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    # A week is longer than any platform lets a call run; it also turns away infinity.
    if not 0 <= value <= 7 * 86400:
        raise SettingsError(f"{name} must be a number of seconds, not '{text}'")
    # A limit of 0 means that none is wanted.
    return value or 7 * 86400
