using System;

namespace HksFunc.Host
{
    /// <summary>A request that is not served, with the status that says why.</summary>
    internal sealed class Refusal : Exception
    {
        public Refusal(int status, string message) : base(message)
        {
            Status = status;
        }

        public int Status { get; }
    }
}
