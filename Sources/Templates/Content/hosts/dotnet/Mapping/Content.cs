using System;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace HksFunc.Host
{
    /// <summary>A request's body as handlers get it: as text, or as Base64 where it is not text.</summary>
    internal sealed class Content
    {
        private static readonly UTF8Encoding StrictUtf8 = new UTF8Encoding(false, true);

        // Always handed over as Base64, even where a body happens to be valid UTF-8.
        private static readonly string[] BinaryKinds = { "image/", "audio/", "video/", "font/", "multipart/" };

        private static readonly string[] BinaryTypes =
        {
            "octet-stream", "pdf", "zip", "gzip", "x-tar", "x-gzip", "wasm",
        };

        private readonly HttpRequest request;

        public Content(HttpRequest request)
        {
            this.request = request;
            if (request.Body.Length == 0) return;
            Body = IsBinary(request) ? null : Decoded(request.Body);
            IsBase64 = Body == null;
            if (IsBase64) Body = Convert.ToBase64String(request.Body);
        }

        /// <summary>Null where the request has no body.</summary>
        public string Body { get; }
        public bool IsBase64 { get; }

        /// <summary>Whether bodies of this type are JSON.</summary>
        public static bool IsJson(string media)
        {
            var parts = media.ToLowerInvariant().Split('/');
            if (parts.Length != 2 || parts[0] == "") return false;
            if (parts[1] == "json") return parts[0] == "application" || parts[0] == "text";
            return parts[1].EndsWith("+json", StringComparison.Ordinal) && parts[1].Length > "+json".Length;
        }

        /// <summary>The text that bytes are as UTF-8; null where they are not.</summary>
        public static string Decoded(byte[] bytes)
        {
            try
            {
                return StrictUtf8.GetString(bytes);
            }
            catch (DecoderFallbackException)
            {
                return null;
            }
        }

        /// <summary>The body's value where it is JSON.</summary>
        public JsonElement? Data()
        {
            if (Body == null || IsBase64) return null;
            var media = request.MediaType;
            return media == "" || IsJson(media) ? Json.TryLoad(request.Body) : null;
        }

        private static bool IsBinary(HttpRequest request)
        {
            if (request.Headers.All("content-encoding") != null) return true;
            var media = request.MediaType;
            if (BinaryKinds.Any(kind => media.StartsWith(kind, StringComparison.Ordinal))) return true;
            return media.StartsWith("application/", StringComparison.Ordinal)
                && BinaryTypes.Contains(media.Substring("application/".Length));
        }
    }
}
