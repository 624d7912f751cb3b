using System;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.Json;

namespace HksFunc.Host
{
    /// <summary>Lines of the host itself, and the place where those of the function go.</summary>
    internal static class LogLines
    {
        private static readonly Stream StandardError = Console.OpenStandardError();

        /// <summary>Takes over Console.Out and Console.Error.</summary>
        public static void Install()
        {
            Console.SetOut(new CallWriter(Console.OpenStandardOutput(), "info"));
            Console.SetError(new CallWriter(StandardError, "error"));
        }

        /// <summary>Writes a line of the host.</summary>
        public static void Log(string level, string message, Call call)
        {
            Write(StandardError, Entry(level, message, call));
        }

        /// <summary>Writes text as it is to standard error.</summary>
        public static void WritePlain(string text)
        {
            Write(StandardError, Encoding.UTF8.GetBytes(text));
        }

        /// <summary>Writes whole lines without a buffer.</summary>
        public static void Write(Stream stream, byte[] bytes)
        {
            try
            {
                lock (stream) stream.Write(bytes, 0, bytes.Length);
            }
            catch (IOException)
            {
                // A reader that went away must not end the function.
            }
        }

        /// <summary>A structured line.</summary>
        public static byte[] Entry(string level, string message, Call call)
        {
            return Json.Write(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("timestamp", Timestamp());
                writer.WriteString("level", level);
                writer.WriteString("message", message);
                WriteCall(writer, call, true, true);
                writer.WriteEndObject();
                writer.Flush();
            }).WithLineEnd();
        }

        /// <summary>
        /// A line that a call wrote: a JSON object keeps its own fields and gets those that name the call, everything
        /// else becomes the message of a structured line.
        /// </summary>
        public static byte[] CallLine(string level, string line, Call call)
        {
            if (line.StartsWith("{", StringComparison.Ordinal))
            {
                var fields = Json.TryLoad(Encoding.UTF8.GetBytes(line));
                if (fields.HasValue) return Completed(fields.Value, call);
            }
            return Entry(level, line, call);
        }

        private static byte[] Completed(JsonElement fields, Call call)
        {
            JsonElement ignored;
            var hasRequest = fields.TryGetProperty("request_id", out ignored);
            var hasTrace = fields.TryGetProperty("trace_id", out ignored);
            return Json.Write(writer =>
            {
                writer.WriteStartObject();
                foreach (var field in fields.EnumerateObject())
                {
                    writer.WritePropertyName(field.Name);
                    writer.WriteRaw(field.Value);
                }
                WriteCall(writer, call, !hasRequest, !hasTrace);
                writer.WriteEndObject();
            }).WithLineEnd();
        }

        private static void WriteCall(Utf8JsonWriter writer, Call call, bool withRequest, bool withTrace)
        {
            if (call == null) return;
            if (withRequest) writer.WriteString("request_id", call.RequestId);
            if (withTrace && call.TraceId != null) writer.WriteString("trace_id", call.TraceId);
        }

        private static string Timestamp()
        {
            return DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        }

        private static byte[] WithLineEnd(this byte[] bytes)
        {
            var line = new byte[bytes.Length + 1];
            Buffer.BlockCopy(bytes, 0, line, 0, bytes.Length);
            line[bytes.Length] = (byte)'\n';
            return line;
        }
    }
}
