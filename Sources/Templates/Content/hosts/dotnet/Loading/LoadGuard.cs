using System;

namespace HksFunc.Host
{
    /// <summary>Keeps the user's code from ending the process unseen while the handler is loaded.</summary>
    internal sealed class LoadGuard : IDisposable
    {
        /// <summary>The handler that is being loaded; null before and after.</summary>
        private volatile string loading;

        public LoadGuard()
        {
            AppDomain.CurrentDomain.ProcessExit += OnExit;
        }

        public void Dispose()
        {
            AppDomain.CurrentDomain.ProcessExit -= OnExit;
        }

        /// <summary>Loads a handler.</summary>
        public T During<T>(string handlerName, Func<T> load)
        {
            loading = handlerName;
            try
            {
                return load();
            }
            finally
            {
                loading = null;
            }
        }

        /// <summary>On a signal: what is still loading has nothing to finish.</summary>
        public void StopOr(Action stop)
        {
            if (loading == null)
            {
                stop();
                return;
            }
            loading = null;
            Environment.Exit(0);
        }

        private void OnExit(object sender, EventArgs arguments)
        {
            if (loading == null) return;
            LogLines.WritePlain($"handler '{loading}' cannot be loaded: it ended the process\n");
            Environment.ExitCode = 1;
        }
    }
}
