/** Accepts an order: replies with an event of its own. */
export async function handler(event, context) {
  if (event.type !== "com.example.order.created") {
    context.logger.info(`ignoring ${event.type}`);
    return undefined;
  }
  const { orderId, amount } = event.data ?? {};
  if (!orderId) throw new Error("the order has no orderId");
  context.logger.info(`order ${orderId} over ${amount} received`);
  return {
    type: "com.example.order.accepted",
    source: `/functions/${context.functionName}`,
    data: { orderId },
  };
}
