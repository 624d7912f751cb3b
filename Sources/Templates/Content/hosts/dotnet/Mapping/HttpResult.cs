using System;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace HksFunc.Host
{
    /// <summary>A result that cannot be sent.</summary>
    internal sealed class ResultException : Exception
    {
        public ResultException(string reason) : base("the handler's result cannot be sent: " + reason)
        {
        }
    }

    /// <summary>The answer that a handler's result stands for.</summary>
    internal static class HttpResult
    {
        // 'status' alone is also a common field of data, so it only counts among these.
        private static readonly string[] AnswerFields =
        {
            "status", "headers", "multiValueHeaders", "cookies", "body", "isBase64Encoded",
        };

        /// <summary>Maps a result. Throws ResultException.</summary>
        public static Response ToResponse(object result)
        {
            result = Plain(result);
            var members = Members.Of(result);
            var status = members == null ? null : Status(members);
            return status.HasValue ? FromAnswer(status.Value, members) : WithBody(new Response(200), result);
        }

        /// <summary>The whole result as JSON, whatever members it has. Throws ResultException.</summary>
        public static Response ToDocument(object result)
        {
            var response = new Response(200) { Body = EncodeJson(result) };
            response.DefaultContentType(Response.JsonType);
            return response;
        }

        /// <summary>A value in the form that the host works with: JSON's texts, bools and null are .NET's own.</summary>
        public static object Plain(object value)
        {
            var document = value as JsonDocument;
            if (document != null) value = document.RootElement;
            var node = value as JsonNode;
            if (node != null) value = JsonSerializer.SerializeToElement(node, Json.Options);
            if (!(value is JsonElement)) return value;
            var element = (JsonElement)value;
            switch (element.ValueKind)
            {
                case JsonValueKind.Null:
                case JsonValueKind.Undefined:
                    return null;
                case JsonValueKind.True:
                    return true;
                case JsonValueKind.False:
                    return false;
                case JsonValueKind.String:
                    return element.GetString();
                default:
                    return element;
            }
        }

        /// <summary>The bytes of a value that holds bytes; null for all else.</summary>
        public static byte[] Bytes(object value)
        {
            var bytes = value as byte[];
            if (bytes != null) return bytes;
            if (value is ReadOnlyMemory<byte>) return ((ReadOnlyMemory<byte>)value).ToArray();
            if (value is Memory<byte>) return ((Memory<byte>)value).ToArray();
            if (value is ArraySegment<byte>) return ((ArraySegment<byte>)value).ToArray();
            return null;
        }

        /// <summary>The number that a value is, of whatever type; null for all else.</summary>
        public static int? Number(object value)
        {
            if (value is JsonElement)
            {
                int number;
                var element = (JsonElement)value;
                return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out number)
                    ? number : (int?)null;
            }
            var isWhole = value is int || value is long || value is short || value is byte || value is uint
                || value is Enum;
            try
            {
                return isWhole ? Convert.ToInt32(value, CultureInfo.InvariantCulture) : (int?)null;
            }
            catch (OverflowException)
            {
                return null;
            }
        }

        /// <summary>Encodes a value. Throws ResultException.</summary>
        public static byte[] EncodeJson(object value)
        {
            try
            {
                return Json.Dump(value);
            }
            catch (Exception error) when (error is JsonException || error is NotSupportedException
                || error is InvalidOperationException || error is ArgumentException)
            {
                throw new ResultException("it is not JSON: " + error.Message.Split('\n')[0]);
            }
        }

        private static int? Status(Members members)
        {
            foreach (var name in new[] { "statusCode", "status_code" })
            {
                if (members.Has(name)) return CheckedStatus(name, members.Get(name));
            }
            if (!members.Has("status") || !members.Names.All(AnswerFields.Contains)) return null;
            var status = members.Get("status");
            return Number(status).HasValue ? CheckedStatus("status", status) : (int?)null;
        }

        private static int CheckedStatus(string name, object value)
        {
            var text = value as string;
            var number = Number(value);
            if (text != null && text.Length == 3 && text.All(c => c >= '0' && c <= '9')) number = int.Parse(text);
            if (number.HasValue && number.Value >= 200 && number.Value <= 599) return number.Value;
            var shown = text == null ? Encoding.UTF8.GetString(EncodeJson(value)) : $"'{text}'";
            throw new ResultException($"{name} must be a number from 200 to 599, not {shown}");
        }

        private static Response FromAnswer(int status, Members members)
        {
            var response = new Response(status);
            ResultHeaders.Add(response, members);
            var body = members.Get("body");
            var text = body as string;
            if (text != null && true.Equals(members.Get("isBase64Encoded"))) body = DecodedBase64(text);
            return WithBody(response, body);
        }

        private static byte[] DecodedBase64(string text)
        {
            try
            {
                return Convert.FromBase64String(text);
            }
            catch (FormatException error)
            {
                throw new ResultException("its body is not Base64: " + error.Message);
            }
        }

        private static Response WithBody(Response response, object body)
        {
            if (body == null) return response;
            var text = body as string;
            var bytes = Bytes(body);
            var pieces = text == null && bytes == null ? Pieces.From(body) : null;
            if (text != null)
            {
                response.Body = Encoding.UTF8.GetBytes(text);
                response.DefaultContentType(Response.Text);
            }
            else if (bytes != null)
            {
                response.Body = bytes;
                response.DefaultContentType(Response.Binary);
            }
            else if (pieces != null)
            {
                response.Stream = response.MayHaveBody ? pieces : null;
            }
            else
            {
                response.Body = EncodeJson(body);
                response.DefaultContentType(Response.JsonType);
            }
            return response;
        }
    }
}
