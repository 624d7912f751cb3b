using System.IO;
using System.Linq;
using System.Text.Json;

public static class FunctionTests
{
    public static void RunsOnTime()
    {
        foreach (var firedTime in new[] { "2024-05-01T03:00:00.250Z", "2024-05-01T03:01:00Z" })
        {
            Assert.Equal("info run nightly at 2024-05-01T03:00:00Z", Messages(firedTime));
        }
    }

    public static void WarnsWhenItIsLate()
    {
        Assert.Equal(
            "info run nightly at 2024-05-01T03:00:00Z, warn late by 120 s",
            Messages("2024-05-01T03:02:00Z"));
    }

    private static string Messages(string firedTime)
    {
        var run = new { schedule = "nightly", scheduledTime = "2024-05-01T03:00:00Z", firedTime, attempt = 1 };
        var input = new { type = "dev.hks.schedule.fired", data = run };
        var log = new StringWriter();
        var context = new FunctionContext { Logger = new FunctionLogger(log) };
        Function.Handler(JsonSerializer.SerializeToElement(input), context);
        var lines = log.ToString().TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement);
        return string.Join(", ", lines.Select(line => line.GetProperty("level") + " " + line.GetProperty("message")));
    }
}
