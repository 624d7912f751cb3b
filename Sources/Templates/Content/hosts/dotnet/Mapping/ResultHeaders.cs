using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace HksFunc.Host
{
    /// <summary>The header fields of a handler's result.</summary>
    internal static class ResultHeaders
    {
        // They frame the answer or belong to the connection: the host sets them.
        private static readonly string[] Own =
        {
            "connection", "content-length", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding",
            "upgrade",
        };

        /// <summary>Takes them over. Throws ResultException.</summary>
        public static void Add(Response response, Members result)
        {
            var values = new Dictionary<string, List<string>>();
            foreach (var field in new[] { "multiValueHeaders", "headers" })
            {
                var given = result.Get(field);
                if (given == null) continue;
                var headers = Members.Of(given);
                if (headers == null) throw new ResultException($"{field} must be an object");
                foreach (var name in headers.Names) Collect(values, name, headers.Get(name));
            }
            var cookies = result.Get("cookies");
            if (cookies != null) Known(values, "set-cookie").AddRange(Items(cookies).Select(c => Value("set-cookie", c)));
            foreach (var header in values.Where(header => !Own.Contains(header.Key)))
            {
                foreach (var text in header.Value) response.AddHeader(header.Key, text);
            }
        }

        /// <summary>
        /// A header's value as it goes on the wire: characters beyond ASCII as UTF-8. Throws ResultException.
        /// </summary>
        public static string Value(string name, object value)
        {
            var text = Text(HttpResult.Plain(value));
            if (!HttpSyntax.IsFieldValue(text))
            {
                throw new ResultException($"header '{name}' holds a control character");
            }
            return Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
        }

        /// <summary>The items of a list; any other value alone.</summary>
        public static IEnumerable<object> Items(object value)
        {
            value = HttpResult.Plain(value);
            if (value is JsonElement && ((JsonElement)value).ValueKind == JsonValueKind.Array)
            {
                return ((JsonElement)value).EnumerateArray().Select(item => HttpResult.Plain(item)).ToList();
            }
            var isList = !(value is string) && !(value is JsonElement) && value is IEnumerable;
            if (!isList) return new List<object> { value };
            return ((IEnumerable)value).Cast<object>().Select(HttpResult.Plain).ToList();
        }

        private static void Collect(Dictionary<string, List<string>> values, string name, object value)
        {
            if (!HttpSyntax.IsToken(name)) throw new ResultException($"'{name}' is not a header name");
            var known = Known(values, name.ToLowerInvariant());
            foreach (var item in Items(value).Where(item => item != null))
            {
                var text = Value(name, item);
                if (!known.Contains(text)) known.Add(text);
            }
        }

        private static List<string> Known(Dictionary<string, List<string>> values, string name)
        {
            List<string> known;
            if (!values.TryGetValue(name, out known))
            {
                known = new List<string>();
                values[name] = known;
            }
            return known;
        }

        private static string Text(object value)
        {
            if (value is bool) return (bool)value ? "true" : "false";
            return Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        }
    }
}
