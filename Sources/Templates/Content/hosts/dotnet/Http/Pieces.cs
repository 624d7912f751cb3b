using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Tasks;

namespace HksFunc.Host
{
    /// <summary>An answer that a handler produces piece by piece, at the pace at which the client takes them.</summary>
    internal abstract class Pieces
    {
        /// <summary>Stands for what follows the last piece.</summary>
        public static readonly object End = new object();

        /// <summary>The next piece, or <see cref="End"/>.</summary>
        public abstract Task<object> NextAsync();

        /// <summary>Nobody takes further pieces.</summary>
        public abstract Task CloseAsync();

        /// <summary>
        /// The pieces of a Stream, an IAsyncEnumerable, or what a method with <c>yield return</c> gave; null for all else,
        /// so that lists and queries stay JSON arrays.
        /// </summary>
        public static Pieces From(object value)
        {
            var stream = value as Stream;
            if (stream != null) return new StreamPieces(stream);
            var type = value.GetType();
            var item = ItemOfAsync(type);
            if (item != null)
            {
                return (Pieces)Activator.CreateInstance(typeof(AsyncPieces<>).MakeGenericType(item), value);
            }
            var isIterator = value is IEnumerable && type.IsDefined(typeof(CompilerGeneratedAttribute), false);
            return isIterator ? new IteratorPieces((IEnumerable)value) : null;
        }

        /// <summary>Bytes as they are, text as UTF-8, everything else as a line of JSON. Throws ResultException.</summary>
        public static byte[] Encode(object piece)
        {
            var bytes = HttpResult.Bytes(piece);
            if (bytes != null) return bytes;
            var text = HttpResult.Plain(piece) as string;
            if (text != null) return Encoding.UTF8.GetBytes(text);
            var line = new MemoryStream();
            var json = HttpResult.EncodeJson(piece);
            line.Write(json, 0, json.Length);
            line.WriteByte((byte)'\n');
            return line.ToArray();
        }

        /// <summary>The content type of an answer, told by its first piece.</summary>
        public static string ContentType(object piece)
        {
            if (HttpResult.Bytes(piece) != null) return Response.Binary;
            return HttpResult.Plain(piece) is string ? Response.Text : "application/x-ndjson";
        }

        private static Type ItemOfAsync(Type type)
        {
            var found = type.GetInterfaces().FirstOrDefault(
                known => known.IsGenericType && known.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>));
            return found == null ? null : found.GetGenericArguments()[0];
        }

        /// <summary>Pieces with the first one put back.</summary>
        internal sealed class Rejoined : Pieces
        {
            private readonly Pieces rest;
            private readonly object first;
            private bool hasFirst = true;

            public Rejoined(object first, Pieces rest)
            {
                this.first = first;
                this.rest = rest;
            }

            public override Task<object> NextAsync()
            {
                if (!hasFirst) return rest.NextAsync();
                hasFirst = false;
                return Task.FromResult(first);
            }

            public override Task CloseAsync()
            {
                return rest.CloseAsync();
            }
        }

        private sealed class IteratorPieces : Pieces
        {
            private readonly IEnumerator items;

            public IteratorPieces(IEnumerable items)
            {
                this.items = items.GetEnumerator();
            }

            public override Task<object> NextAsync()
            {
                return Task.FromResult(items.MoveNext() ? items.Current : End);
            }

            public override Task CloseAsync()
            {
                var disposable = items as IDisposable;
                if (disposable != null) disposable.Dispose();
                return Task.CompletedTask;
            }
        }

        private sealed class StreamPieces : Pieces
        {
            private const int PieceSize = 64 * 1024;
            private readonly Stream stream;
            private readonly byte[] buffer = new byte[PieceSize];

            public StreamPieces(Stream stream)
            {
                this.stream = stream;
            }

            public override async Task<object> NextAsync()
            {
                var count = await stream.ReadAsync(buffer, 0, buffer.Length).ConfigureAwait(false);
                if (count == 0) return End;
                var piece = new byte[count];
                Buffer.BlockCopy(buffer, 0, piece, 0, count);
                return piece;
            }

            public override Task CloseAsync()
            {
                stream.Dispose();
                return Task.CompletedTask;
            }
        }

        private sealed class AsyncPieces<T> : Pieces
        {
            private readonly IAsyncEnumerator<T> items;

            public AsyncPieces(IAsyncEnumerable<T> items)
            {
                this.items = items.GetAsyncEnumerator();
            }

            public override async Task<object> NextAsync()
            {
                var hasNext = await items.MoveNextAsync().ConfigureAwait(false);
                return hasNext ? (object)items.Current : End;
            }

            public override async Task CloseAsync()
            {
                await items.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
