using System.Collections.Generic;
using System.Text.Json;

public static class Function
{
    /// <summary>Processes a batch and names the records that are to come again.</summary>
    public static object Handler(JsonElement batch, FunctionContext context)
    {
        var failures = new List<object>();
        foreach (var record in batch.GetProperty("records").EnumerateArray())
        {
            var id = record.GetProperty("id").GetString();
            if (!HasAmount(record.GetProperty("data"))) failures.Add(new { id });
            context.Logger.LogInformation($"processed {id}");
        }
        return new { batchItemFailures = failures };
    }

    private static bool HasAmount(JsonElement data)
    {
        return data.ValueKind == JsonValueKind.Object
            && data.TryGetProperty("amount", out var amount)
            && amount.ValueKind == JsonValueKind.Number
            && amount.GetDouble() > 0;
    }
}
