// What a handler of type event or scheduled is given, and what becomes of its result.

import { completeEvent, encodeBatch, encodeEvent, isEvent, parseEvents } from "./cloudEvents.mjs";
import { makeAnswer, toAnswer } from "./httpResult.mjs";
import { log } from "./logs.mjs";
import { currentCall } from "./currentCall.mjs";

/** Every CloudEvent of a request is one call; a result that is a CloudEvent is the reply. */
export const eventMapping = {
  events: (call) => parseEvents(call.request),
  answer: (results) => {
    const replies = [];
    for (const result of results) {
      const failure = failureOf(result);
      if (failure !== null) return failure;
      if (isEvent(result)) replies.push(completeEvent(result));
      else if (result !== undefined && result !== null && !hasStatus(result)) {
        log("debug", "the handler's result is not a CloudEvent and was dropped", currentCall.getStore());
      }
    }
    if (replies.length === 0) return makeAnswer(204);
    return replies.length === 1 ? encodeEvent(replies[0]) : encodeBatch(replies);
  },
};

/** An answer that the handler asked for and that is not a success. */
function failureOf(result) {
  if (!hasStatus(result)) return null;
  const answer = toAnswer(result);
  return answer.status >= 300 ? answer : null;
}

function hasStatus(result) {
  return typeof result === "object" && result !== null && ("statusCode" in result || "status_code" in result);
}
