def handler(event, context):
    """Accepts an order: replies with an event of its own."""
    if event["type"] != "com.example.order.created":
        context.logger.info("ignoring %s", event["type"])
        return None
    order = event.get("data")
    if not isinstance(order, dict) or not order.get("orderId"):
        raise ValueError("the order has no orderId")
    context.logger.info("order %s over %s received", order["orderId"], order.get("amount"))
    return {
        "type": "com.example.order.accepted",
        "source": f"/functions/{context.function_name}",
        "data": {"orderId": order["orderId"]},
    }
