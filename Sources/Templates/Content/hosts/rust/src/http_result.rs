//! The answer that a handler's result stands for.

use serde_json::{Map, Value};

use crate::answer::{Answer, BINARY, JSON, TEXT};
use crate::base64;
use crate::http1::is_token;

/// The fields of an answer. `status` alone is also a common field of data, so it only counts among these.
const ANSWER_FIELDS: [&str; 6] = ["status", "headers", "multiValueHeaders", "cookies", "body", "isBase64Encoded"];
/// Headers that frame the answer or belong to the connection: the host sets them.
const OWN_HEADERS: [&str; 8] =
    ["connection", "content-length", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"];

/// Why a result cannot be sent.
pub struct Unsendable(pub String);

impl Unsendable {
    pub fn new(reason: impl std::fmt::Display) -> Unsendable {
        Unsendable(format!("the handler's result cannot be sent: {}", reason))
    }
}

/// Maps a result.
pub fn to_answer(result: Value) -> Result<Answer, Unsendable> {
    if let Value::Object(fields) = result {
        return match status(&fields)? {
            Some(status) => from_fields(status, fields),
            None => Ok(with_body(Answer::empty(200), Value::Object(fields))),
        };
    }
    Ok(with_body(Answer::empty(200), result))
}

/// A header's value as it goes on the wire: characters beyond ASCII as UTF-8.
pub fn header_value(name: &str, value: &Value) -> Result<String, Unsendable> {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.bytes().any(|byte| (byte < 0x20 && byte != b'\t') || byte == 0x7f) {
        return Err(Unsendable::new(format!("header '{}' holds a control character", name)));
    }
    Ok(text)
}

/// The bytes behind a body in Base64.
pub fn decode_body(text: &str) -> Result<Vec<u8>, Unsendable> {
    base64::decode(text).ok_or_else(|| Unsendable::new("its body is not Base64"))
}

fn status(fields: &Map<String, Value>) -> Result<Option<u16>, Unsendable> {
    for name in ["statusCode", "status_code"] {
        if let Some(value) = fields.get(name) {
            return checked_status(name, value).map(Some);
        }
    }
    match fields.get("status") {
        Some(value) if value.is_number() && fields.keys().all(|name| ANSWER_FIELDS.contains(&name.as_str())) => {
            checked_status("status", value).map(Some)
        }
        _ => Ok(None),
    }
}

fn checked_status(name: &str, value: &Value) -> Result<u16, Unsendable> {
    let number = match value {
        Value::String(text) if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        other => other.as_u64(),
    };
    number
        .filter(|status| (200..=599).contains(status))
        .map(|status| status as u16)
        .ok_or_else(|| Unsendable::new(format!("{} must be a number from 200 to 599, not {}", name, value)))
}

fn from_fields(status: u16, mut fields: Map<String, Value>) -> Result<Answer, Unsendable> {
    let answer = Answer { headers: headers(&fields)?, ..Answer::empty(status) };
    let body = fields.remove("body").unwrap_or(Value::Null);
    let is_base64 = match fields.get("isBase64Encoded") {
        None | Some(Value::Null) | Some(Value::Bool(false)) => false,
        Some(_) => true,
    };
    match body {
        Value::String(text) if is_base64 => Ok(Answer { body: decode_body(&text)?, ..answer }.typed(BINARY)),
        body => Ok(with_body(answer, body)),
    }
}

fn headers(fields: &Map<String, Value>) -> Result<Vec<(String, String)>, Unsendable> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for field in ["multiValueHeaders", "headers"] {
        let given = match fields.get(field) {
            None | Some(Value::Null) => continue,
            Some(Value::Object(given)) => given,
            Some(_) => return Err(Unsendable::new(format!("{} must be an object", field))),
        };
        for (name, value) in given {
            if !is_token(name) {
                return Err(Unsendable::new(format!("'{}' is not a header name", name.escape_default())));
            }
            add(&mut found, &name.to_ascii_lowercase(), value, false)?;
        }
    }
    if let Some(cookies) = fields.get("cookies") {
        add(&mut found, "set-cookie", cookies, true)?;
    }
    let own = found.into_iter().filter(|(name, _)| !OWN_HEADERS.contains(&name.as_str()));
    Ok(own.flat_map(|(name, values)| values.into_iter().map(move |value| (name.clone(), value))).collect())
}

/// Adds a value or a list of them; `null` stands for none.
fn add(found: &mut Vec<(String, Vec<String>)>, name: &str, value: &Value, repeats: bool) -> Result<(), Unsendable> {
    let single = std::slice::from_ref(value);
    let values = value.as_array().map_or(single, Vec::as_slice);
    let mut texts = Vec::new();
    for value in values.iter().filter(|value| !value.is_null()) {
        texts.push(header_value(name, value)?);
    }
    let index = match found.iter().position(|(known, _)| known == name) {
        Some(index) => index,
        None => {
            found.push((name.to_string(), Vec::new()));
            found.len() - 1
        }
    };
    for text in texts {
        if repeats || !found[index].1.contains(&text) {
            found[index].1.push(text);
        }
    }
    Ok(())
}

fn with_body(answer: Answer, body: Value) -> Answer {
    match body {
        Value::Null => answer,
        Value::String(text) => Answer { body: text.into_bytes(), ..answer }.typed(TEXT),
        other => Answer { body: other.to_string().into_bytes(), ..answer }.typed(JSON),
    }
}
