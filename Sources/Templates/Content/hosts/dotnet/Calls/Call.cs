using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;

namespace HksFunc.Host
{
    /// <summary>One request on its way through the handler.</summary>
    internal sealed class Call
    {
        // Follows the code of a call across threads and await.
        private static readonly AsyncLocal<Call> Running = new AsyncLocal<Call>();

        private readonly CancellationTokenSource over = new CancellationTokenSource();
        private int isClaimed;

        public Call(HttpRequest request, Settings settings)
        {
            Request = request;
            Deadline = DateTimeOffset.UtcNow + settings.Timeout;
            var given = request.Headers.First("x-request-id");
            RequestId = given != null && IsRequestId(given) ? given : Guid.NewGuid().ToString("N");
            TraceId = TraceIn(request.Headers.First("traceparent") ?? "");
            UnfinishedLines = new Dictionary<CallWriter, StringBuilder>();
        }

        /// <summary>The call to which the running code belongs; null outside of calls.</summary>
        public static Call Current
        {
            get { return Running.Value; }
            set { Running.Value = value; }
        }

        public HttpRequest Request { get; }
        public DateTimeOffset Deadline { get; }
        public string RequestId { get; }
        /// <summary>Null where the caller sent no trace context.</summary>
        public string TraceId { get; }
        /// <summary>What was written without a line end yet.</summary>
        public Dictionary<CallWriter, StringBuilder> UnfinishedLines { get; }
        /// <summary>Whether its answer is sent piece by piece.</summary>
        public bool IsStreaming { get; set; }

        /// <summary>Whether nobody waits for the answer any more.</summary>
        public bool IsOver
        {
            get { return over.IsCancellationRequested; }
        }

        /// <summary>Tells the handler, if it cares, that nobody waits for the answer any more.</summary>
        public CancellationToken Over
        {
            get { return over.Token; }
        }

        public TimeSpan Remaining
        {
            get
            {
                var left = Deadline - DateTimeOffset.UtcNow;
                return left > TimeSpan.Zero ? left : TimeSpan.Zero;
            }
        }

        /// <summary>True for the first who asks: it alone may answer.</summary>
        public bool TryClaim()
        {
            return Interlocked.Exchange(ref isClaimed, 1) == 0;
        }

        /// <summary>Nobody waits for the answer any more.</summary>
        public void Abandon()
        {
            try
            {
                over.Cancel();
            }
            catch (AggregateException error)
            {
                LogLines.Log("error", "what the function does at its end failed: " + Stacks.Describe(error), this);
            }
        }

        private static bool IsRequestId(string text)
        {
            return text.Length >= 1 && text.Length <= 128 && text.All(c => c >= '!' && c <= '~');
        }

        /// <summary>The trace's id in a traceparent (W3C Trace Context); null where it is malformed.</summary>
        private static string TraceIn(string header)
        {
            var parts = header.Split('-');
            if (parts.Length < 4 || !IsHex(parts[0], 2) || parts[0] == "ff") return null;
            var isTrace = IsHex(parts[1], 32) && parts[1].Any(c => c != '0');
            var isParent = IsHex(parts[2], 16) && parts[2].Any(c => c != '0');
            return isTrace && isParent && IsHex(parts[3], 2) ? parts[1] : null;
        }

        private static bool IsHex(string text, int length)
        {
            return text.Length == length && text.All(c => (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
        }
    }
}
