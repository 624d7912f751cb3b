using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace HksFunc.Host
{
    /// <summary>One answer and its form on the wire.</summary>
    internal sealed class Response
    {
        public const string Text = "text/plain; charset=utf-8";
        public const string JsonType = "application/json";
        public const string Binary = "application/octet-stream";
        public static readonly byte[] Continue = Encoding.ASCII.GetBytes("HTTP/1.1 100 Continue\r\n\r\n");

        private static readonly Dictionary<int, string> Phrases = new Dictionary<int, string>
        {
            [200] = "OK", [201] = "Created", [202] = "Accepted", [204] = "No Content", [301] = "Moved Permanently",
            [302] = "Found", [303] = "See Other", [304] = "Not Modified", [307] = "Temporary Redirect",
            [308] = "Permanent Redirect", [400] = "Bad Request", [401] = "Unauthorized", [403] = "Forbidden",
            [404] = "Not Found", [405] = "Method Not Allowed", [408] = "Request Timeout", [409] = "Conflict",
            [410] = "Gone", [413] = "Content Too Large", [414] = "URI Too Long", [415] = "Unsupported Media Type",
            [417] = "Expectation Failed", [422] = "Unprocessable Content", [429] = "Too Many Requests",
            [431] = "Request Header Fields Too Large", [500] = "Internal Server Error", [501] = "Not Implemented",
            [502] = "Bad Gateway", [503] = "Service Unavailable", [504] = "Gateway Timeout",
            [505] = "HTTP Version Not Supported",
        };

        public Response(int status)
        {
            Status = status;
            Headers = new List<KeyValuePair<string, string>>();
            Body = Array.Empty<byte>();
        }

        public int Status { get; }
        /// <summary>Names and values that are safe to send.</summary>
        public List<KeyValuePair<string, string>> Headers { get; }
        public byte[] Body { get; set; }
        /// <summary>What the body is made of piece by piece; null where it is complete.</summary>
        public Pieces Stream { get; set; }

        /// <summary>Whether an answer with this status may have a body (RFC 9110, 6.4.1).</summary>
        public bool MayHaveBody
        {
            get { return Status >= 200 && Status != 204 && Status != 205 && Status != 304; }
        }

        /// <summary>An answer that says what went wrong as JSON.</summary>
        public static Response Error(int status, string message, string requestId = null, string details = null)
        {
            var response = new Response(status);
            response.AddHeader("content-type", JsonType);
            response.Body = Json.Write(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("error", message);
                if (requestId != null) writer.WriteString("request_id", requestId);
                if (details != null) writer.WriteString("details", details);
                writer.WriteEndObject();
            });
            return response;
        }

        public void AddHeader(string name, string value)
        {
            Headers.Add(new KeyValuePair<string, string>(name, value));
        }

        /// <summary>Names the content where the handler did not.</summary>
        public void DefaultContentType(string contentType)
        {
            if (!Headers.Any(header => header.Key == "content-type")) AddHeader("content-type", contentType);
        }

        /// <summary>The head of an answer that is complete.</summary>
        public byte[] Head(string method, bool closes)
        {
            var lines = HeadLines(closes);
            // Without a body there is no telling how long the answer to GET would be.
            if (MayHaveBody && (Body.Length > 0 || method != "HEAD"))
            {
                lines.Append("content-length: ").Append(Body.Length).Append("\r\n");
            }
            return Encoding.Latin1.GetBytes(lines.Append("\r\n").ToString());
        }

        /// <summary>The head of an answer that is streamed.</summary>
        public byte[] StreamHead(bool isChunked, bool closes)
        {
            var lines = HeadLines(closes);
            if (isChunked) lines.Append("transfer-encoding: chunked\r\n");
            return Encoding.Latin1.GetBytes(lines.Append("\r\n").ToString());
        }

        private StringBuilder HeadLines(bool closes)
        {
            string phrase;
            if (!Phrases.TryGetValue(Status, out phrase)) phrase = "";
            var lines = new StringBuilder();
            lines.Append("HTTP/1.1 ").Append(Status).Append(' ').Append(phrase).Append("\r\n");
            lines.Append("date: ").Append(DateTime.UtcNow.ToString("R", CultureInfo.InvariantCulture)).Append("\r\n");
            foreach (var header in Headers) lines.Append(header.Key).Append(": ").Append(header.Value).Append("\r\n");
            if (closes) lines.Append("connection: close\r\n");
            return lines;
        }
    }
}
