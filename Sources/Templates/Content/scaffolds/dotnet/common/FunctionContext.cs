using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using System.Threading;

/// <summary>
/// What a function is told about the call that it answers. The host sets every property that is here; tests set those
/// that they need.
/// </summary>
public class FunctionContext
{
    /// <summary>Names this call; also in every log line that it writes.</summary>
    public string RequestId { get; set; } = "";

    public string FunctionName { get; set; } = "";

    public string FunctionVersion { get; set; } = "";

    /// <summary>0 where no limit is set.</summary>
    public int MemoryLimitInMB { get; set; }

    /// <summary><c>http</c>, <c>event</c>, <c>scheduled</c> or <c>stream</c>.</summary>
    public string Type { get; set; } = "";

    /// <summary>The caller's trace context, to hand on (W3C Trace Context); null where it has none.</summary>
    public string TraceParent { get; set; }

    public string TraceState { get; set; }

    /// <summary>When the call has to be over.</summary>
    public DateTimeOffset Deadline { get; set; } = DateTimeOffset.MaxValue;

    /// <summary>Is cancelled when nobody waits for the answer any more.</summary>
    public CancellationToken CancellationToken { get; set; }

    public FunctionLogger Logger { get; set; } = new FunctionLogger();

    /// <summary>How long the call may still run.</summary>
    public long GetRemainingTimeInMillis()
    {
        return Math.Max(0, (long)(Deadline - DateTimeOffset.UtcNow).TotalMilliseconds);
    }
}

/// <summary>Writes log lines with a level, as JSON; the host adds the call that they belong to.</summary>
public class FunctionLogger
{
    private readonly TextWriter writer;

    /// <summary>Writes to standard error, or to what a test reads.</summary>
    public FunctionLogger(TextWriter writer = null)
    {
        this.writer = writer;
    }

    public void LogDebug(string message) => Log("debug", message);

    public void LogInformation(string message) => Log("info", message);

    public void LogWarning(string message) => Log("warn", message);

    public void LogError(string message) => Log("error", message);

    public void LogError(Exception exception, string message) => Log("error", $"{message}\n{exception}");

    protected virtual void Log(string level, string message)
    {
        var line = new Dictionary<string, string>
        {
            ["timestamp"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"),
            ["level"] = level,
            ["message"] = message,
        };
        (writer ?? Console.Error).WriteLine(JsonSerializer.Serialize(line));
    }
}
