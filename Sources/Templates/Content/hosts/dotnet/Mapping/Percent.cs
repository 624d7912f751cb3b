using System.IO;
using System.Text;

namespace HksFunc.Host
{
    /// <summary>Percent-encoding (RFC 3986, 2.1).</summary>
    internal static class Percent
    {
        /// <summary>The bytes that a text from the wire stands for; what is no escape stays.</summary>
        public static byte[] Decode(string text)
        {
            var bytes = new MemoryStream();
            for (var index = 0; index < text.Length; index += 1)
            {
                var isEscape = text[index] == '%' && index + 2 < text.Length
                    && HttpSyntax.HexDigit(text[index + 1]) >= 0 && HttpSyntax.HexDigit(text[index + 2]) >= 0;
                if (isEscape)
                {
                    bytes.WriteByte(
                        (byte)(HttpSyntax.HexDigit(text[index + 1]) * 16 + HttpSyntax.HexDigit(text[index + 2])));
                    index += 2;
                }
                else
                {
                    bytes.WriteByte((byte)text[index]);
                }
            }
            return bytes.ToArray();
        }

        /// <summary>Escapes all but printable ASCII characters, and space, quote and percent, as CloudEvents want it.</summary>
        public static string Encode(string text)
        {
            var encoded = new StringBuilder();
            foreach (var value in Encoding.UTF8.GetBytes(text))
            {
                if (value > ' ' && value < 0x7F && value != '"' && value != '%') encoded.Append((char)value);
                else encoded.Append('%').Append(value.ToString("X2"));
            }
            return encoded.ToString();
        }
    }
}
