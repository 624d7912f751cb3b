using System;
using System.Threading;
using System.Threading.Tasks;

namespace HksFunc.Host
{
    /// <summary>Decides when a call may run, and how long: so many at once, the others wait in order.</summary>
    internal sealed class Dispatcher
    {
        // Calls at once where the platform leaves the choice to the host; those that block take a thread each.
        private const int DefaultTasks = 1000;
        private const int DefaultThreads = 100;
        // What the host itself needs while all others are taken.
        private const int SpareThreads = 16;
        // Also asynchronous handlers may block for a while.
        private const int AsyncThreads = 64;

        private readonly Application application;
        private readonly Settings settings;
        private readonly SemaphoreSlim places;
        private int running;

        public Dispatcher(Application application, Settings settings)
        {
            this.application = application;
            this.settings = settings;
            var limit = settings.Concurrency;
            if (limit == 0) limit = application.IsAsync ? DefaultTasks : DefaultThreads;
            places = new SemaphoreSlim(limit);
            // The pool would otherwise start threads one by one, half a second each, when handlers block.
            var threads = Math.Min(limit, application.IsAsync ? AsyncThreads : DefaultTasks);
            ThreadPool.SetMinThreads(threads + SpareThreads, SpareThreads);
        }

        /// <summary>Calls that have not been answered.</summary>
        public int Running
        {
            get { return running; }
        }

        /// <summary>
        /// Runs a call and hands its answer to <paramref name="deliver"/>. A call that runs out of time gives its place
        /// back, for nothing tells whether it will ever end.
        /// </summary>
        public async Task RunAsync(Call call, Func<Response, Task> deliver)
        {
            Interlocked.Increment(ref running);
            try
            {
                var hasPlace = await places.WaitAsync(call.Remaining).ConfigureAwait(false);
                if (!hasPlace) await GiveUpAsync(call, deliver).ConfigureAwait(false);
                else await RunInPlaceAsync(call, deliver).ConfigureAwait(false);
            }
            finally
            {
                Interlocked.Decrement(ref running);
            }
        }

        private async Task RunInPlaceAsync(Call call, Func<Response, Task> deliver)
        {
            using (var timer = new CancellationTokenSource())
            {
                var work = Task.Run(() => WorkAsync(call, deliver));
                var isOver = Task.Delay(call.Remaining, timer.Token);
                try
                {
                    var first = await Task.WhenAny(work, isOver).ConfigureAwait(false);
                    if (first == work) await work.ConfigureAwait(false);
                    else await EndAsync(call, work, deliver).ConfigureAwait(false);
                }
                finally
                {
                    timer.Cancel();
                    places.Release();
                }
            }
        }

        private async Task WorkAsync(Call call, Func<Response, Task> deliver)
        {
            Call.Current = call;
            try
            {
                var response = await application.RespondAsync(call).ConfigureAwait(false);
                if (call.TryClaim()) await deliver(response).ConfigureAwait(false);
                else if (response.Stream != null) await response.Stream.CloseAsync().ConfigureAwait(false);
            }
            finally
            {
                CallWriter.Finish(call);
            }
        }

        /// <summary>The time of a call that runs is over.</summary>
        private async Task EndAsync(Call call, Task work, Func<Response, Task> deliver)
        {
            if (call.TryClaim())
            {
                await GiveUpAsync(call, deliver).ConfigureAwait(false);
                return;
            }
            if (call.IsStreaming)
            {
                LogLines.Log("error", "the answer took too long and was broken off", call);
                call.Abandon();
                throw new OperationCanceledException();
            }
            // The answer is complete and on its way.
            await work.ConfigureAwait(false);
        }

        private Task GiveUpAsync(Call call, Func<Response, Task> deliver)
        {
            var message = $"did not answer within {settings.Timeout.TotalSeconds:0.###} s";
            LogLines.Log("error", "the call " + message, call);
            call.Abandon();
            return deliver(Response.Error(504, "the function " + message));
        }
    }
}
