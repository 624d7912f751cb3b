using System.IO;
using System.Linq;
using System.Text.Json;

public static class FunctionTests
{
    public static void ProcessesABatch()
    {
        Assert.Equal("", Failures("{\"amount\": 12.5}", "{\"amount\": 3}"));
    }

    public static void ReportsRecordsWithoutAPositiveAmount()
    {
        var data = new[]
        {
            "{\"amount\": 1}", "null", "\"text\"", "{}", "{\"amount\": \"3\"}", "{\"amount\": true}",
            "{\"amount\": 0}", "{\"amount\": -1}",
        };
        Assert.Equal("r1 r2 r3 r4 r5 r6 r7", Failures(data));
    }

    private static string Failures(params string[] data)
    {
        var records = data.Select((text, number) => "{\"id\": \"r" + number + "\", \"data\": " + text + "}");
        var batch = "{\"source\": \"payments\", \"records\": [" + string.Join(",", records) + "]}";
        var log = new StringWriter();
        var context = new FunctionContext { Logger = new FunctionLogger(log) };
        var result = Function.Handler(JsonDocument.Parse(batch).RootElement, context);
        Assert.Equal(data.Length, log.ToString().Split('\n').Count(line => line.Contains("processed r")));
        var failures = JsonSerializer.SerializeToElement(result).GetProperty("batchItemFailures").EnumerateArray();
        return string.Join(" ", failures.Select(failure => failure.GetProperty("id").GetString()));
    }
}
