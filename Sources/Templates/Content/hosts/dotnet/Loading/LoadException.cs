using System;

namespace HksFunc.Host
{
    /// <summary>Why the function cannot serve; the inner exception is what the user's code threw.</summary>
    internal sealed class LoadException : Exception
    {
        public LoadException(string message, Exception cause = null) : base(message, cause)
        {
        }
    }
}
