using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace HksFunc.Host
{
    /// <summary>An address that cannot be listened on.</summary>
    internal sealed class ListenException : Exception
    {
        public ListenException(string message) : base(message)
        {
        }
    }

    /// <summary>A socket that takes connections.</summary>
    internal sealed class Listener
    {
        private const int Backlog = 1024;

        private readonly Socket socket;
        private readonly string unixPath;

        private Listener(Socket socket, string unixPath)
        {
            this.socket = socket;
            this.unixPath = unixPath;
        }

        /// <summary>Listens on a port. Throws ListenException.</summary>
        public static Listener Tcp(string host, int port)
        {
            return Open(
                $"{host}:{port}",
                () =>
                {
                    IPAddress address;
                    if (!IPAddress.TryParse(host, out address)) address = Dns.GetHostAddresses(host).First();
                    var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                    socket.Bind(new IPEndPoint(address, port));
                    return new Listener(socket, null);
                });
        }

        /// <summary>Listens on a path, in the place of a socket that an earlier process left. Throws ListenException.</summary>
        public static Listener Unix(string path)
        {
            return Open(
                path,
                () =>
                {
                    if (IsSocket(path)) File.Delete(path);
                    var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    // Only the user that runs the function may connect, from the first moment on.
                    Posix.WithPrivateFiles(() => socket.Bind(new UnixDomainSocketEndPoint(path)));
                    return new Listener(socket, path);
                });
        }

        /// <summary>The next connection. Throws SocketException, or ObjectDisposedException once closed.</summary>
        public async Task<Socket> AcceptAsync()
        {
            var accepted = await socket.AcceptAsync().ConfigureAwait(false);
            if (unixPath == null) accepted.NoDelay = true;
            return accepted;
        }

        /// <summary>Connections that wait right now.</summary>
        public IEnumerable<Socket> Waiting()
        {
            // The loop that accepts may be faster, which then must not block.
            socket.Blocking = false;
            while (true)
            {
                Socket accepted;
                try
                {
                    accepted = socket.Accept();
                }
                catch (SocketException)
                {
                    yield break;
                }
                yield return accepted;
            }
        }

        public void Close()
        {
            socket.Dispose();
            if (unixPath != null) File.Delete(unixPath);
        }

        private static Listener Open(string name, Func<Listener> open)
        {
            try
            {
                var listener = open();
                listener.socket.Listen(Backlog);
                return listener;
            }
            catch (Exception error) when (error is SocketException || error is IOException
                || error is ArgumentException || error is UnauthorizedAccessException)
            {
                throw new ListenException($"cannot listen on '{name}': {error.Message}");
            }
        }

        /// <summary>Whether a path leads to a socket: it can be seen, but not opened, whoever asks.</summary>
        private static bool IsSocket(string path)
        {
            if (!File.Exists(path)) return false;
            try
            {
                File.OpenRead(path).Dispose();
                return false;
            }
            catch (UnauthorizedAccessException)
            {
                return false;
            }
            catch (IOException)
            {
                return true;
            }
        }
    }
}
