using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace HksFunc.Host
{
    /// <summary>A handler's result that is a CloudEvent.</summary>
    internal sealed class CloudEventReply
    {
        private readonly Dictionary<string, object> parts = new Dictionary<string, object>
        {
            ["specversion"] = "1.0",
            ["id"] = Guid.NewGuid().ToString(),
        };

        /// <summary>Takes an event; what the handler left out of the required attributes is added.</summary>
        public CloudEventReply(Members members)
        {
            foreach (var name in members.Names)
            {
                var value = members.Get(name);
                if (value == null) continue;
                // A property is called DataContentType where the attribute is datacontenttype.
                parts[members.AreProperties ? name.ToLowerInvariant() : name] = value;
            }
        }

        /// <summary>Whether a result is meant as a CloudEvent.</summary>
        public static bool IsEvent(Members members)
        {
            return new[] { "type", "source" }.All(name => !string.IsNullOrEmpty(members.Get(name) as string));
        }

        /// <summary>An answer in binary mode. Throws ResultException.</summary>
        public Response Encode()
        {
            var response = new Response(200);
            foreach (var part in parts)
            {
                if (CloudEvents.IsData(part.Key) || part.Key == "datacontenttype") continue;
                response.AddHeader("ce-" + CheckedName(part.Key), Percent.Encode(Attribute(part.Key, part.Value)));
            }
            var contentType = Part("datacontenttype") == null ? null : Attribute("datacontenttype", Part("datacontenttype"));
            var base64 = Part("data_base64") as string;
            if (base64 != null) response.Body = Decoded(base64);
            else if (Part("data") != null) response.Body = Data(Part("data"), ref contentType);
            if (contentType != null) response.AddHeader("content-type", ResultHeaders.Value("datacontenttype", contentType));
            return response;
        }

        /// <summary>Several events in one answer, which binary mode cannot hold. Throws ResultException.</summary>
        public static Response EncodeBatch(List<CloudEventReply> replies)
        {
            foreach (var name in replies.SelectMany(reply => reply.parts.Keys).Where(name => !CloudEvents.IsData(name)))
            {
                CheckedName(name);
            }
            var response = new Response(200);
            response.AddHeader("content-type", CloudEvents.Batched);
            response.Body = HttpResult.EncodeJson(replies.Select(reply => reply.parts).ToList());
            return response;
        }

        private object Part(string name)
        {
            object value;
            return parts.TryGetValue(name, out value) ? value : null;
        }

        private static byte[] Data(object data, ref string contentType)
        {
            var bytes = HttpResult.Bytes(data);
            if (bytes != null)
            {
                contentType = contentType ?? Response.Binary;
                return bytes;
            }
            var text = data as string;
            if (text != null && contentType != null && !Content.IsJson(contentType.Split(';')[0].Trim()))
            {
                return Encoding.UTF8.GetBytes(text);
            }
            contentType = contentType ?? Response.JsonType;
            return HttpResult.EncodeJson(data);
        }

        private static byte[] Decoded(string base64)
        {
            try
            {
                return Convert.FromBase64String(base64);
            }
            catch (FormatException error)
            {
                throw new ResultException("its data_base64 is not Base64: " + error.Message);
            }
        }

        private static string Attribute(string name, object value)
        {
            if (value is bool) return (bool)value ? "true" : "false";
            if (value is DateTimeOffset) return ((DateTimeOffset)value).ToString("o", CultureInfo.InvariantCulture);
            if (value is DateTime) return ((DateTime)value).ToString("o", CultureInfo.InvariantCulture);
            var isNumber = value is JsonElement && ((JsonElement)value).ValueKind == JsonValueKind.Number;
            if (value is string || value is Uri || value is Guid || isNumber || HttpResult.Number(value).HasValue)
            {
                return Convert.ToString(value, CultureInfo.InvariantCulture);
            }
            throw new ResultException($"attribute '{name}' must be a text, number or bool");
        }

        private static string CheckedName(string name)
        {
            if (CloudEvents.IsAttributeName(name)) return name;
            throw new ResultException($"'{name}' is not the name of an attribute");
        }
    }
}
