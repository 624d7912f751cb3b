#!/usr/bin/env python3
"""Saves functions hundreds of times under load while `hks-func develop` serves them, and says what came of that.

    scripts/develop-saves.py .build/release/hks-func --saves 500 --runtime python

Each function is one that `init` makes, and each save changes what it greets with. With --functions, several are developed
together and saved in turn; with --files, ignored by no rule, further files lie beside the first one.

Prints one JSON document: time from each save to the first answer of the new code and where it went, requests that failed,
answers of old code after the reload was announced, and what process, memory, descriptors and disk were before and after.
Ends with status 1 where a request failed, an answer was stale or something piled up.
"""
import argparse
import http.client
import json
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

SOURCES = {
    "python": "main.py",
    "nodejs": "index.js",
    "ruby": "handler.rb",
    "php": "index.php",
    "go": "handler.go",
    "rust": "src/lib.rs",
    "java": "src/main/java/com/example/Handler.java",
    "dotnet": "Function.cs",
}

# From one event to the next; the first is the save itself, the last the first answer of the new code.
PHASES = ["saved", "changed", "building", "starting", "ready", "answered"]


class Function:
    """One project: what it greets with is the number of the last save."""

    def __init__(self, program, folder, name, runtime, environment):
        self.name = name
        subprocess.run(
            [program, "init", name, "-r", runtime, "-t", "http", "--defaults", "--no-git", "-q"],
            cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL,
        )
        self.path = pathlib.Path(folder, name, SOURCES[runtime])
        self.template = self.path.read_text()
        self.url = f"/fn/default/{name}"
        self.announced = 0
        self.version = 0
        self.times = {}
        self.save(0)

    def save(self, number):
        """Writes beside and renames, as editors do."""
        text, count = re.subn(r"""(["'])Hello\1""", rf"\1Hello {number}\1", self.template)
        assert count, f"nothing to replace in {self.path}"
        beside = self.path.with_suffix(".new~")
        beside.write_text(text)
        self.times = {"saved": time.monotonic()}
        beside.rename(self.path)


def number_in(body):
    """The number that an answer greets with."""
    match = re.search(rb"Hello (\d+)", body)
    return int(match[1]) if match else -1


class Session:
    """`hks-func develop -o jsonl` and what it told so far."""

    def __init__(self, program, folder, environment, functions):
        self.process = subprocess.Popen(
            [program, "develop", "-o", "jsonl"], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
        )
        self.condition = threading.Condition()
        self.functions = {function.name: function for function in functions}
        self.url = None
        self.failure = None
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            event = json.loads(line)
            with self.condition:
                self.take(event)
                self.condition.notify_all()

    def take(self, event):
        kind = event["event"]
        function = self.functions.get(event.get("function"))
        if kind == "started":
            self.url = event["url"]
        elif kind == "problem":
            self.failure = event["error"]
        elif kind == "changed":
            function.times.setdefault("changed", time.monotonic())
        elif kind == "state":
            function.times.setdefault(event["state"], time.monotonic())
            if event["state"] == "ready":
                function.version = event["version"]

    def wait(self, holds, what, timeout=60):
        with self.condition:
            if not self.condition.wait_for(lambda: self.failure or holds(), timeout=timeout) or self.failure:
                raise SystemExit(f"waited in vain for {what}: {self.failure}")


class Load(threading.Thread):
    """One client with a kept connection, which asks one function again and again."""

    def __init__(self, port, function):
        super().__init__(daemon=True)
        self.port, self.function = port, function
        self.requests = self.failed = self.stale = 0
        self.goes_on = True

    def run(self):
        connection = None
        while self.goes_on:
            allowed = self.function.announced
            try:
                connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                connection.request("GET", self.function.url)
                answer = connection.getresponse()
                body = answer.read()
                self.requests += 1
                if answer.status != 200:
                    self.failed += 1
                elif number_in(body) < allowed:
                    self.stale += 1
            except (OSError, http.client.HTTPException) as error:
                print(f"request failed: {error!r}", file=sys.stderr)
                self.failed += 1
                connection = None
            time.sleep(0.005)


def usage(process, state):
    """Processes, memory, descriptors and disk of a session."""
    children = pathlib.Path(f"/proc/{process}/task").glob("*/children")
    count = sum(len(path.read_text().split()) for path in children)
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    size = files = 0
    for root, _, names in os.walk(state):
        for name in names:
            try:
                size += os.lstat(os.path.join(root, name)).st_size
                files += 1
            except FileNotFoundError:
                pass
    return {
        "processes": count,
        "rss_kb": int(resident.split()[1]),
        "descriptors": len(os.listdir(f"/proc/{process}/fd")),
        "disk_kb": size >> 10,
        "files": files,
    }


def add_files(function, count):
    """Files of some lines in folders of a hundred."""
    for number in range(count):
        folder = pathlib.Path(function.path.parent, "assets", f"{number // 100:03d}")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:05d}.txt").write_text(f"asset {number}\n" * 5)


def summary(times):
    times = sorted(times)
    return {
        "p50": round(statistics.median(times)),
        "p95": round(times[max(0, int(len(times) * 0.95) - 1)]),
        "max": round(times[-1]),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--saves", type=int, default=500)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--functions", type=int, default=1)
    parser.add_argument("--files", type=int, default=0)
    parser.add_argument("--runtime", choices=sorted(SOURCES), default="python")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    with tempfile.TemporaryDirectory() as home:
        environment = dict(os.environ, HOME=home, HKS_FUNC_PORT="0", XDG_STATE_HOME=home + "/state")
        work = pathlib.Path(home, "work")
        work.mkdir()
        names = [f"hello-{number}" for number in range(1, options.functions + 1)]
        functions = [Function(program, work, name, options.runtime, environment) for name in names]
        add_files(functions[0], options.files)
        start = time.monotonic()
        session = Session(program, work, environment, functions)
        try:
            result = run(options, session, functions, home + "/state", start)
        finally:
            session.process.send_signal(signal.SIGINT)
            status = session.process.wait(timeout=60)
        print(json.dumps(result, indent=2))
        if status != 130:
            raise SystemExit(f"develop ended with {status}")
    before, after = result["after_20_saves"], result["at_the_end"]
    grows = after["processes"] > before["processes"] + 2 or after["descriptors"] > before["descriptors"] + 20
    if result["failed"] or result["stale"] or grows:
        raise SystemExit(1)


def run(options, session, functions, state, start):
    session.wait(lambda: all(function.version for function in functions), "the first versions", timeout=300)
    first = time.monotonic() - start
    port = int(session.url.rsplit(":", 1)[1])
    clients = [Load(port, functions[number % len(functions)]) for number in range(options.clients)]
    for client in clients:
        client.start()
    probe = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    times, phases = [], {name: [] for name in PHASES[1:]}
    before = None
    for number in range(1, options.saves + 1):
        function = functions[number % len(functions)]
        version = function.version
        function.save(number)
        while True:
            probe.request("GET", function.url)
            if number_in(probe.getresponse().read()) == number:
                break
            time.sleep(0.002)
        answered = time.monotonic()
        session.wait(lambda: function.version > version, f"the announcement of save {number}")
        function.announced = number
        moments = dict(function.times, answered=answered)
        times.append((answered - moments["saved"]) * 1000)
        for begin, end in zip(PHASES, PHASES[1:]):
            phases[end].append((moments[end] - moments[begin]) * 1000)
        if number == min(20, options.saves):
            before = usage(session.process.pid, state)
    for client in clients:
        client.goes_on = False
    for client in clients:
        client.join()
    time.sleep(5)
    return {
        "runtime": options.runtime,
        "functions": options.functions,
        "saves": options.saves,
        "start_to_ready_ms": round(first * 1000),
        "requests": sum(client.requests for client in clients),
        "failed": sum(client.failed for client in clients),
        "stale": sum(client.stale for client in clients),
        "save_to_answer_ms": summary(times),
        "phases_p50_ms": {name: round(statistics.median(values), 1) for name, values in phases.items()},
        "after_20_saves": before,
        "at_the_end": usage(session.process.pid, state),
    }


if __name__ == "__main__":
    main()
