from datetime import datetime


def handler(event, context):
    """Does the nightly work."""
    run = event["data"]
    context.logger.info("run %s at %s", run["schedule"], run["scheduledTime"])
    delay = seconds_between(run["scheduledTime"], run["firedTime"])
    if delay > 60:
        context.logger.warning("late by %d s", delay)


def seconds_between(start, end):
    return (parse_time(end) - parse_time(start)).total_seconds()


def parse_time(text):
    # Python before 3.11 does not know the letter Z.
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
