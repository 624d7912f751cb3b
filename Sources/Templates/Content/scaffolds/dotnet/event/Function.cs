using System;
using System.Text.Json;

public static class Function
{
    private static readonly JsonSerializerOptions Options = new JsonSerializerOptions(JsonSerializerDefaults.Web);

    /// <summary>Accepts an order: replies with an event of its own.</summary>
    public static object Handler(JsonElement input, FunctionContext context)
    {
        var type = input.GetProperty("type").GetString();
        if (type != "com.example.order.created")
        {
            context.Logger.LogInformation($"ignoring {type}");
            return null;
        }
        var order = input.GetProperty("data").Deserialize<Order>(Options);
        if (string.IsNullOrEmpty(order?.OrderId)) throw new ArgumentException("the order has no orderId");
        context.Logger.LogInformation($"order {order.OrderId} over {order.Amount} received");
        return new
        {
            type = "com.example.order.accepted",
            source = $"/functions/{context.FunctionName}",
            data = new { orderId = order.OrderId },
        };
    }

    private class Order
    {
        public string OrderId { get; set; }

        public decimal Amount { get; set; }
    }
}
