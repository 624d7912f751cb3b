def handler(event, context):
    """Processes a batch and names the records that are to come again."""
    failures = []
    for record in event["records"]:
        if not has_amount(record["data"]):
            failures.append({"id": record["id"]})
        context.logger.info("processed %s", record["id"])
    return {"batchItemFailures": failures}


def has_amount(data):
    amount = data.get("amount") if isinstance(data, dict) else None
    # A bool is an int, too.
    return isinstance(amount, (int, float)) and not isinstance(amount, bool) and amount > 0
