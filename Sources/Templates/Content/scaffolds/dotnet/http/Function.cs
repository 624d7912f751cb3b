using System;
using System.Text.Json;

public static class Function
{
    /// <summary>Greets the name in the query (?name=Ada) or in a JSON body ({"name": "Ada"}).</summary>
    public static object Handler(JsonElement request, FunctionContext context)
    {
        if (!TryGetName(request, out var name))
        {
            return new { statusCode = 400, body = new { error = "name must be a string" } };
        }
        context.Logger.LogInformation($"greeting {name}");
        var greeting = Environment.GetEnvironmentVariable("GREETING") ?? "Hello";
        return new { message = $"{greeting}, {name}!" };
    }

    private static bool TryGetName(JsonElement request, out string name)
    {
        name = "World";
        var query = request.GetProperty("queryStringParameters");
        if (query.TryGetProperty("name", out var value) && value.GetString() != "")
        {
            name = value.GetString();
            return true;
        }
        var data = request.GetProperty("data");
        if (data.ValueKind != JsonValueKind.Object || !data.TryGetProperty("name", out value)) return true;
        name = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return name != null;
    }
}
