using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

/// <summary>The handlers of the host contract; the variable PROBE picks one.</summary>
public static class Function
{
    private static readonly Func<JsonElement, FunctionContext, object> Probe = Pick();
    private static int running;
    private static int most;

    public static object Handler(JsonElement input, FunctionContext context) => Probe(input, context);

    private static Func<JsonElement, FunctionContext, object> Pick()
    {
        Console.WriteLine("outside of calls");
        switch (Environment.GetEnvironmentVariable("PROBE"))
        {
            case "echo": return (input, context) => input;
            case "reflect": return (input, context) => input.GetProperty("data");
            case "nothing": return (input, context) => null;
            case "raw": return (input, context) => new byte[] { 0, 255, 10 };
            case "raw_body": return (input, context) => RawBody();
            case "fail": return (input, context) => Fail();
            case "slow": return (input, context) => Slow(input);
            case "slow_async": return (input, context) => SlowAsync(input);
            case "crowd": return (input, context) => Crowd();
            case "talk": return (input, context) => Talk(input, context);
            case "stream": return (input, context) => Stream();
            case "stream_fail": return (input, context) => StreamFail();
            case "flood": return (input, context) => Flood();
            case "big": return (input, context) => new string('x', 8000000);
            case "tell": return (input, context) => Tell(context);
            case "unsendable": return (input, context) => new { value = typeof(int) };
            case "reply": return (input, context) => new { type = "test.reply", source = "/tést", data = input };
            case "retry_odd": return RetryOdd;
            case "log_event": return LogEvent;
            case "unknown_failures": return (input, context) => UnknownFailures();
            case "quiet": return (input, context) => input.GetProperty("data");
            case "refuse_event": return (input, context) => throw new InvalidOperationException("not now");
            default: throw new ArgumentException("there is no such probe");
        }
    }

    private static object RawBody()
    {
        var headers = new Dictionary<string, string> { ["Content-Type"] = "image/x-dots" };
        return new { StatusCode = 201, Body = new byte[] { 0, 255 }, Headers = headers };
    }

    private static object Fail()
    {
        Console.WriteLine("about to fail");
        throw new ArgumentException("secret 42");
    }

    private static TimeSpan Delay(JsonElement input)
    {
        var text = input.GetProperty("query").GetProperty("s").GetString();
        return TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture));
    }

    private static object Slow(JsonElement input)
    {
        Console.WriteLine("begun");
        Thread.Sleep(Delay(input));
        return "done";
    }

    private static async Task<string> SlowAsync(JsonElement input)
    {
        Console.WriteLine("begun");
        await Task.Delay(Delay(input));
        return "done";
    }

    private static async Task<int> Crowd()
    {
        var now = Interlocked.Increment(ref running);
        lock (typeof(Function)) most = Math.Max(most, now);
        await Task.Delay(50);
        Interlocked.Decrement(ref running);
        return most;
    }

    private static async ValueTask<object> Talk(JsonElement input, FunctionContext context)
    {
        var name = input.GetProperty("query").GetProperty("name").GetString();
        Console.WriteLine("first {0}", name);
        await Task.Delay(50);
        Console.Error.WriteLine("second " + name);
        context.Logger.LogWarning("third " + name);
        Console.WriteLine("{\"level\": \"debug\", \"message\": \"fourth " + name + "\", \"colour\": \"red\"}");
        Console.Write("fifth " + name);
        return "talked";
    }

    private static IEnumerable<string> Stream()
    {
        for (var number = 0; number < 3; number += 1) yield return $"line {number}\n";
    }

    private static IEnumerable<string> StreamFail()
    {
        yield return "a";
        throw new InvalidOperationException("broken");
    }

    private static IEnumerable<byte[]> Flood()
    {
        var piece = Enumerable.Repeat((byte)'x', 65536).ToArray();
        for (var count = 0; count < 64; count += 1) yield return piece;
    }

    private static object Tell(FunctionContext context)
    {
        return new
        {
            request_id = context.RequestId,
            function_name = context.FunctionName,
            function_version = context.FunctionVersion,
            memory = context.MemoryLimitInMB,
            remaining = context.GetRemainingTimeInMillis(),
            traceparent = context.TraceParent,
            tracestate = context.TraceState,
            type = context.Type,
        };
    }

    /// <summary>Of a batch, the records whose data is odd are to come again.</summary>
    private static object RetryOdd(JsonElement batch, FunctionContext context)
    {
        var records = batch.GetProperty("records").EnumerateArray().ToList();
        context.Logger.LogInformation($"batch of {records.Count} from {batch.GetProperty("source").GetString()}");
        var odd = records.Where(record => record.GetProperty("data").GetInt32() % 2 == 1);
        return new { batchItemFailures = odd.Select(record => new { id = record.GetProperty("id").GetString() }) };
    }

    private static object LogEvent(JsonElement input, FunctionContext context)
    {
        context.Logger.LogInformation(JsonSerializer.Serialize(input));
        return null;
    }

    private static object UnknownFailures()
    {
        return new { batchItemFailures = new[] { new { id = "never-sent" } } };
    }
}
