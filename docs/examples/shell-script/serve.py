"""The smallest server that a script needs: one process of handle.sh per request."""

import http.server
import os
import signal
import subprocess
import sys
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        # The list of arguments never passes a shell, whatever the path holds.
        run = subprocess.run(["./handle.sh", self.command, self.path], input=body, stdout=subprocess.PIPE)
        self.send_response(200 if run.returncode == 0 else 500)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(run.stdout)))
        self.end_headers()
        self.wfile.write(run.stdout)

    do_POST = do_PUT = do_DELETE = do_PATCH = do_GET

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer((os.environ.get("HKS_LISTEN_HOST", "0.0.0.0"), int(sys.argv[1])), Handler)
server.daemon_threads = False
# `shutdown` waits for the loop below, so it cannot be called on its thread.
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
server.server_close()
