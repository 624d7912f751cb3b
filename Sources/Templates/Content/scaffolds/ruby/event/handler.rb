# frozen_string_literal: true

# Accepts an order: replies with an event of its own.
def handler(event:, context:)
  unless event["type"] == "com.example.order.created"
    context.logger.info("ignoring #{event["type"]}")
    return
  end

  order = event["data"]
  raise ArgumentError, "the order has no orderId" unless order.is_a?(Hash) && order["orderId"]

  context.logger.info("order #{order["orderId"]} over #{order["amount"]} received")
  {
    type: "com.example.order.accepted",
    source: "/functions/#{context.function_name}",
    data: { orderId: order["orderId"] }
  }
end
