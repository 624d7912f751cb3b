"""A debugger of one breakpoint, over the Debug Adapter Protocol.

    dap.py ENTRY FILE LINE SECONDS

ENTRY is an entry of launch.json, FILE a file of the project, as an editor names it. Prints `ready` once the breakpoint is
set, `stopped FILE:LINE` when it is hit, stays there for SECONDS, lets the program go on and prints `done`.
https://microsoft.github.io/debug-adapter-protocol/specification
"""

import json
import socket
import sys
import time


class Client:
    def __init__(self, port):
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.file = self.connection.makefile("rb")
        self.sequence = 0
        self.pending = []

    def send(self, command, arguments):
        self.sequence += 1
        body = json.dumps(
            {"seq": self.sequence, "type": "request", "command": command, "arguments": arguments}
        ).encode()
        self.connection.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        return self.sequence

    def read(self):
        length = 0
        while line := self.file.readline().strip():
            name, value = line.split(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            sys.exit("the connection was closed")
        return json.loads(self.file.read(length))

    def wait(self, matches):
        for message in self.pending:
            if matches(message):
                self.pending.remove(message)
                return message
        while True:
            message = self.read()
            if matches(message):
                return message
            self.pending.append(message)

    def event(self, name):
        return self.wait(lambda m: m["type"] == "event" and m["event"] == name)

    def answer(self, sequence):
        message = self.wait(lambda m: m["type"] == "response" and m["request_seq"] == sequence)
        if not message.get("success"):
            sys.exit("refused: " + json.dumps(message))
        return message.get("body") or {}

    def call(self, command, arguments):
        return self.answer(self.send(command, arguments))


def port(entry):
    if "debugPort" in entry:
        return int(entry["debugPort"].rpartition(":")[2])
    return entry.get("connect", entry)["port"]


def main():
    text, file, line, seconds = sys.argv[1:]
    entry = json.loads(text)
    client = Client(port(entry))
    client.call("initialize", {"adapterID": "test", "linesStartAt1": True, "pathFormat": "path"})
    attached = client.send("attach", entry)
    client.event("initialized")
    answer = client.call(
        "setBreakpoints", {"source": {"path": file}, "breakpoints": [{"line": int(line)}]}
    )
    if not answer["breakpoints"][0].get("verified"):
        sys.exit("the breakpoint does not bind: " + json.dumps(answer))
    done = client.send("configurationDone", {})
    client.answer(attached)
    client.answer(done)
    print("ready", flush=True)
    stop = client.event("stopped")["body"]
    if stop["reason"] != "breakpoint":
        sys.exit("stopped for another reason: " + json.dumps(stop))
    thread = stop["threadId"]
    frame = client.call("stackTrace", {"threadId": thread})["stackFrames"][0]
    print("stopped %s:%d" % (frame["source"]["path"], frame["line"]), flush=True)
    time.sleep(float(seconds))
    client.call("continue", {"threadId": thread})
    client.call("disconnect", {"terminateDebuggee": False})
    print("done", flush=True)


main()
