using System;
using System.Globalization;

namespace HksFunc.Host
{
    /// <summary>A variable holds a value that the host cannot work with.</summary>
    internal sealed class SettingsException : Exception
    {
        public SettingsException(string message) : base(message)
        {
        }
    }

    /// <summary>What the platform tells the host through the environment, with the defaults.</summary>
    internal sealed class Settings
    {
        private static readonly string[] FunctionTypes = { "http", "event", "scheduled", "stream" };
        // A week is longer than any platform lets a call run.
        private const double Week = 7 * 86400;

        private readonly Func<string, string> environment;

        public Settings(Func<string, string> environment)
        {
            this.environment = environment;
            Port = (int)Whole("PORT", 8080, 65535);
            Host = Text("HKS_LISTEN_HOST") ?? "0.0.0.0";
            UnixPath = Text("HKS_LISTEN_UNIX");
            Handler = Text("HKS_HANDLER") ?? "Function::Handler";
            Type = Text("HKS_TYPE") ?? "http";
            FunctionName = Text("HKS_FUNCTION_NAME") ?? Text("K_SERVICE") ?? "function";
            FunctionVersion = Text("HKS_FUNCTION_VERSION") ?? Text("K_REVISION") ?? "";
            MemoryLimitInMB = (int)Whole("HKS_MEMORY_LIMIT_MB", 0, int.MaxValue);
            Timeout = Seconds("HKS_TIMEOUT_SECONDS", 300);
            Drain = Seconds("HKS_DRAIN_SECONDS", 10);
            Concurrency = (int)Whole("HKS_CONCURRENCY", 0, int.MaxValue);
            MaxBody = Whole("HKS_MAX_BODY_BYTES", 10 * 1024 * 1024, int.MaxValue / 2);
            IOTimeout = Seconds("HKS_IO_TIMEOUT_SECONDS", 30);
            IdleTimeout = Seconds("HKS_IDLE_TIMEOUT_SECONDS", 120);
            IsDeveloping = Text("HKS_DEVELOP") == "1";
            if (Array.IndexOf(FunctionTypes, Type) < 0)
            {
                throw new SettingsException(
                    $"HKS_TYPE '{Type}' is not served by the .NET host; it serves: {string.Join(", ", FunctionTypes)}");
            }
        }

        public int Port { get; }
        public string Host { get; }
        /// <summary>Path of the Unix socket; null where none is wanted.</summary>
        public string UnixPath { get; }
        public string Handler { get; }
        public string Type { get; }
        public string FunctionName { get; }
        public string FunctionVersion { get; }
        /// <summary>0 where no limit is set.</summary>
        public int MemoryLimitInMB { get; }
        /// <summary>Longest time for one call, its wait for a free place included.</summary>
        public TimeSpan Timeout { get; }
        /// <summary>Longest time that running calls get after SIGTERM.</summary>
        public TimeSpan Drain { get; }
        /// <summary>Calls at once; 0 leaves the choice to the host.</summary>
        public int Concurrency { get; }
        public long MaxBody { get; }
        /// <summary>Longest time for a request's head to arrive, and for a client to take the next piece of an answer.</summary>
        public TimeSpan IOTimeout { get; }
        /// <summary>Longest time that an unused connection stays open; above what proxies in front use.</summary>
        public TimeSpan IdleTimeout { get; }
        /// <summary>Whether failures are shown to the caller.</summary>
        public bool IsDeveloping { get; }

        private string Text(string name)
        {
            var text = environment(name);
            return string.IsNullOrEmpty(text) ? null : text;
        }

        private long Whole(string name, long fallback, long high)
        {
            var text = Text(name);
            if (text == null) return fallback;
            long value;
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= high)
            {
                return value;
            }
            throw new SettingsException($"{name} must be a whole number from 0 to {high}, not '{text}'");
        }

        private TimeSpan Seconds(string name, double fallback)
        {
            var text = Text(name);
            if (text == null) return TimeSpan.FromSeconds(fallback);
            double value;
            var isNumber = double.TryParse(
                text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
            // The other way round 'NaN' would pass.
            if (!isNumber || !(value <= Week))
            {
                throw new SettingsException($"{name} must be a number of seconds, not '{text}'");
            }
            // A limit of 0 means that none is wanted.
            return TimeSpan.FromSeconds(value > 0 ? value : Week);
        }
    }
}
