using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace HksFunc.Host
{
    /// <summary>
    /// CloudEvents 1.0.2 over HTTP as they come in: binary, structured and batched.
    /// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
    /// </summary>
    internal static class CloudEvents
    {
        public const string Batched = "application/cloudevents-batch+json";
        private const string Structured = "application/cloudevents+json";
        private static readonly string[] Required = { "specversion", "id", "source", "type" };
        private static readonly JsonElement Null = Json.Build(writer => writer.WriteNullValue());

        /// <summary>Whether an attribute may have this name.</summary>
        public static bool IsAttributeName(string name)
        {
            return name.Length > 0 && name.All(c => (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
        }

        public static bool IsData(string name)
        {
            return name == "data" || name == "data_base64";
        }

        /// <summary>The events of a request. Throws Refusal.</summary>
        public static IEnumerable<JsonElement> Parse(HttpRequest request)
        {
            var media = request.MediaType;
            if (media == Structured) return new[] { FromJson(Load(request)) };
            if (media == Batched)
            {
                var batch = Load(request);
                if (batch.ValueKind != JsonValueKind.Array)
                {
                    throw new Refusal(400, "a batch of CloudEvents must be a JSON array");
                }
                return batch.EnumerateArray().Select(FromJson).ToList();
            }
            if (media.StartsWith("application/cloudevents", StringComparison.Ordinal))
            {
                throw new Refusal(415, $"CloudEvents in the form '{media}' are not read; send JSON");
            }
            if (request.Headers.All("ce-specversion") == null) throw NotAnEvent("it has no ce-specversion header");
            return new[] { FromHeaders(request) };
        }

        private static JsonElement Load(HttpRequest request)
        {
            var body = Json.TryLoad(request.Body);
            if (!body.HasValue) throw NotAnEvent("its body is not JSON");
            return body.Value;
        }

        private static JsonElement FromJson(JsonElement given)
        {
            if (given.ValueKind != JsonValueKind.Object)
            {
                throw NotAnEvent("a JSON object is expected");
            }
            var parts = new Dictionary<string, JsonElement>();
            foreach (var member in given.EnumerateObject())
            {
                // In the JSON format an attribute that is null is absent.
                if (member.Value.ValueKind != JsonValueKind.Null || member.Name == "data")
                {
                    parts[member.Name] = member.Value;
                }
            }
            return Checked(parts);
        }

        private static JsonElement FromHeaders(HttpRequest request)
        {
            var parts = new Dictionary<string, JsonElement>();
            foreach (var field in request.Headers.Entries)
            {
                if (!field.Key.StartsWith("ce-", StringComparison.Ordinal)) continue;
                if (field.Value.Count > 1) throw NotAnEvent($"header '{field.Key}' is repeated");
                parts[field.Key.Substring(3)] = Text(Decoded(field.Key, field.Value[0]));
            }
            var contentType = request.Headers.First("content-type");
            if (!string.IsNullOrEmpty(contentType)) parts["datacontenttype"] = Text(contentType);
            var content = new Content(request);
            if (content.IsBase64) parts["data_base64"] = Text(content.Body);
            else if (content.Body != null) parts["data"] = Data(request, content);
            return Checked(parts);
        }

        private static JsonElement Data(HttpRequest request, Content content)
        {
            var media = request.MediaType;
            if (media != "" && !Content.IsJson(media)) return Text(content.Body);
            var data = content.Data();
            if (!data.HasValue) throw NotAnEvent("its data is not the JSON that its type promises");
            return data.Value;
        }

        private static JsonElement Checked(Dictionary<string, JsonElement> parts)
        {
            foreach (var name in Required)
            {
                JsonElement value;
                if (!parts.TryGetValue(name, out value) || string.IsNullOrEmpty(HttpResult.Plain(value) as string))
                {
                    throw NotAnEvent($"attribute '{name}' is missing or not a text");
                }
            }
            var version = parts["specversion"].GetString();
            if (version != "1.0") throw new Refusal(400, $"CloudEvents of version '{version}' are not read, only 1.0");
            if (parts.ContainsKey("data") && parts.ContainsKey("data_base64"))
            {
                throw NotAnEvent("it has both 'data' and 'data_base64'");
            }
            foreach (var part in parts.Where(part => !IsData(part.Key)))
            {
                if (!IsAttributeName(part.Key) || !IsAttribute(part.Value))
                {
                    throw NotAnEvent($"attribute '{part.Key}' is malformed");
                }
            }
            if (!parts.ContainsKey("data_base64") && !parts.ContainsKey("data")) parts["data"] = Null;
            return Json.Build(writer => Write(writer, parts));
        }

        private static void Write(Utf8JsonWriter writer, Dictionary<string, JsonElement> parts)
        {
            writer.WriteStartObject();
            foreach (var part in parts)
            {
                writer.WritePropertyName(part.Key);
                writer.WriteRaw(part.Value);
            }
            writer.WriteEndObject();
        }

        private static bool IsAttribute(JsonElement value)
        {
            var plain = HttpResult.Plain(value);
            long ignored;
            return plain is string || plain is bool
                || (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out ignored));
        }

        private static string Decoded(string name, string value)
        {
            if (value.Length >= 2 && value[0] == '"' && value[value.Length - 1] == '"') value = Unquoted(value);
            var text = Content.Decoded(Percent.Decode(value));
            if (text == null) throw NotAnEvent($"header '{name}' is not UTF-8");
            return text;
        }

        private static string Unquoted(string value)
        {
            var text = new StringBuilder();
            for (var index = 1; index < value.Length - 1; index += 1)
            {
                if (value[index] == '\\' && index + 1 < value.Length - 1) index += 1;
                text.Append(value[index]);
            }
            return text.ToString();
        }

        private static JsonElement Text(string text)
        {
            return Json.Build(writer => writer.WriteStringValue(text));
        }

        private static Refusal NotAnEvent(string reason)
        {
            return new Refusal(400, "the request is not a CloudEvent: " + reason);
        }
    }
}
