using System;
using System.Buffers;
using System.IO;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HksFunc.Host
{
    /// <summary>JSON as the host reads and writes it: compact, UTF-8, and with the names that JavaScript would use.</summary>
    internal static class Json
    {
        private const int MaxDepth = 256;
        private static readonly JsonDocumentOptions Reading = new JsonDocumentOptions { MaxDepth = MaxDepth };
        // The host's own objects hold what was read.
        private static readonly JsonDocumentOptions ReadingOwn = new JsonDocumentOptions { MaxDepth = MaxDepth + 8 };

        private static readonly JsonWriterOptions Writing = new JsonWriterOptions
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };

        /// <summary>How handlers' own types are read and written.</summary>
        public static readonly JsonSerializerOptions Options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            MaxDepth = MaxDepth + 8,
        };

        /// <summary>Reads a text. Throws JsonException.</summary>
        public static JsonElement Load(byte[] text)
        {
            return JsonDocument.Parse(text, Reading).RootElement;
        }

        /// <summary>Reads a text; null where it is not JSON.</summary>
        public static JsonElement? TryLoad(byte[] text)
        {
            try
            {
                return Load(text);
            }
            catch (JsonException)
            {
                return null;
            }
        }

        /// <summary>Writes something.</summary>
        public static byte[] Write(Action<Utf8JsonWriter> body)
        {
            var stream = new MemoryStream();
            using (var writer = new Utf8JsonWriter(stream, Writing)) body(writer);
            return stream.ToArray();
        }

        /// <summary>Makes an element of what is written.</summary>
        public static JsonElement Build(Action<Utf8JsonWriter> body)
        {
            return JsonDocument.Parse(Write(body), ReadingOwn).RootElement;
        }

        /// <summary>Writes an element as it stands: half of a surrogate pair has no other form.</summary>
        public static void WriteRaw(this Utf8JsonWriter writer, JsonElement element)
        {
            writer.WriteRawValue(element.GetRawText(), true);
        }

        /// <summary>Encodes a value. Throws what serialisation throws.</summary>
        public static byte[] Dump(object value)
        {
            if (value is JsonElement) return Dump((JsonElement)value);
            return JsonSerializer.SerializeToUtf8Bytes(value, value == null ? typeof(object) : value.GetType(), Options);
        }

        private static byte[] Dump(JsonElement element)
        {
            try
            {
                return Write(writer => element.WriteTo(writer));
            }
            catch (InvalidOperationException)
            {
                return Write(writer => writer.WriteRaw(element));
            }
        }
    }
}
