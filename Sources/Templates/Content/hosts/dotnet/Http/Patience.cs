using System;
using System.Threading;

namespace HksFunc.Host
{
    /// <summary>Time limits for one thing after the other.</summary>
    internal sealed class Patience : IDisposable
    {
        private CancellationTokenSource source = new CancellationTokenSource();

        /// <summary>Is cancelled when the time is over.</summary>
        public CancellationToken For(TimeSpan limit)
        {
            if (!source.TryReset())
            {
                source.Dispose();
                source = new CancellationTokenSource();
            }
            source.CancelAfter(limit);
            return source.Token;
        }

        public void Dispose()
        {
            source.Dispose();
        }
    }
}
