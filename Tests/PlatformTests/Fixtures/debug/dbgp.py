"""An editor of one breakpoint, over the DBGp protocol of Xdebug: it listens, and the program connects.

    dbgp.py ENTRY FILE LINE SECONDS

ENTRY is an entry of launch.json, FILE a file of the project, as an editor names it. Prints `ready` once it listens,
`stopped FILE:LINE` when the breakpoint is hit, stays there for SECONDS, lets the program go on and prints `done`.
https://xdebug.org/docs/dbgp
"""

import json
import re
import socket
import sys
import time


def read(connection):
    """One message: its length, a zero byte, XML, a zero byte."""
    parts = []
    for _ in range(2):
        part = b""
        while not part.endswith(b"\0"):
            byte = connection.recv(1)
            if not byte:
                sys.exit("the connection was closed")
            part += byte
        parts.append(part[:-1].decode())
    return parts[1]


def call(connection, command):
    connection.sendall(command.encode() + b"\0")
    return read(connection)


def main():
    text, file, line, seconds = sys.argv[1:]
    entry = json.loads(text)
    [(remote, local)] = entry["pathMappings"].items()
    remote_file = remote + file.removeprefix(local)
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((entry["hostname"], entry["port"]))
    server.listen()
    server.settimeout(60)
    print("ready", flush=True)
    connection, _ = server.accept()
    read(connection)
    call(connection, f"breakpoint_set -i 1 -t line -f file://{remote_file} -n {line}")
    if 'status="break"' not in call(connection, "run -i 2"):
        sys.exit("the program did not stop")
    frame = call(connection, "stack_get -i 3")
    place = re.search(r'filename="file://([^"]+)" lineno="(\d+)"', frame)
    print(f"stopped {local}{place[1].removeprefix(remote)}:{place[2]}", flush=True)
    time.sleep(float(seconds))
    connection.sendall(b"detach -i 4\0")
    print("done", flush=True)


main()
