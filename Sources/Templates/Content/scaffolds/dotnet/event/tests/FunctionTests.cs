using System;
using System.IO;
using System.Text.Json;

public static class FunctionTests
{
    public static void AcceptsAnOrder()
    {
        var log = new StringWriter();
        var reply = Call("com.example.order.created", "{\"orderId\": \"1042\", \"amount\": 99.5}", log);
        Assert.Equal("com.example.order.accepted", reply.GetProperty("type").GetString());
        Assert.Equal("/functions/orders", reply.GetProperty("source").GetString());
        Assert.Equal("{\"orderId\":\"1042\"}", reply.GetProperty("data").GetRawText());
        Assert.Equal(true, log.ToString().Contains("order 1042 over 99.5 received"));
    }

    public static void IgnoresOtherTypes()
    {
        var log = new StringWriter();
        var reply = Call("com.example.order.cancelled", "{\"orderId\": \"1042\"}", log);
        Assert.Equal(JsonValueKind.Null, reply.ValueKind);
        Assert.Equal(true, log.ToString().Contains("ignoring com.example.order.cancelled"));
    }

    public static void FailsWithoutAnOrderId()
    {
        foreach (var data in new[] { "null", "{}", "{\"amount\": 99.5}" })
        {
            Assert.Throws<ArgumentException>(() => Call("com.example.order.created", data, TextWriter.Null));
        }
        Assert.Throws<JsonException>(() => Call("com.example.order.created", "\"1042\"", TextWriter.Null));
    }

    private static JsonElement Call(string type, string data, TextWriter log)
    {
        var text = "{\"id\": \"1\", \"source\": \"/shop\", \"type\": \"" + type + "\", \"data\": " + data + "}";
        var context = new FunctionContext { FunctionName = "orders", Logger = new FunctionLogger(log) };
        var reply = Function.Handler(JsonDocument.Parse(text).RootElement, context);
        return JsonSerializer.SerializeToElement(reply);
    }
}
