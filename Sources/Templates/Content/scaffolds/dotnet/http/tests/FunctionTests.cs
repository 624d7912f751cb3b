using System;
using System.IO;
using System.Text.Json;

public static class FunctionTests
{
    public static void GreetsTheWorld()
    {
        Assert.Equal("{\"message\":\"Hello, World!\"}", Call());
    }

    public static void GreetsTheNameInTheQuery()
    {
        Assert.Equal("{\"message\":\"Hello, Ada!\"}", Call(query: "{\"name\": \"Ada\"}"));
    }

    public static void GreetsTheNameInTheBody()
    {
        Assert.Equal("{\"message\":\"Hello, Grace!\"}", Call(data: "{\"name\": \"Grace\"}"));
    }

    public static void TakesTheGreetingFromTheEnvironment()
    {
        Assert.Equal("{\"message\":\"Good morning, World!\"}", Call(greeting: "Good morning"));
    }

    public static void RefusesANameThatIsNotAString()
    {
        var answer = JsonDocument.Parse(Call(data: "{\"name\": 7}")).RootElement;
        Assert.Equal(400, answer.GetProperty("statusCode").GetInt32());
    }

    private static string Call(string query = "{}", string data = "null", string greeting = null)
    {
        Environment.SetEnvironmentVariable("GREETING", greeting);
        var request = "{\"queryStringParameters\": " + query + ", \"data\": " + data + "}";
        var context = new FunctionContext { Logger = new FunctionLogger(TextWriter.Null) };
        return JsonSerializer.Serialize(Function.Handler(JsonDocument.Parse(request).RootElement, context));
    }
}
