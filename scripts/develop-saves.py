#!/usr/bin/env python3
"""Saves a function hundreds of times under load while `hks-func develop` serves it, and says what came of that.

    scripts/develop-saves.py .build/release/hks-func --saves 500 --runtime python

Prints one JSON document: time from each save to the first answer of the new code, requests that failed, answers of old
code after the reload was announced, and what process, memory, descriptors and disk were before and after. Ends with
status 1 where a request failed, an answer was stale or something piled up.
"""
import argparse
import http.client
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

SOURCES = {
    "python": ("main.py", "main.handler", "def handler(event, context):\n    return '{}'\n"),
    "nodejs": ("index.js", "index.handler", "exports.handler = () => '{}';\n"),
    "ruby": ("handler.rb", "handler.handler", "def handler(event:, context:)\n  '{}'\nend\n"),
    "php": ("index.php", "index.handler", "<?php\nfunction handler(array $event, array $context) {{ return '{}'; }}\n"),
    "go": (
        "handler.go",
        "Handler",
        "package function\n\nimport \"context\"\n\n"
        "func Handler(ctx context.Context, event map[string]any) (any, error) {{ return \"{}\", nil }}\n",
    ),
}


class Session:
    """`hks-func develop -o jsonl` and what it told so far."""

    def __init__(self, program, folder, environment):
        self.process = subprocess.Popen(
            [program, "develop", "-o", "jsonl"], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
        )
        self.condition = threading.Condition()
        self.url = None
        self.version = 0
        self.milliseconds = []
        self.failure = None
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            event = json.loads(line)
            with self.condition:
                if event["event"] == "started":
                    self.url = event["url"]
                elif event["event"] == "reloaded":
                    self.milliseconds.append(event["duration_ms"])
                elif event["event"] == "state" and event["state"] == "ready":
                    self.version = event["version"]
                elif event["event"] == "problem":
                    self.failure = event["error"]
                self.condition.notify_all()

    def wait(self, holds, what):
        with self.condition:
            if not self.condition.wait_for(lambda: self.failure or holds(), timeout=60) or self.failure:
                raise SystemExit(f"waited in vain for {what}: {self.failure}")


class Load(threading.Thread):
    """One client with a kept connection, which asks again and again."""

    def __init__(self, port, path, oldest):
        super().__init__(daemon=True)
        self.port, self.path, self.oldest = port, path, oldest
        self.requests = self.failed = self.stale = 0
        self.goes_on = True

    def run(self):
        connection = None
        while self.goes_on:
            allowed = self.oldest()
            try:
                connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                connection.request("GET", self.path)
                answer = connection.getresponse()
                body = answer.read().decode()
                self.requests += 1
                if answer.status != 200:
                    self.failed += 1
                elif int(body.strip('"')) < allowed:
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


def save(path, text):
    """Writes beside and renames, as editors do."""
    beside = path.with_suffix(".new~")
    beside.write_text(text)
    beside.rename(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--saves", type=int, default=500)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--runtime", choices=sorted(SOURCES), default="python")
    options = parser.parse_args()
    name, handler, source = SOURCES[options.runtime]
    with tempfile.TemporaryDirectory() as home:
        folder = pathlib.Path(home, "hello")
        folder.mkdir()
        (folder / "function.yaml").write_text(f"name: hello\nruntime: {options.runtime}\nhandler: {handler}\n")
        if options.runtime == "go":
            (folder / "go.mod").write_text("module hello\n\ngo 1.19\n")
        (folder / name).write_text(source.format(0))
        environment = dict(os.environ, HOME=home, HKS_FUNC_PORT="0", XDG_STATE_HOME=home + "/state")
        session = Session(os.path.abspath(options.program), folder, environment)
        try:
            print(json.dumps(run(options, session, folder / name, source, home + "/state"), indent=2))
        finally:
            session.process.send_signal(signal.SIGINT)
            status = session.process.wait(timeout=60)
        if status != 130:
            raise SystemExit(f"develop ended with {status}")


def run(options, session, path, source, state):
    session.wait(lambda: session.version, "the first version")
    port = int(session.url.rsplit(":", 1)[1])
    announced = [0]
    clients = [Load(port, "/fn/default/hello", lambda: announced[0]) for _ in range(options.clients)]
    for client in clients:
        client.start()
    probe = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    times = []
    before = None
    for number in range(1, options.saves + 1):
        version = session.version
        start = time.monotonic()
        save(path, source.format(number))
        while True:
            probe.request("GET", "/fn/default/hello")
            body = probe.getresponse().read().decode().strip('"')
            if body == str(number):
                break
            time.sleep(0.002)
        times.append((time.monotonic() - start) * 1000)
        session.wait(lambda: session.version > version, f"the announcement of save {number}")
        announced[0] = number
        if number == min(20, options.saves):
            before = usage(session.process.pid, state)
    for client in clients:
        client.goes_on = False
    for client in clients:
        client.join()
    time.sleep(5)
    after = usage(session.process.pid, state)
    times.sort()
    result = {
        "runtime": options.runtime,
        "saves": options.saves,
        "requests": sum(client.requests for client in clients),
        "failed": sum(client.failed for client in clients),
        "stale": sum(client.stale for client in clients),
        "save_to_answer_ms": {
            "p50": round(statistics.median(times)),
            "p95": round(times[int(len(times) * 0.95) - 1]),
            "max": round(times[-1]),
        },
        "after_20_saves": before,
        "at_the_end": after,
    }
    grows = after["processes"] > before["processes"] + 2 or after["descriptors"] > before["descriptors"] + 20
    if result["failed"] or result["stale"] or grows:
        print(json.dumps(result, indent=2))
        raise SystemExit(1)
    return result


if __name__ == "__main__":
    main()
