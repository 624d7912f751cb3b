using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace HksFunc.Host
{
    /// <summary>Listeners, connections and the orderly stop.</summary>
    internal sealed class Server
    {
        // How long new connections wait when the process is out of file descriptors.
        private const int AcceptPause = 500;

        private readonly ConcurrentDictionary<Connection, bool> connections =
            new ConcurrentDictionary<Connection, bool>();
        private readonly List<Listener> listeners = new List<Listener>();
        private volatile bool isDraining;

        public Server(Settings settings, Application application)
        {
            Settings = settings;
            Dispatcher = new Dispatcher(application, settings);
        }

        public Settings Settings { get; }
        public Dispatcher Dispatcher { get; }

        public bool IsDraining
        {
            get { return isDraining; }
        }

        /// <summary>Opens the listeners. Throws ListenException.</summary>
        public void Listen()
        {
            if (Settings.UnixPath != null) listeners.Add(Listener.Unix(Settings.UnixPath));
            listeners.Add(Listener.Tcp(Settings.Host, Settings.Port));
            foreach (var listener in listeners) Task.Run(() => AcceptAsync(listener));
        }

        /// <summary>Returns when the calls that run have ended, or their time is over.</summary>
        public void Stop()
        {
            var clock = Stopwatch.StartNew();
            foreach (var listener in listeners)
            {
                // Clients whose connection the system has accepted already are served.
                foreach (var socket in listener.Waiting()) Serve(socket);
            }
            isDraining = true;
            foreach (var listener in listeners) listener.Close();
            foreach (var connection in connections.Keys) connection.Drain();
            while (!connections.IsEmpty && clock.Elapsed < Settings.Drain) Thread.Sleep(5);
            if (Dispatcher.Running > 0)
            {
                var seconds = Settings.Drain.TotalSeconds;
                LogLines.Log(
                    "warn", $"stopped after {seconds:0.###} s, calls unfinished: {Dispatcher.Running}", null);
            }
        }

        /// <summary>Answers the platform's health checks; null for all other requests.</summary>
        public Response Probe(HttpRequest request)
        {
            var isReadiness = request.Path == "/health/readiness";
            if (!isReadiness && request.Path != "/health/liveness") return null;
            if (request.Method != "GET" && request.Method != "HEAD")
            {
                return Response.Error(405, "health checks are read with GET");
            }
            var response = new Response(isReadiness && isDraining ? 503 : 200);
            response.AddHeader("content-type", Response.Text);
            return response;
        }

        private async Task AcceptAsync(Listener listener)
        {
            while (!isDraining)
            {
                SocketError problem;
                try
                {
                    Serve(await listener.AcceptAsync().ConfigureAwait(false));
                    continue;
                }
                catch (ObjectDisposedException)
                {
                    return;
                }
                catch (SocketException error)
                {
                    problem = error.SocketErrorCode;
                }
                if (isDraining) return;
                // A client that went away before its connection was taken is nobody's fault.
                if (problem == SocketError.ConnectionAborted || problem == SocketError.ConnectionReset) continue;
                LogLines.Log("warn", $"new connections wait: {problem}", null);
                await Task.Delay(AcceptPause).ConfigureAwait(false);
            }
        }

        private void Serve(Socket socket)
        {
            var connection = new Connection(this, socket);
            connections[connection] = true;
            Task.Run(async () =>
            {
                await connection.RunAsync().ConfigureAwait(false);
                bool ignored;
                connections.TryRemove(connection, out ignored);
            });
        }
    }
}
