using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace HksFunc.Host
{
    /// <summary>One request is one call; the result is the answer.</summary>
    internal sealed class HttpMapping : IMapping
    {
        // Set by the platform only: the gateway takes it away from everyone else's requests.
        private const string Direct = "x-hks-direct";

        private readonly string functionName;

        public HttpMapping(string functionName)
        {
            this.functionName = functionName;
        }

        /// <summary>Of a direct call, the event is the body's value itself.</summary>
        public IEnumerable<JsonElement> Events(Call call)
        {
            return new[] { IsDirect(call) ? Value(call.Request) : Json.Build(writer => WriteEvent(writer, call)) };
        }

        /// <summary>The answer of a direct call is the result itself.</summary>
        public Response Respond(Call call, List<object> results)
        {
            return IsDirect(call) ? HttpResult.ToDocument(results[0]) : HttpResult.ToResponse(results[0]);
        }

        private static bool IsDirect(Call call)
        {
            return call.Request.Headers.All(Direct) != null;
        }

        private static JsonElement Value(HttpRequest request)
        {
            var value = Content.Decoded(request.Body) == null ? null : Json.TryLoad(request.Body);
            if (!value.HasValue) throw new Refusal(400, "the body of a direct call must be JSON");
            return value.Value;
        }

        private void WriteEvent(Utf8JsonWriter writer, Call call)
        {
            var request = call.Request;
            var content = new Content(request);
            writer.WriteStartObject();
            writer.WriteString("httpMethod", request.Method);
            writer.WriteString("path", request.Path);
            WriteHeaders(writer, request.Headers);
            WriteQuery(writer, ParseQuery(request.Query));
            writer.WriteString("rawQueryString", request.Query);
            WriteList(writer, "cookies", Cookies(request.Headers));
            writer.WriteString("body", content.Body);
            writer.WriteBoolean("isBase64Encoded", content.IsBase64);
            writer.WritePropertyName("data");
            var data = content.Data();
            if (data.HasValue) writer.WriteRaw(data.Value);
            else writer.WriteNullValue();
            WriteContext(writer, call);
            writer.WriteEndObject();
        }

        private static void WriteHeaders(Utf8JsonWriter writer, HttpFields headers)
        {
            writer.WriteStartObject("headers");
            foreach (var field in headers.Entries) writer.WriteString(field.Key, Joined(field.Key, field.Value));
            writer.WriteEndObject();
            writer.WriteStartObject("multiValueHeaders");
            foreach (var field in headers.Entries) WriteList(writer, field.Key, field.Value);
            writer.WriteEndObject();
        }

        private static void WriteQuery(Utf8JsonWriter writer, Dictionary<string, List<string>> parameters)
        {
            foreach (var name in new[] { "queryStringParameters", "query" })
            {
                writer.WriteStartObject(name);
                foreach (var parameter in parameters) writer.WriteString(parameter.Key, parameter.Value.Last());
                writer.WriteEndObject();
            }
            writer.WriteStartObject("multiValueQueryStringParameters");
            foreach (var parameter in parameters) WriteList(writer, parameter.Key, parameter.Value);
            writer.WriteEndObject();
        }

        private void WriteContext(Utf8JsonWriter writer, Call call)
        {
            var request = call.Request;
            var forwarded = request.Headers.First("x-forwarded-for");
            writer.WriteStartObject("requestContext");
            writer.WriteString("requestId", call.RequestId);
            writer.WriteString("functionName", functionName);
            writer.WriteString("httpMethod", request.Method);
            writer.WriteString("path", request.Path);
            writer.WriteString("protocol", request.IsHttp10 ? "HTTP/1.0" : "HTTP/1.1");
            writer.WriteNumber("requestTimeEpoch", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
            writer.WriteStartObject("identity");
            writer.WriteString("sourceIp", forwarded == null ? request.Remote : forwarded.Split(',')[0].Trim());
            writer.WriteString("userAgent", request.Headers.First("user-agent"));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        private static void WriteList(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
        {
            writer.WriteStartArray(name);
            foreach (var text in texts) writer.WriteStringValue(text);
            writer.WriteEndArray();
        }

        private static string Joined(string name, List<string> values)
        {
            return string.Join(name == "cookie" ? "; " : ", ", values);
        }

        private static IEnumerable<string> Cookies(HttpFields headers)
        {
            var lines = headers.All("cookie") ?? new List<string>();
            return lines.SelectMany(line => line.Split(';')).Select(part => part.Trim()).Where(part => part != "");
        }

        /// <summary>The parameters of a query in order; <c>a</c> and <c>a=</c> both are the empty text.</summary>
        private static Dictionary<string, List<string>> ParseQuery(string query)
        {
            var parameters = new Dictionary<string, List<string>>();
            foreach (var pair in query.Split(new[] { '&' }, StringSplitOptions.RemoveEmptyEntries))
            {
                var equals = pair.IndexOf('=');
                var name = Unquoted(equals < 0 ? pair : pair.Substring(0, equals));
                List<string> values;
                if (!parameters.TryGetValue(name, out values))
                {
                    values = new List<string>();
                    parameters[name] = values;
                }
                values.Add(equals < 0 ? "" : Unquoted(pair.Substring(equals + 1)));
            }
            return parameters;
        }

        private static string Unquoted(string text)
        {
            return Encoding.UTF8.GetString(Percent.Decode(text.Replace('+', ' ')));
        }
    }
}
