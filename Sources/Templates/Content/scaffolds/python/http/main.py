import os


def handler(event, context):
    """Greets the name in the query (?name=Ada) or in a JSON body ({"name": "Ada"})."""
    name = requested_name(event)
    if not isinstance(name, str):
        return {"statusCode": 400, "body": {"error": "name must be a string"}}
    context.logger.info("greeting %s", name)
    greeting = os.environ.get("GREETING", "Hello")
    return {"message": f"{greeting}, {name}!"}


def requested_name(event):
    query = event["queryStringParameters"]
    if query.get("name"):
        return query["name"]
    data = event["data"]
    return data.get("name", "World") if isinstance(data, dict) else "World"
