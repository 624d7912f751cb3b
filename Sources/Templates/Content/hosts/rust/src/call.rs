//! One request on its way through the handler.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::AtomicBool;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{json, Map, Value};

use crate::facts::Facts;
use crate::logs;
use crate::request::Request;
use crate::settings::Settings;

/// A request with what belongs to its call.
pub struct Call {
    pub request: Request,
    pub deadline: Instant,
    pub request_id: String,
    pub trace_id: Option<String>,
    /// Whether its caller was told that it took too long.
    pub is_overdue: AtomicBool,
    /// Whether the handler has done its part.
    pub has_ended: AtomicBool,
}

impl Call {
    pub fn new(request: Request, timeout: Duration) -> Call {
        let given = request.headers.first("x-request-id").filter(|text| is_request_id(text));
        Call {
            request_id: given.map_or_else(new_id, str::to_string),
            trace_id: request.headers.first("traceparent").and_then(trace_id).map(str::to_string),
            deadline: Instant::now() + timeout,
            is_overdue: AtomicBool::new(false),
            has_ended: AtomicBool::new(false),
            request,
        }
    }

    /// What the function's context is made from.
    pub fn facts(call: &Arc<Call>, settings: &Settings) -> Facts {
        let headers = &call.request.headers;
        let mut facts = Map::new();
        facts.insert("requestId".into(), call.request_id.as_str().into());
        facts.insert("functionName".into(), settings.function_name.as_str().into());
        facts.insert("functionVersion".into(), settings.function_version.as_str().into());
        facts.insert("memoryLimitInMB".into(), settings.memory_limit_mb.into());
        facts.insert("type".into(), settings.function_type.as_str().into());
        facts.insert("traceparent".into(), json!(headers.first("traceparent")));
        facts.insert("tracestate".into(), json!(headers.values("tracestate").map(|values| values.join(","))));
        let own = Arc::clone(call);
        let log = move |level: &str, message: &str, fields: Map<String, Value>| {
            logs::write_fields(level, message, Some(&own), fields)
        };
        (facts, call.deadline, Arc::new(log))
    }
}

/// A random id of 32 hexadecimal digits.
pub fn new_id() -> String {
    // The standard library's hash keys are its only source of randomness.
    let half = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", half(), half())
}

fn is_request_id(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|byte| (0x21..=0x7e).contains(&byte))
}

/// The trace id of a `traceparent` (W3C Trace Context, 3.2).
fn trace_id(header: &str) -> Option<&str> {
    let mut parts = header.splitn(5, '-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_zero = |text: &str| text.bytes().all(|byte| byte == b'0');
    let is_valid = is_hex(version, 2) && version != "ff" && is_hex(trace, 32) && is_hex(span, 16) && is_hex(flags, 2);
    (is_valid && !is_zero(trace) && !is_zero(span)).then(|| trace)
}
