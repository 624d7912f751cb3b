using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace HksFunc.Host
{
    /// <summary>A batch of records is one call; the result names the records that are to come again.</summary>
    internal sealed class StreamMapping : IMapping
    {
        /// <summary>The batch of a request; an empty one calls nobody.</summary>
        public IEnumerable<JsonElement> Events(Call call)
        {
            var batch = Parse(call.Request);
            return Ids(batch).Count == 0 ? new JsonElement[0] : new[] { batch };
        }

        /// <summary>An answer without a body where all records are done, else the ids of the others.</summary>
        public Response Respond(Call call, List<object> results)
        {
            var result = HttpResult.Plain(results.FirstOrDefault());
            var members = Members.Of(result);
            if (members != null && (members.Has("statusCode") || members.Has("status_code")))
            {
                var answer = HttpResult.ToResponse(result);
                if (answer.Status >= 300) return answer;
            }
            else if (members != null && members.Get("batchItemFailures") != null)
            {
                var failed = FailedIds(members.Get("batchItemFailures"), Ids(Parse(call.Request)));
                if (failed.Count > 0) return Failures(failed);
            }
            else if (result != null && (members == null || members.Names.Any()))
            {
                LogLines.Log("debug", "the handler's result has no batchItemFailures and was dropped", call);
            }
            return new Response(204);
        }

        private static JsonElement Parse(HttpRequest request)
        {
            var batch = Json.TryLoad(request.Body);
            if (!batch.HasValue) throw NotABatch("its body is not JSON");
            JsonElement records;
            var hasRecords = batch.Value.ValueKind == JsonValueKind.Object
                && batch.Value.TryGetProperty("records", out records) && records.ValueKind == JsonValueKind.Array;
            if (!hasRecords) throw NotABatch("an object with an array 'records' is expected");
            return batch.Value;
        }

        /// <summary>The records' ids, each once. Throws Refusal.</summary>
        private static HashSet<string> Ids(JsonElement batch)
        {
            var ids = new HashSet<string>();
            var number = 0;
            foreach (var record in batch.GetProperty("records").EnumerateArray())
            {
                if (record.ValueKind != JsonValueKind.Object) throw NotABatch($"record {number} is not an object");
                var id = Members.Of(record).Get("id") as string;
                if (string.IsNullOrEmpty(id)) throw NotABatch($"record {number} has no text 'id'");
                if (!ids.Add(id)) throw NotABatch($"two records have the id '{id}'");
                number += 1;
            }
            return ids;
        }

        private static List<string> FailedIds(object failures, HashSet<string> sent)
        {
            var members = Members.Of(failures);
            if (failures is string || members != null) throw new ResultException("batchItemFailures must be a list");
            var ids = new List<string>();
            foreach (var failure in ResultHeaders.Items(failures))
            {
                var parts = Members.Of(failure);
                var id = parts == null ? null : parts.Get("id") as string;
                if (id == null)
                {
                    throw new ResultException("batchItemFailures must hold objects with the 'id' of a record");
                }
                if (!sent.Contains(id))
                {
                    throw new ResultException($"batchItemFailures names '{id}', which is no record's id");
                }
                if (!ids.Contains(id)) ids.Add(id);
            }
            return ids;
        }

        private static Response Failures(List<string> ids)
        {
            var response = new Response(200);
            response.AddHeader("content-type", Response.JsonType);
            response.Body = Json.Write(writer =>
            {
                writer.WriteStartObject();
                writer.WriteStartArray("batchItemFailures");
                foreach (var id in ids)
                {
                    writer.WriteStartObject();
                    writer.WriteString("id", id);
                    writer.WriteEndObject();
                }
                writer.WriteEndArray();
                writer.WriteEndObject();
            });
            return response;
        }

        private static Refusal NotABatch(string reason)
        {
            return new Refusal(400, "the request is not a batch: " + reason);
        }
    }
}
