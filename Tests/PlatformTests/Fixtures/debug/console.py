"""A debugger of one breakpoint that is driven by its commands: jdb for Java, GDB for Rust.

    console.py ENTRY FILE LINE SECONDS [PROCESS]

ENTRY is an entry of launch.json, FILE a file of the project. Prints `ready` once the breakpoint is set, `stopped FILE:LINE`
when it is hit, stays there for SECONDS, lets the program go on and prints `done`.
"""

import json
import os
import re
import select
import subprocess
import sys
import time

PATIENCE = 60


class Dialogue:
    """A program that is told one command after the other, and what it says."""

    def __init__(self, command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self.said = ""

    def expect(self, pattern):
        """Waits for a text, and forgets what was said up to its end."""
        end = time.monotonic() + PATIENCE
        while not (match := re.search(pattern, self.said)):
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            part = os.read(self.process.stdout.fileno(), 65536) if ready else b""
            if not part:
                self.process.kill()
                sys.exit(f"no '{pattern}' in: {self.said}")
            self.said += part.decode(errors="replace")
        self.said = self.said[match.end():]
        return match

    def tell(self, command, pattern):
        self.process.stdin.write(command.encode() + b"\n")
        self.process.stdin.flush()
        return self.expect(pattern)

    def end(self, command):
        self.process.communicate(command.encode() + b"\n", timeout=PATIENCE)


def jdb(entry, file, line, pause):
    """https://docs.oracle.com/en/java/javase/17/docs/specs/man/jdb.html"""
    with open(file, encoding="utf-8") as source:
        package = re.search(r"^package ([\w.]+);", source.read(), re.MULTILINE)[1]
    name = os.path.basename(file)
    place = f"{package}.{name.removesuffix('.java')}:{line}"
    debugger = Dialogue(["jdb", "-attach", f"{entry['hostName']}:{entry['port']}"])
    debugger.expect(r"> ")
    debugger.tell(f"stop at {place}", rf"Set breakpoint {re.escape(place)}\s")
    print("ready", flush=True)
    debugger.expect(r"Breakpoint hit: [^\0]*?\n\S+\[1\] ")
    frame = debugger.tell("where", r"\[1\] \S+ \(([^:()]+):(\d+)\)")
    if frame[1] != name:
        sys.exit(f"stopped in {frame[1]}")
    debugger.tell("locals", r"Method arguments:\s+event = ")
    print(f"stopped {file}:{frame[2]}", flush=True)
    time.sleep(pause)
    debugger.tell(f"clear {place}", rf"Removed: breakpoint {re.escape(place)}\s")
    debugger.end("cont\nexit")


def gdb(entry, file, line, pause, process):
    """https://sourceware.org/gdb/current/onlinedocs/gdb.html/Source-Path.html"""
    commands = ["set confirm off", "set pagination off", "set filename-display absolute", "set debuginfod enabled off"]
    commands += [f"set substitute-path {remote} {local}" for remote, local in entry["sourceMap"].items()]
    options = [word for command in commands for word in ("-ex", command)]
    debugger = Dialogue(["gdb", "-quiet", "-nx", *options, "-p", process])
    debugger.expect(r"\(gdb\) ")
    debugger.tell(f"break {file}:{line}", r"Breakpoint 1 at ")
    debugger.tell("continue", r"Continuing\.")
    print("ready", flush=True)
    frame = debugger.expect(r"hit Breakpoint 1[^\0]*? at (/[^:\n]+):(\d+)")
    debugger.expect(r"\(gdb\) ")
    debugger.tell("info args", r"event = ")
    print(f"stopped {frame[1]}:{frame[2]}", flush=True)
    time.sleep(pause)
    debugger.end("delete\ndetach\nquit")


def main():
    entry = json.loads(sys.argv[1])
    arguments = (entry, sys.argv[2], sys.argv[3], float(sys.argv[4]))
    if entry["type"] == "java":
        jdb(*arguments)
    else:
        gdb(*arguments, sys.argv[5])
    print("done", flush=True)


main()
