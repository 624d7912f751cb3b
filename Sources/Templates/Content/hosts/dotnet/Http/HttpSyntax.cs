using System;
using System.Linq;

namespace HksFunc.Host
{
    /// <summary>The grammar of requests (RFC 9112), strict where leniency lets requests be smuggled.</summary>
    internal static class HttpSyntax
    {
        private const int MaxTarget = 16 * 1024;
        private const int MaxFields = 200;
        private const string TokenMarks = "!#$%&'*+-.^_`|~";

        /// <summary>Whether a text can be a method or the name of a field.</summary>
        public static bool IsToken(string text)
        {
            return text.Length > 0 && text.All(c => IsLetterOrDigit(c) || TokenMarks.IndexOf(c) >= 0);
        }

        /// <summary>Whether a text may stand in a field's value.</summary>
        public static bool IsFieldValue(string text)
        {
            return text.All(c => c == '\t' || (c >= ' ' && c != 0x7F));
        }

        /// <summary>Whether bytes hold control characters, or line ends that are not CRLF.</summary>
        public static bool IsMalformed(byte[] bytes, int start, int end)
        {
            for (var index = start; index < end; index += 1)
            {
                var value = bytes[index];
                if (value >= ' ' && value != 0x7F) continue;
                if (value == '\t') continue;
                if (value == '\r' && index + 1 < end && bytes[index + 1] == '\n') continue;
                if (value == '\n' && index > start && bytes[index - 1] == '\r') continue;
                return true;
            }
            return false;
        }

        /// <summary>A request without its fields. Throws Refusal.</summary>
        public static HttpRequest ParseRequest(string[] lines)
        {
            var parts = lines[0].Split(' ');
            if (parts.Length != 3 || !IsToken(parts[0])) throw new Refusal(400, "the request line is malformed");
            var version = parts[2];
            if (version != "HTTP/1.1" && version != "HTTP/1.0")
            {
                throw IsVersion(version)
                    ? new Refusal(505, "only HTTP/1.1 and HTTP/1.0 are spoken")
                    : new Refusal(400, "the request line is malformed");
            }
            var target = PathOf(parts[1], parts[0]);
            return new HttpRequest(parts[0], target, version == "HTTP/1.0", ParseFields(lines, 1));
        }

        /// <summary>The fields from one line on. Throws Refusal.</summary>
        public static HttpFields ParseFields(string[] lines, int first)
        {
            if (lines.Length - first > MaxFields) throw new Refusal(431, "the request has too many headers");
            var fields = new HttpFields();
            for (var index = first; index < lines.Length; index += 1)
            {
                var line = lines[index];
                var colon = line.IndexOf(':');
                // A folded line begins with a space, which no token does.
                if (colon < 0 || !IsToken(line.Substring(0, colon)))
                {
                    throw new Refusal(400, "a header line is malformed");
                }
                fields.Add(line.Substring(0, colon).ToLowerInvariant(), line.Substring(colon + 1).Trim(' ', '\t'));
            }
            return fields;
        }

        /// <summary>The value of a Content-Length; -1 where it is malformed.</summary>
        public static long ParseLength(string text)
        {
            return text.Length >= 1 && text.Length <= 18 && text.All(IsDigit) ? long.Parse(text) : -1;
        }

        /// <summary>The value of a hexadecimal digit; -1 where it is none.</summary>
        public static int HexDigit(int c)
        {
            if (c >= '0' && c <= '9') return c - '0';
            if (c >= 'a' && c <= 'f') return c - 'a' + 10;
            return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        }

        /// <summary>The path and query of a target; proxies send it in absolute form.</summary>
        private static string PathOf(string target, string method)
        {
            if (target.Length > MaxTarget) throw new Refusal(414, "the request's target is too long");
            if (target.IndexOf('\t') >= 0) throw new Refusal(400, "the request's target is malformed");
            if (target.StartsWith("/", StringComparison.Ordinal)) return target;
            if (target == "*" && method == "OPTIONS") return target;
            var scheme = new[] { "http://", "https://" }.FirstOrDefault(
                known => target.StartsWith(known, StringComparison.OrdinalIgnoreCase));
            var end = scheme == null ? -1 : target.IndexOfAny(new[] { '/', '?', '#' }, scheme.Length);
            if (end < 0 && scheme != null) end = target.Length;
            if (scheme == null || end == scheme.Length) throw new Refusal(400, "the request's target is malformed");
            var path = target.Substring(end);
            return path.StartsWith("/", StringComparison.Ordinal) ? path : "/" + path;
        }

        private static bool IsVersion(string text)
        {
            return text.Length == 8 && text.StartsWith("HTTP/", StringComparison.Ordinal) && IsDigit(text[5])
                && text[6] == '.' && IsDigit(text[7]);
        }

        private static bool IsDigit(char c)
        {
            return c >= '0' && c <= '9';
        }

        private static bool IsLetterOrDigit(char c)
        {
            return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        }
    }
}
