//! What a handler of type event or scheduled is given, and what becomes of its result.

use serde_json::Value;

use crate::answer::Answer;
use crate::call::Call;
use crate::cloud_events;
use crate::http_result::{to_answer, Unsendable};
use crate::logs;
use crate::request::Refusal;

/// Every CloudEvent of a request is one call.
pub fn events(call: &Call) -> Result<Vec<Value>, Refusal> {
    Ok(cloud_events::parse(&call.request)?.into_iter().map(Value::Object).collect())
}

/// An answer without a body, a failure that the handler asked for, or the results that are CloudEvents.
pub fn answer(call: &Call, results: Vec<Value>) -> Result<Answer, Unsendable> {
    let mut replies = Vec::new();
    for result in results {
        if result.get("statusCode").or_else(|| result.get("status_code")).is_some() {
            let answer = to_answer(result)?;
            if answer.status >= 300 {
                return Ok(answer);
            }
        } else if let Some(reply) = cloud_events::as_reply(&result) {
            replies.push(reply);
        } else if !result.is_null() {
            logs::write("debug", "the handler's result is not a CloudEvent and was dropped", Some(call));
        }
    }
    match replies.len() {
        0 => Ok(Answer::empty(204)),
        1 => cloud_events::encode(replies.remove(0)),
        _ => cloud_events::encode_batch(replies),
    }
}
