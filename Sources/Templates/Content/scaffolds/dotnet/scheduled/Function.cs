using System;
using System.Text.Json;

public static class Function
{
    /// <summary>Does the nightly work.</summary>
    public static void Handler(JsonElement input, FunctionContext context)
    {
        var run = input.GetProperty("data");
        var schedule = run.GetProperty("schedule").GetString();
        var scheduledTime = run.GetProperty("scheduledTime");
        context.Logger.LogInformation($"run {schedule} at {scheduledTime.GetString()}");
        var delay = run.GetProperty("firedTime").GetDateTimeOffset() - scheduledTime.GetDateTimeOffset();
        if (delay > TimeSpan.FromMinutes(1))
        {
            context.Logger.LogWarning($"late by {(long)delay.TotalSeconds} s");
        }
    }
}
