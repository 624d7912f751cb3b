using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace HksFunc.Host
{
    /// <summary>Every CloudEvent of a request is one call; a result that is a CloudEvent is the reply.</summary>
    internal sealed class EventMapping : IMapping
    {
        public IEnumerable<JsonElement> Events(Call call)
        {
            return CloudEvents.Parse(call.Request);
        }

        /// <summary>An answer without a body, a failure that the handler asked for, or the reply events.</summary>
        public Response Respond(Call call, List<object> results)
        {
            var replies = new List<CloudEventReply>();
            foreach (var result in results.Select(HttpResult.Plain).Where(result => result != null))
            {
                var members = Members.Of(result);
                if (members != null && (members.Has("statusCode") || members.Has("status_code")))
                {
                    var answer = HttpResult.ToResponse(result);
                    if (answer.Status >= 300) return answer;
                }
                else if (members != null && CloudEventReply.IsEvent(members))
                {
                    replies.Add(new CloudEventReply(members));
                }
                else
                {
                    LogLines.Log("debug", "the handler's result is not a CloudEvent and was dropped", call);
                }
            }
            if (replies.Count == 0) return new Response(204);
            return replies.Count == 1 ? replies[0].Encode() : CloudEventReply.EncodeBatch(replies);
        }
    }
}
