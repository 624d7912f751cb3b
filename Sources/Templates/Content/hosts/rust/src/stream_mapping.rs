//! What a handler of type stream is given, and what becomes of its result.

use std::collections::HashSet;

use serde_json::{json, Value};

use crate::answer::Answer;
use crate::call::Call;
use crate::http_result::Unsendable;
use crate::request::Refusal;

/// The batch of a request as one event; nothing to call for where it is empty.
pub fn events(call: &Call) -> Result<Vec<Value>, Refusal> {
    let refuse = |reason: &str| Refusal::new(400, format!("the request is not a batch of records: {}", reason));
    let batch: Value = serde_json::from_slice(&call.request.body).map_err(|_| refuse("its body is not JSON"))?;
    let records = batch.get("records").and_then(Value::as_array).ok_or_else(|| refuse("it has no list 'records'"))?;
    let mut seen = HashSet::new();
    for record in records {
        match id(record) {
            None => return Err(refuse("a record has no text 'id'")),
            Some(id) if !seen.insert(id) => return Err(refuse(&format!("two records have the id '{}'", id))),
            Some(_) => {}
        }
    }
    Ok(if records.is_empty() { Vec::new() } else { vec![batch] })
}

/// The records that are to come again, or an empty answer where all are done.
pub fn answer(sent: &[Value], results: Vec<Value>) -> Result<Answer, Unsendable> {
    let failures = match results.first().and_then(|result| result.get("batchItemFailures")) {
        None | Some(Value::Null) => return Ok(Answer::empty(204)),
        Some(Value::Array(failures)) => failures,
        Some(_) => return Err(Unsendable::new("batchItemFailures must be a list")),
    };
    let known: HashSet<&str> =
        sent.iter().filter_map(|batch| batch["records"].as_array()).flatten().filter_map(id).collect();
    let mut named = Vec::new();
    for failure in failures {
        let id = id(failure).ok_or_else(|| Unsendable::new("an entry of batchItemFailures has no text 'id'"))?;
        if !known.contains(id) {
            return Err(Unsendable::new(format!("batchItemFailures names '{}', which is not in the batch", id)));
        }
        named.push(json!({ "id": id }));
    }
    if named.is_empty() {
        return Ok(Answer::empty(204));
    }
    Ok(Answer::json(200, &json!({ "batchItemFailures": named })))
}

fn id(record: &Value) -> Option<&str> {
    record.get("id").and_then(Value::as_str).filter(|id| !id.is_empty())
}
