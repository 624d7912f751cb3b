using System.IO;
using System.Text;

namespace HksFunc.Host
{
    /// <summary>
    /// Stands in for Console.Out and Console.Error: what a call writes becomes lines that name it, everything else stays
    /// as it is.
    /// </summary>
    internal sealed class CallWriter : TextWriter
    {
        // A line without an end is passed on at this length.
        private const int MaxLine = 64 * 1024;

        private readonly Stream stream;
        private readonly string level;

        public CallWriter(Stream stream, string level)
        {
            this.stream = stream;
            this.level = level;
            NewLine = "\n";
        }

        public override Encoding Encoding
        {
            get { return Encoding.UTF8; }
        }

        public override void Write(char value)
        {
            Write(value.ToString());
        }

        public override void Write(char[] buffer, int index, int count)
        {
            Write(new string(buffer, index, count));
        }

        public override void WriteLine(string value)
        {
            Write(value + "\n");
        }

        public override void Write(string value)
        {
            if (string.IsNullOrEmpty(value)) return;
            var call = Call.Current;
            if (call == null)
            {
                LogLines.Write(stream, Encoding.GetBytes(value));
                return;
            }
            // One after the other, for a call may write from several threads.
            lock (call.UnfinishedLines) Collect(value, call);
        }

        /// <summary>Writes what a call that ended left without a line end.</summary>
        public static void Finish(Call call)
        {
            lock (call.UnfinishedLines)
            {
                foreach (var line in call.UnfinishedLines)
                {
                    if (line.Value.Length > 0) line.Key.WriteLine(line.Value, call);
                }
            }
        }

        private void Collect(string text, Call call)
        {
            StringBuilder line;
            if (!call.UnfinishedLines.TryGetValue(this, out line))
            {
                line = new StringBuilder();
                call.UnfinishedLines[this] = line;
            }
            var start = 0;
            for (var end = text.IndexOf('\n'); end >= 0; end = text.IndexOf('\n', start))
            {
                WriteLine(line.Append(text, start, end - start), call);
                start = end + 1;
            }
            line.Append(text, start, text.Length - start);
            if (line.Length > MaxLine) WriteLine(line, call);
        }

        private void WriteLine(StringBuilder line, Call call)
        {
            LogLines.Write(stream, LogLines.CallLine(level, line.ToString(), call));
            line.Clear();
        }
    }
}
