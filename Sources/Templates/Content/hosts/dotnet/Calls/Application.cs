using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace HksFunc.Host
{
    /// <summary>One function: its handler and how requests of its type map to calls.</summary>
    internal sealed class Application
    {
        private readonly Settings settings;
        private readonly Handler handler;
        private readonly IMapping mapping;

        public Application(Settings settings, Handler handler)
        {
            this.settings = settings;
            this.handler = handler;
            switch (settings.Type)
            {
                case "http":
                    mapping = new HttpMapping(settings.FunctionName);
                    break;
                case "stream":
                    mapping = new StreamMapping();
                    break;
                default:
                    mapping = new EventMapping();
                    break;
            }
        }

        /// <summary>Whether calls give their threads back while they wait.</summary>
        public bool IsAsync
        {
            get { return handler.IsAsync; }
        }

        /// <summary>Answers a call. Never throws.</summary>
        public async Task<Response> RespondAsync(Call call)
        {
            try
            {
                var results = new List<object>();
                foreach (var item in mapping.Events(call))
                {
                    results.Add(await handler.CallAsync(item, call, settings).ConfigureAwait(false));
                }
                var response = mapping.Respond(call, results);
                if (response.Stream != null) await StartAsync(response).ConfigureAwait(false);
                return response;
            }
            catch (Refusal refusal)
            {
                return Response.Error(refusal.Status, refusal.Message);
            }
            catch (Exception error)
            {
                return Failure(call, error);
            }
        }

        /// <summary>Takes the first piece: it tells the kind of content, and may fail while there is time to say so.</summary>
        private static async Task StartAsync(Response response)
        {
            var rest = response.Stream;
            var first = await rest.NextAsync().ConfigureAwait(false);
            if (first == Pieces.End)
            {
                response.Stream = null;
                await rest.CloseAsync().ConfigureAwait(false);
                return;
            }
            response.DefaultContentType(Pieces.ContentType(first));
            // Refused now rather than after the head has left.
            Pieces.Encode(first);
            response.Stream = new Pieces.Rejoined(first, rest);
        }

        private Response Failure(Call call, Exception error)
        {
            var description = error is ResultException ? error.Message : Stacks.Describe(error);
            // What fails after its time is over has been told already.
            if (!call.IsOver) LogLines.Log("error", description, call);
            return Response.Error(
                500, "the function failed", call.RequestId, settings.IsDeveloping ? description : null);
        }
    }
}
