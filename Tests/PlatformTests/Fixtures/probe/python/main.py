"""The handlers of the host contract; `PROBE` picks one."""

import asyncio
import json
import os
import sys
import time

running = 0
most = 0
print("outside of calls")


def echo(event, context):
    return event


def reflect(event):
    """The request's JSON is the result."""
    return event["data"]


def nothing():
    pass


def raw(event, context):
    return bytes([0, 255, 10])


def raw_body(event, context):
    return {"statusCode": 201, "body": bytes([0, 255]), "headers": {"Content-Type": "image/x-dots"}}


def fail(event, context):
    print("about to fail")
    raise ValueError("secret 42")


def leave(event, context):
    if event["path"] == "/leave":
        sys.exit(3)
    if event["path"] == "/interrupt":
        raise KeyboardInterrupt
    return "still here"


def slow(event, context):
    print("begun")
    time.sleep(float(event["query"]["s"]))
    return "done"


async def slow_async(event, context):
    print("begun")
    await asyncio.sleep(float(event["query"]["s"]))
    return "done"


async def crowd(event, context):
    global running, most
    running += 1
    most = max(most, running)
    await asyncio.sleep(0.05)
    running -= 1
    return most


async def talk(event, context):
    name = event["query"]["name"]
    print(f"first {name}")
    await asyncio.sleep(0.05)
    print(f"second {name}", file=sys.stderr)
    context.logger.warning("third %s", name)
    print('{"level": "debug", "message": "fourth %s", "colour": "red"}' % name)
    print(f"fifth {name}", end="")
    return "talked"


def stream(event, context):
    for number in range(3):
        yield f"line {number}\n"


def stream_fail(event, context):
    yield "a"
    raise ValueError("broken")


def flood(event, context):
    return (b"x" * 65536 for _ in range(64))


def big(event, context):
    return "x" * 8_000_000


def tell(event, context):
    return {
        "request_id": context.request_id,
        "function_name": context.function_name,
        "function_version": context.function_version,
        "memory": context.memory_limit_in_mb,
        "remaining": context.get_remaining_time_in_millis(),
        "traceparent": context.traceparent,
        "tracestate": context.tracestate,
        "type": context.type,
    }


def unsendable(event, context):
    return {"value": object()}


def reply(event, context):
    """Answers an event with one that holds it."""
    return {"type": "test.reply", "source": "/tést", "data": event}


def retry_odd(event, context):
    """Of a batch, the records whose data is odd are to come again."""
    context.logger.info("batch of %d from %s", len(event["records"]), event["source"])
    return {"batchItemFailures": [{"id": record["id"]} for record in event["records"] if record["data"] % 2]}


def log_event(event, context):
    context.logger.info(json.dumps(event))


def unknown_failures(event, context):
    return {"batchItemFailures": [{"id": "never-sent"}]}


def quiet(event, context):
    return None if event["data"] is None else event["data"]


def refuse_event(event, context):
    raise ValueError("not now")

handler = globals()[os.environ["PROBE"]]
