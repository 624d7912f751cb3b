using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

namespace HksFunc.Host
{
    /// <summary>One client's connection: requests in, answers out, one at a time and in order.</summary>
    internal sealed class Connection
    {
        // Bytes that are sent at once; the client has the time limit for each such piece.
        private const int SendSize = 256 * 1024;
        // Up to this size head and body leave together.
        private const int SmallBody = 32 * 1024;
        // How long, and for how many bytes, a refused client may go on sending before the connection is cut;
        // cutting at once could take the answer away from it.
        private static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(2);
        private const int MaxLinger = 64 * 1024 * 1024;

        private readonly Server server;
        private readonly Settings settings;
        private readonly Socket socket;
        private readonly RequestReader reader;
        private readonly Patience receiving = new Patience();
        private readonly Patience sending = new Patience();
        private volatile bool isIdle = true;

        public Connection(Server server, Socket socket)
        {
            this.server = server;
            this.socket = socket;
            settings = server.Settings;
            reader = new RequestReader(settings.MaxBody);
        }

        /// <summary>Serves until one of both sides closes. Never throws.</summary>
        public async Task RunAsync()
        {
            Refusal refusal = null;
            try
            {
                var goesOn = true;
                while (goesOn)
                {
                    var request = await ReceiveAsync().ConfigureAwait(false);
                    goesOn = request != null && await ServeAsync(request).ConfigureAwait(false);
                }
            }
            catch (Refusal error)
            {
                refusal = error;
            }
            catch (Exception error)
            {
                LogUnexpected(error);
            }
            if (refusal != null) await RefuseAsync(refusal).ConfigureAwait(false);
            Close();
        }

        /// <summary>The server stops: a connection that is not in use closes.</summary>
        public void Drain()
        {
            if (!isIdle) return;
            try
            {
                // What has arrived already is still read.
                socket.Shutdown(SocketShutdown.Receive);
            }
            catch (Exception error) when (error is SocketException || error is ObjectDisposedException)
            {
                // Closed by the other side just now.
                return;
            }
        }

        /// <summary>Cuts the connection off.</summary>
        public void Close()
        {
            socket.Dispose();
            receiving.Dispose();
            sending.Dispose();
        }

        /// <summary>The next request; null where there is none to come. Throws Refusal.</summary>
        private async Task<HttpRequest> ReceiveAsync()
        {
            var begun = 0L;
            var request = reader.Next();
            while (request == null)
            {
                isIdle = reader.IsEmpty;
                if (isIdle && server.IsDraining && socket.Available == 0) return null;
                var limit = settings.IdleTimeout;
                if (!isIdle)
                {
                    if (begun == 0) begun = Environment.TickCount64;
                    // A fixed end, whatever trickles in: a slow client gains nothing by sending single bytes.
                    var passed = TimeSpan.FromMilliseconds(Environment.TickCount64 - begun);
                    limit = TimeSpan.FromTicks(settings.IOTimeout.Ticks * (reader.HasHead ? 4 : 1)) - passed;
                }
                if (reader.TakeContinue()) await SendAsync(Response.Continue).ConfigureAwait(false);
                var count = await ReceivePieceAsync(limit).ConfigureAwait(false);
                if (count < 0 && !isIdle) throw new Refusal(408, "the request took too long to arrive");
                if (count <= 0) return null;
                reader.Advance(count);
                request = reader.Next();
            }
            isIdle = false;
            var peer = socket.RemoteEndPoint as IPEndPoint;
            request.Remote = peer == null ? null : peer.Address.ToString();
            return request;
        }

        /// <summary>How many bytes came; 0 at the end, -1 where none came in time.</summary>
        private async Task<int> ReceivePieceAsync(TimeSpan limit)
        {
            if (limit <= TimeSpan.Zero) return -1;
            var space = reader.Space();
            var memory = new Memory<byte>(space.Array, space.Offset, space.Count);
            try
            {
                return await socket.ReceiveAsync(memory, SocketFlags.None, receiving.For(limit)).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return -1;
            }
        }

        /// <summary>Answers a request; false where the connection is to close.</summary>
        private async Task<bool> ServeAsync(HttpRequest request)
        {
            var goesOn = true;
            var probe = server.Probe(request);
            if (probe != null)
            {
                goesOn = await SendAsync(request, probe).ConfigureAwait(false);
            }
            else
            {
                var call = new Call(request, settings);
                await server.Dispatcher.RunAsync(
                    call,
                    async response =>
                    {
                        goesOn = response.Stream == null
                            ? await SendAsync(request, response).ConfigureAwait(false)
                            : await SendStreamAsync(call, response).ConfigureAwait(false);
                    }).ConfigureAwait(false);
            }
            return goesOn;
        }

        private async Task<bool> SendAsync(HttpRequest request, Response response)
        {
            var closes = MustClose(request);
            var head = response.Head(request.Method, closes);
            var body = response.MayHaveBody && request.Method != "HEAD" ? response.Body : Array.Empty<byte>();
            if (body.Length <= SmallBody)
            {
                await SendAsync(Joined(head, body)).ConfigureAwait(false);
            }
            else
            {
                await SendAsync(head).ConfigureAwait(false);
                await SendAsync(body).ConfigureAwait(false);
            }
            return !closes;
        }

        private async Task<bool> SendStreamAsync(Call call, Response response)
        {
            call.IsStreaming = true;
            var request = call.Request;
            var closes = MustClose(request) || request.IsHttp10;
            try
            {
                await SendAsync(response.StreamHead(!request.IsHttp10, closes)).ConfigureAwait(false);
                if (request.Method != "HEAD") await SendPiecesAsync(call, response.Stream).ConfigureAwait(false);
                return !closes;
            }
            catch (Exception error) when (!(error is ConnectionEndedException))
            {
                // The client sees that from an answer that breaks off.
                if (!call.IsOver) LogLines.Log("error", "the answer broke off: " + Stacks.Describe(error), call);
                return false;
            }
            finally
            {
                await response.Stream.CloseAsync().ConfigureAwait(false);
            }
        }

        private async Task SendPiecesAsync(Call call, Pieces pieces)
        {
            var isChunked = !call.Request.IsHttp10;
            var piece = await pieces.NextAsync().ConfigureAwait(false);
            while (piece != Pieces.End)
            {
                if (call.IsOver) throw new ConnectionEndedException();
                var bytes = Pieces.Encode(piece);
                // An empty chunk would be the last one.
                if (bytes.Length > 0) await SendAsync(isChunked ? Chunk(bytes) : bytes).ConfigureAwait(false);
                piece = await pieces.NextAsync().ConfigureAwait(false);
            }
            if (isChunked) await SendAsync(Encoding.ASCII.GetBytes("0\r\n\r\n")).ConfigureAwait(false);
        }

        /// <summary>Sends all of it. Throws ConnectionEndedException where the client does not take it.</summary>
        private async Task SendAsync(byte[] bytes)
        {
            try
            {
                var sent = 0;
                while (sent < bytes.Length)
                {
                    var piece = new ReadOnlyMemory<byte>(bytes, sent, Math.Min(SendSize, bytes.Length - sent));
                    var token = sending.For(settings.IOTimeout);
                    sent += await socket.SendAsync(piece, SocketFlags.None, token).ConfigureAwait(false);
                }
            }
            catch (Exception error) when (IsConnectionError(error) || error is OperationCanceledException)
            {
                throw new ConnectionEndedException();
            }
        }

        /// <summary>Answers what is not a request that can be served; nothing after it on the connection is read.</summary>
        private async Task RefuseAsync(Refusal refusal)
        {
            try
            {
                var response = Response.Error(refusal.Status, refusal.Message);
                await SendAsync(Joined(response.Head("", true), response.Body)).ConfigureAwait(false);
                socket.Shutdown(SocketShutdown.Send);
                var token = receiving.For(LingerTime);
                var memory = new Memory<byte>(new byte[64 * 1024]);
                var taken = 0;
                var count = 1;
                while (count > 0 && taken < MaxLinger)
                {
                    count = await socket.ReceiveAsync(memory, SocketFlags.None, token).ConfigureAwait(false);
                    taken += count;
                }
            }
            catch (Exception error)
            {
                LogUnexpected(error);
            }
        }

        private bool MustClose(HttpRequest request)
        {
            return server.IsDraining || !request.KeepsAlive;
        }

        private static void LogUnexpected(Exception error)
        {
            if (IsConnectionError(error) || error is OperationCanceledException) return;
            LogLines.Log("error", "the host failed: " + error, null);
        }

        private static bool IsConnectionError(Exception error)
        {
            return error is SocketException || error is ObjectDisposedException || error is ConnectionEndedException;
        }

        private static byte[] Chunk(byte[] bytes)
        {
            return Joined(Encoding.ASCII.GetBytes(bytes.Length.ToString("x") + "\r\n"), bytes, new byte[] { 13, 10 });
        }

        private static byte[] Joined(params byte[][] parts)
        {
            var stream = new MemoryStream();
            foreach (var part in parts) stream.Write(part, 0, part.Length);
            return stream.ToArray();
        }

        private sealed class ConnectionEndedException : Exception
        {
        }
    }
}
