"""Makes the calls of the Python SDK, as it makes them, with the checks of its models.

Usage: sdk_calls.py BASE TOKEN PATTERN, where PATTERN is basic, polling or cleanup.
"""

import json
import sys
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta

STATUSES = {"pending", "running", "completed", "failed", "timeout"}


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """The SDK's client does not follow redirects."""

    def redirect_request(self, *_):
        return None


class Client:
    def __init__(self, base, token):
        self.base = base.rstrip("/")
        self.token = token
        self.opener = urllib.request.build_opener(NoRedirects)

    def send(self, method, path, body=None):
        request = urllib.request.Request(self.base + path, method=method)
        request.add_header("Authorization", "Bearer " + self.token)
        request.add_header("X-API-Key", "unused")
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with self.opener.open(request, data, timeout=30) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def ask(self, method, path, body=None):
        status, answer = self.send(method, path, body)
        assert 200 <= status < 300, (method, path, status, answer)
        return answer

    def deploy(self, name, code, **more):
        body = {
            "name": name,
            "code": code,
            "runtime": "python3.9",
            "handler": "handler",
            "memory_mb": 128,
            "timeout_seconds": 30,
            "environment": {},
            "dependencies": [],
        }
        answer = self.ask("POST", "/functions", {**body, **more})
        for field in ("function_id", "name", "version", "endpoint"):
            assert isinstance(answer[field], str) and answer[field], (field, answer)
        naive(answer["created_at"])
        return answer

    def execute(self, function, payload, **more):
        body = {"payload": payload, "async": False, **more}
        return execution(self.ask("POST", f"/functions/{function}/execute", body))

    def delete(self, function):
        answer = self.ask("DELETE", f"/functions/{function}")
        assert answer["deleted"] is True and answer["function_id"] == function, answer


def naive(text):
    time = datetime.fromisoformat(text)
    assert time.tzinfo is None, text
    # The SDK compares such times with its own clock in UTC.
    assert abs(datetime.utcnow() - time) < timedelta(hours=1), text
    return time


def execution(answer):
    assert isinstance(answer["execution_id"], str), answer
    assert answer["status"] in STATUSES, answer
    for field in ("duration_ms", "billed_duration_ms"):
        assert answer[field] is None or isinstance(answer[field], int), answer
    for field in ("started_at", "completed_at"):
        if answer[field] is not None:
            naive(answer[field])
    return answer


def basic(client):
    code = "def handler(event, context):\n    return {'statusCode': 201, 'body': event, 'sum': sum(event['numbers'])}\n"
    function = client.deploy("sdk-basic", code)["function_id"]
    payload = {"numbers": [1, 2.0], "text": "h\u00e9", "large": 12345678901234567890}
    answer = client.execute(function, payload)
    assert answer["status"] == "completed", answer
    # The whole result, not the answer that its status code would stand for elsewhere.
    assert answer["result"] == {"statusCode": 201, "body": payload, "sum": 3.0}, answer
    assert isinstance(answer["result"]["sum"], float), answer
    assert client.execute(function, {"numbers": []})["result"]["sum"] == 0

    for name, body, expected in [
        ("none", "return None", None),
        ("text", "return 'plain'", "plain"),
        ("list", "return [1, None]", [1, None]),
    ]:
        other = client.deploy("sdk-" + name, f"def handler(event, context):\n    {body}\n")["function_id"]
        answer = client.execute(other, {})
        assert answer["status"] == "completed" and answer["result"] == expected, answer
        client.delete(other)

    failing = client.deploy("sdk-failing", "def handler(event, context):\n    return 1 / 0\n")["function_id"]
    answer = client.execute(failing, {})
    assert answer["status"] == "failed" and answer["error"] and answer["result"] is None, answer

    slow = "import time\ndef handler(event, context):\n    time.sleep(20)\n"
    answer = client.execute(client.deploy("sdk-slow", slow)["function_id"], {}, timeout=1)
    assert answer["status"] == "timeout" and answer["error"], answer

    broken = client.deploy("sdk-broken", "def other(event, context):\n    return 1\n")["function_id"]
    status, answer = client.send("POST", f"/functions/{broken}/execute", {"payload": {}, "async": False})
    assert status == 422 and "handler" in answer["message"], (status, answer)

    status, answer = client.send("POST", "/functions", {"name": "No Name", "code": "x", "runtime": "python3.9"})
    assert status == 422 and answer["message"] and isinstance(answer["errors"], dict), (status, answer)
    status, _ = client.send("GET", "/functions/none")
    assert status == 404, status


def polling(client):
    code = "exports.handler = async (event) => ({ doubled: event.n * 2 });\n"
    function = client.deploy("sdk-polling", code, runtime="nodejs18")["function_id"]
    answer = execution(
        client.ask("POST", f"/functions/{function}/execute", {"payload": {"n": 21}, "async": True})
    )
    assert answer["status"] == "pending", answer
    deadline = time.monotonic() + 30
    while answer["status"] in ("pending", "running"):
        assert time.monotonic() < deadline, answer
        time.sleep(0.05)
        answer = execution(client.ask("GET", f"/executions/{answer['execution_id']}"))
    assert answer["status"] == "completed" and answer["result"] == {"doubled": 42}, answer


def cleanup(client):
    code = "def handler(event, context):\n    return 'ok'\n"
    functions = [client.deploy(f"sdk-clean-{n}", code)["function_id"] for n in range(2)]
    client.execute(functions[0], {})
    client.execute(functions[0], {})
    listed = client.ask("GET", "/functions?limit=100&offset=0&name=sdk-clean")["functions"]
    assert len(listed) == 2, listed
    for row in listed:
        for field in ("function_id", "name", "runtime", "version", "status", "endpoint"):
            assert isinstance(row[field], str) and row[field], (field, row)
        for field in ("memory_mb", "timeout_seconds", "execution_count"):
            assert isinstance(row[field], int), (field, row)
        naive(row["created_at"])
        naive(row["updated_at"])
    details = client.ask("GET", f"/functions/{functions[0]}")
    assert details["execution_count"] == 2, details
    naive(details["last_executed_at"])
    for function in functions:
        client.delete(function)
    assert client.ask("GET", "/functions?name=sdk-clean")["functions"] == []


if __name__ == "__main__":
    base, token, pattern = sys.argv[1:]
    {"basic": basic, "polling": polling, "cleanup": cleanup}[pattern](Client(base, token))
    print("ok")
