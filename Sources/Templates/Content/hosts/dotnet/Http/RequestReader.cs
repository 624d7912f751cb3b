using System;
using System.IO;
using System.Text;

namespace HksFunc.Host
{
    /// <summary>Collects bytes and cuts requests from them.</summary>
    internal sealed class RequestReader
    {
        private const int MaxHead = 32 * 1024;
        // A chunk's size line with its extensions.
        private const int MaxChunkLine = 1024;
        private const int ReceiveSize = 64 * 1024;

        private readonly long maxBody;
        private byte[] buffer = new byte[4096];
        private int start;
        private int end;
        /// <summary>How far the blank line was looked for already, from the start.</summary>
        private int searched;
        /// <summary>The request whose body is on its way.</summary>
        private HttpRequest pending;
        /// <summary>Bytes that its body has; -1 for a chunked one.</summary>
        private long length;
        private MemoryStream chunks;
        private bool expectsContinue;

        public RequestReader(long maxBody)
        {
            this.maxBody = maxBody;
        }

        /// <summary>Whether a head has been read and its body is on its way.</summary>
        public bool HasHead
        {
            get { return pending != null; }
        }

        /// <summary>Whether no part of a request has arrived.</summary>
        public bool IsEmpty
        {
            get { return pending == null && start == end; }
        }

        /// <summary>Whether the client waits for <c>100 Continue</c>; true once a request.</summary>
        public bool TakeContinue()
        {
            var waits = expectsContinue && pending != null && start == end;
            if (waits) expectsContinue = false;
            return waits;
        }

        /// <summary>Where the next bytes go.</summary>
        public ArraySegment<byte> Space()
        {
            if (start == end)
            {
                start = 0;
                end = 0;
            }
            if (start > 0)
            {
                Buffer.BlockCopy(buffer, start, buffer, 0, end - start);
                end -= start;
                start = 0;
            }
            if (end == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            return new ArraySegment<byte>(buffer, end, Math.Min(ReceiveSize, buffer.Length - end));
        }

        /// <summary>Bytes have been put there.</summary>
        public void Advance(int count)
        {
            end += count;
        }

        /// <summary>The next complete request; null while it lacks bytes. Throws Refusal.</summary>
        public HttpRequest Next()
        {
            if (pending == null && !ReadHead()) return null;
            if (!(length < 0 ? ReadChunks() : ReadSized())) return null;
            var request = pending;
            pending = null;
            chunks = null;
            return request;
        }

        private bool ReadHead()
        {
            while (end - start >= 2 && buffer[start] == '\r' && buffer[start + 1] == '\n') Skip(2);
            var blank = Find("\r\n\r\n", start + Math.Max(0, searched - 3), Math.Min(end, start + MaxHead));
            if (blank < 0)
            {
                if (end - start >= MaxHead) throw new Refusal(431, "the request's head is too large");
                // The last byte may be the first half of a CRLF.
                if (HttpSyntax.IsMalformed(buffer, start, EndOfWhole())) throw Forbidden("head");
                searched = end - start;
                return false;
            }
            if (HttpSyntax.IsMalformed(buffer, start, blank)) throw Forbidden("head");
            var lines = Text(start, blank).Split(new[] { "\r\n" }, StringSplitOptions.None);
            Skip(blank + 4 - start);
            var request = HttpSyntax.ParseRequest(lines);
            var hosts = request.Headers.All("host");
            if (hosts == null && !request.IsHttp10) throw new Refusal(400, "the request has no Host header");
            if (hosts != null && hosts.Count > 1) throw new Refusal(400, "the request has several Host headers");
            length = Framing(request);
            expectsContinue = Expectation(request);
            pending = request;
            return true;
        }

        /// <summary>The length of the body; -1 where it is chunked.</summary>
        private long Framing(HttpRequest request)
        {
            var lengths = request.Headers.All("content-length");
            var codings = request.Headers.All("transfer-encoding");
            if (codings != null)
            {
                if (lengths != null || request.IsHttp10)
                {
                    throw new Refusal(400, "Transfer-Encoding stands where it may not");
                }
                if (codings.Count > 1 || !codings[0].Equals("chunked", StringComparison.OrdinalIgnoreCase))
                {
                    throw new Refusal(501, "only the transfer coding 'chunked' is known");
                }
                chunks = new MemoryStream();
                return -1;
            }
            if (lengths == null) return 0;
            var value = lengths.Count > 1 ? -1 : HttpSyntax.ParseLength(lengths[0]);
            if (value < 0) throw new Refusal(400, "Content-Length is malformed");
            if (value > maxBody) throw TooLarge();
            return value;
        }

        private bool Expectation(HttpRequest request)
        {
            var expect = request.Headers.First("expect");
            if (expect == null || request.IsHttp10) return false;
            if (!expect.Equals("100-continue", StringComparison.OrdinalIgnoreCase))
            {
                throw new Refusal(417, "only the expectation '100-continue' is known");
            }
            return length != 0;
        }

        private bool ReadSized()
        {
            if (end - start < length) return false;
            if (length > 0) pending.Body = Copy(start, (int)length);
            Skip((int)length);
            return true;
        }

        private bool ReadChunks()
        {
            while (true)
            {
                var lineEnd = Find("\r\n", start, Math.Min(end, start + MaxChunkLine));
                if (lineEnd < 0)
                {
                    if (end - start >= MaxChunkLine) throw new Refusal(400, "a chunk's size line is too long");
                    return false;
                }
                var size = ChunkSize(start, lineEnd);
                if (size < 0) throw new Refusal(400, "a chunk's size is malformed");
                if (size == 0) return ReadTrailers(lineEnd);
                if (chunks.Length + size > maxBody) throw TooLarge();
                var stop = lineEnd + 2 + (int)size;
                if (end < stop + 2) return false;
                if (buffer[stop] != '\r' || buffer[stop + 1] != '\n')
                {
                    throw new Refusal(400, "a chunk is longer than its size says");
                }
                chunks.Write(buffer, lineEnd + 2, (int)size);
                Skip(stop + 2 - start);
            }
        }

        /// <summary>Checks the trailer section and drops it.</summary>
        private bool ReadTrailers(int sizeLineEnd)
        {
            // The size line's own CRLF may be the first half of the blank line.
            var blank = Find("\r\n\r\n", sizeLineEnd, Math.Min(end, sizeLineEnd + MaxHead));
            if (blank < 0)
            {
                if (end - sizeLineEnd >= MaxHead) throw new Refusal(431, "the request's trailers are too large");
                return false;
            }
            if (blank > sizeLineEnd)
            {
                if (HttpSyntax.IsMalformed(buffer, sizeLineEnd + 2, blank)) throw Forbidden("trailers");
                var lines = Text(sizeLineEnd + 2, blank).Split(new[] { "\r\n" }, StringSplitOptions.None);
                HttpSyntax.ParseFields(lines, 0);
            }
            Skip(blank + 4 - start);
            pending.Body = chunks.ToArray();
            return true;
        }

        /// <summary>The size that a chunk's first line names; -1 where it is malformed.</summary>
        private long ChunkSize(int from, int to)
        {
            long size = 0;
            var index = from;
            for (; index < to && HttpSyntax.HexDigit(buffer[index]) >= 0; index += 1)
            {
                if (index - from >= 15) return -1;
                size = size * 16 + HttpSyntax.HexDigit(buffer[index]);
            }
            if (index == from) return -1;
            while (index < to && (buffer[index] == ' ' || buffer[index] == '\t')) index += 1;
            // What follows is an extension, which nobody has a use for.
            var isComplete = index == to && (to == from || !IsBlank(buffer[to - 1]));
            if (!isComplete && (index == to || buffer[index] != ';')) return -1;
            return HttpSyntax.IsMalformed(buffer, index, to) ? -1 : size;
        }

        private static bool IsBlank(byte value)
        {
            return value == ' ' || value == '\t';
        }

        private int EndOfWhole()
        {
            return end > start && buffer[end - 1] == '\r' ? end - 1 : end;
        }

        private int Find(string mark, int from, int to)
        {
            for (var index = from; index + mark.Length <= to; index += 1)
            {
                index = Array.IndexOf(buffer, (byte)mark[0], index, to - index);
                if (index < 0 || index + mark.Length > to) return -1;
                var length = 1;
                while (length < mark.Length && buffer[index + length] == mark[length]) length += 1;
                if (length == mark.Length) return index;
            }
            return -1;
        }

        private void Skip(int count)
        {
            start += count;
            searched = 0;
        }

        private byte[] Copy(int from, int count)
        {
            var copy = new byte[count];
            Buffer.BlockCopy(buffer, from, copy, 0, count);
            return copy;
        }

        private string Text(int from, int to)
        {
            return Encoding.Latin1.GetString(buffer, from, to - from);
        }

        private static Refusal Forbidden(string place)
        {
            return new Refusal(400, $"the request's {place} holds a forbidden character");
        }

        private Refusal TooLarge()
        {
            return new Refusal(413, $"the request's body is larger than {maxBody} bytes");
        }
    }
}
