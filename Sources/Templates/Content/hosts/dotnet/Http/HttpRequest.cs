using System;
using System.Collections.Generic;
using System.Linq;

namespace HksFunc.Host
{
    /// <summary>One request, its body complete.</summary>
    internal sealed class HttpRequest
    {
        public HttpRequest(string method, string target, bool isHttp10, HttpFields headers)
        {
            var question = target.IndexOf('?');
            Method = method;
            Path = question < 0 ? target : target.Substring(0, question);
            Query = question < 0 ? "" : target.Substring(question + 1);
            IsHttp10 = isHttp10;
            Headers = headers;
            KeepsAlive = StaysOpen(headers, isHttp10);
            Body = Array.Empty<byte>();
        }

        public string Method { get; }
        public string Path { get; }
        public string Query { get; }
        public bool IsHttp10 { get; }
        public HttpFields Headers { get; }
        public bool KeepsAlive { get; }
        public byte[] Body { get; set; }
        /// <summary>Address of the peer; null on a Unix socket.</summary>
        public string Remote { get; set; }

        /// <summary>The content type without its parameters, in lower case.</summary>
        public string MediaType
        {
            get { return (Headers.First("content-type") ?? "").Split(';')[0].Trim().ToLowerInvariant(); }
        }

        private static bool StaysOpen(HttpFields headers, bool isHttp10)
        {
            var values = headers.All("connection");
            if (values == null) return !isHttp10;
            var options = string.Join(",", values).ToLowerInvariant().Split(',').Select(option => option.Trim());
            return isHttp10 ? options.Contains("keep-alive") : !options.Contains("close");
        }
    }

    /// <summary>Header fields under lower-case names, values and names in the order of arrival.</summary>
    internal sealed class HttpFields
    {
        private readonly Dictionary<string, List<string>> values = new Dictionary<string, List<string>>();

        public IEnumerable<KeyValuePair<string, List<string>>> Entries
        {
            get { return values; }
        }

        public void Add(string name, string value)
        {
            List<string> known;
            if (values.TryGetValue(name, out known)) known.Add(value);
            else values[name] = new List<string> { value };
        }

        /// <summary>All values of a field; null where it is missing.</summary>
        public List<string> All(string name)
        {
            List<string> known;
            return values.TryGetValue(name, out known) ? known : null;
        }

        /// <summary>The first value of a field; null where it is missing.</summary>
        public string First(string name)
        {
            var known = All(name);
            return known == null ? null : known[0];
        }
    }
}
