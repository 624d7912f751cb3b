using System;
using System.Linq;

namespace HksFunc.Host
{
    /// <summary>Stack traces that show the user's own code.</summary>
    internal static class Stacks
    {
        private static readonly string[] Hidden =
        {
            "at HksFunc.Host.",
            "at System.Reflection.",
            "at System.RuntimeMethodHandle.",
            "at System.RuntimeType.",
            "at InvokeStub_",
            "at System.Runtime.CompilerServices.TaskAwaiter",
            "at System.Runtime.ExceptionServices.",
            "at System.Threading.ExecutionContext.",
            "at System.Threading.Tasks.Task",
            "--- End of stack trace from previous location",
        };

        /// <summary>What was thrown in one line.</summary>
        public static string Summary(Exception error)
        {
            return (error.GetType().FullName + ": " + error.Message).Split('\n')[0].TrimEnd();
        }

        /// <summary>What was thrown with its stack and causes, without the frames of the host and of reflection.</summary>
        public static string Describe(Exception error)
        {
            var lines = error.ToString().Split('\n').Select(line => line.TrimEnd('\r'));
            return string.Join("\n", lines.Where(line => !IsHidden(line.TrimStart())));
        }

        private static bool IsHidden(string line)
        {
            return Hidden.Any(start => line.StartsWith(start, StringComparison.Ordinal));
        }
    }
}
