// What a handler of type stream is given, and what becomes of its result.

import { currentCall } from "./currentCall.mjs";
import { encodeJSON, makeAnswer, ResultError, toAnswer, types } from "./httpResult.mjs";
import { log } from "./logs.mjs";
import { Refusal } from "./refusal.mjs";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A batch of records is one call; the result names the records that are to come again. */
export const streamMapping = {
  events: (call) => {
    const batch = parseBatch(call.request);
    return batch.records.length > 0 ? [batch] : [];
  },
  answer: ([result], call) => {
    if (isObject(result) && ("statusCode" in result || "status_code" in result)) {
      const answer = toAnswer(result);
      if (answer.status >= 300) return answer;
    } else if (isObject(result) && (result.batchItemFailures ?? null) !== null) {
      // Read again, because the handler may have changed the records that it was given.
      const sent = new Set(parseBatch(call.request).records.map(({ id }) => id));
      const failed = failedIds(result.batchItemFailures, sent);
      if (failed.length > 0) return encodeFailures(failed);
    } else if (!isEmpty(result)) {
      log("debug", "the handler's result has no batchItemFailures and was dropped", currentCall.getStore());
    }
    return makeAnswer(204);
  },
};

function parseBatch(request) {
  let batch;
  try {
    batch = JSON.parse(utf8.decode(request.body));
  } catch {
    throw notABatch("its body is not JSON");
  }
  if (!isObject(batch) || !Array.isArray(batch.records)) {
    throw notABatch("an object with an array 'records' is expected");
  }
  const seen = new Set();
  for (const [number, record] of batch.records.entries()) {
    if (!isObject(record)) throw notABatch(`record ${number} is not an object`);
    const { id } = record;
    if (typeof id !== "string" || id === "") throw notABatch(`record ${number} has no text 'id'`);
    if (seen.has(id)) throw notABatch(`two records have the id '${id}'`);
    seen.add(id);
  }
  return batch;
}

/** The ids in order, each once. */
function failedIds(failures, sent) {
  if (!Array.isArray(failures)) throw new ResultError("batchItemFailures must be an array");
  const ids = new Set();
  for (const failure of failures) {
    const id = failure?.id;
    if (typeof id !== "string") {
      throw new ResultError("batchItemFailures must hold objects such as { id: record.id }");
    }
    if (!sent.has(id)) throw new ResultError(`batchItemFailures names '${id}', which is no record's id`);
    ids.add(id);
  }
  return [...ids];
}

function encodeFailures(ids) {
  const answer = makeAnswer(200, new Map([["content-type", [types.json]]]));
  answer.body = encodeJSON({ batchItemFailures: ids.map((id) => ({ id })) });
  return answer;
}

function isEmpty(result) {
  return result === undefined || result === null || (isObject(result) && Object.keys(result).length === 0);
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function notABatch(reason) {
  return new Refusal(400, `the request is not a batch: ${reason}`);
}
