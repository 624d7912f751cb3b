using System;
using System.Runtime.InteropServices;

namespace HksFunc.Host
{
    /// <summary>What .NET does not offer of the operating system.</summary>
    internal static class Posix
    {
        [DllImport("libc", EntryPoint = "umask")]
        private static extern uint SetMask(uint mask);

        [DllImport("libc", EntryPoint = "pthread_sigmask")]
        private static extern int SetSignalMask(int how, byte[] set, IntPtr old);

        /// <summary>Runs an action whose new files only their owner may use.</summary>
        public static void WithPrivateFiles(Action action)
        {
            var mask = SetMask(0x7F);
            try
            {
                action();
            }
            finally
            {
                SetMask(mask);
            }
        }

        /// <summary>Whoever started this process may have had signals blocked, which is inherited.</summary>
        public static void UnblockSignals()
        {
            // Larger than any system's sigset_t; all zeros is the empty set.
            var none = new byte[256];
            var setMask = RuntimeInformation.IsOSPlatform(OSPlatform.Linux) ? 2 : 3;
            SetSignalMask(setMask, none, IntPtr.Zero);
        }

        /// <summary>Calls an action on SIGTERM and SIGINT, which then do not end the process.</summary>
        public static IDisposable OnStopSignal(Action action)
        {
            return new Registrations(Watch(PosixSignal.SIGTERM, action), Watch(PosixSignal.SIGINT, action));
        }

        private static PosixSignalRegistration Watch(PosixSignal signal, Action action)
        {
            return PosixSignalRegistration.Create(
                signal,
                context =>
                {
                    context.Cancel = true;
                    action();
                });
        }

        private sealed class Registrations : IDisposable
        {
            private readonly IDisposable[] parts;

            public Registrations(params IDisposable[] parts)
            {
                this.parts = parts;
            }

            public void Dispose()
            {
                foreach (var part in parts) part.Dispose();
            }
        }
    }
}
