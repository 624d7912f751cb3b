using System;
using System.Threading;

namespace HksFunc.Host
{
    /// <summary>
    /// Starts the .NET host: <c>dotnet HksFunc.Host.dll Function.dll</c>, with the user's files as the working folder.
    /// <c>--check Function.dll Type::Method</c> only says whether the handler can be called.
    /// </summary>
    internal static class Program
    {
        private static int Main(string[] arguments)
        {
            Posix.UnblockSignals();
            return arguments.Length == 3 && arguments[0] == "--check"
                ? Check(arguments[1], arguments[2])
                : Serve(arguments[0]);
        }

        /// <summary>Looks for the handler without running any of the user's code.</summary>
        private static int Check(string assemblyPath, string handlerName)
        {
            try
            {
                HandlerLoader.Find(assemblyPath, handlerName);
                return 0;
            }
            catch (LoadException error)
            {
                return Fail(error.Message, error.InnerException);
            }
        }

        private static int Serve(string assemblyPath)
        {
            LogLines.Install();
            var stop = new ManualResetEventSlim();
            using (var guard = new LoadGuard())
            using (Posix.OnStopSignal(() => guard.StopOr(stop.Set)))
            {
                try
                {
                    var settings = new Settings(Environment.GetEnvironmentVariable);
                    var handler = guard.During(settings.Handler, () => HandlerLoader.Load(assemblyPath, settings.Handler));
                    var server = new Server(settings, new Application(settings, handler));
                    server.Listen();
                    stop.Wait();
                    server.Stop();
                }
                catch (LoadException error)
                {
                    return Fail(error.Message, error.InnerException);
                }
                catch (Exception error) when (error is SettingsException || error is ListenException)
                {
                    return Fail(error.Message, null);
                }
                // Threads that the function started do not keep the process.
                Environment.Exit(0);
                return 0;
            }
        }

        /// <summary>The reason stands in the last line.</summary>
        private static int Fail(string reason, Exception cause)
        {
            if (cause != null) LogLines.WritePlain(Stacks.Describe(cause) + "\n");
            LogLines.WritePlain(reason + "\n");
            Environment.Exit(1);
            return 1;
        }
    }
}
