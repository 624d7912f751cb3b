//! An answer to a request.

use serde_json::{Map, Value};

use crate::request::Refusal;

pub const TEXT: &str = "text/plain; charset=utf-8";
pub const JSON: &str = "application/json";
pub const BINARY: &str = "application/octet-stream";

/// Status, headers with names and values that are safe to send, and the body.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// An answer without a body.
    pub fn empty(status: u16) -> Answer {
        Answer { status, headers: Vec::new(), body: Vec::new() }
    }

    /// An answer that is JSON.
    pub fn json(status: u16, value: &Value) -> Answer {
        Answer { body: value.to_string().into_bytes(), ..Answer::empty(status) }.typed(JSON)
    }

    /// An answer that says what went wrong.
    pub fn error(status: u16, message: &str, details: Map<String, Value>) -> Answer {
        let mut fields = details;
        fields.insert("error".into(), message.into());
        Answer::json(status, &Value::Object(fields))
    }

    /// The answer to a request that is refused.
    pub fn refusal(refusal: &Refusal) -> Answer {
        Answer::error(refusal.status, &refusal.reason, Map::new())
    }

    /// Names the content where nobody has.
    pub fn typed(mut self, content_type: &str) -> Answer {
        if !self.headers.iter().any(|(name, _)| name == "content-type") {
            self.headers.push(("content-type".into(), content_type.into()));
        }
        self
    }
}
