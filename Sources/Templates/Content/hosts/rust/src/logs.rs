//! Log lines as JSON objects that name their call. What a function prints by itself stays as it is: stable Rust has no
//! way to tell whose a printed line is.

use std::io::{self, Write};

use serde_json::{Map, Value};

use crate::call::Call;
use crate::utc;

/// Writes a line.
pub fn write(level: &str, message: &str, call: Option<&Call>) {
    write_fields(level, message, call, Map::new());
}

/// Writes a line with further fields.
pub fn write_fields(level: &str, message: &str, call: Option<&Call>, fields: Map<String, Value>) {
    let mut entry = Map::new();
    entry.insert("timestamp".into(), utc::iso(utc::now()).into());
    entry.insert("level".into(), level.into());
    entry.insert("message".into(), message.into());
    if let Some(call) = call {
        entry.insert("request_id".into(), call.request_id.as_str().into());
        if let Some(trace_id) = &call.trace_id {
            entry.insert("trace_id".into(), trace_id.as_str().into());
        }
    }
    entry.extend(fields);
    write_plain(&Value::Object(entry).to_string());
}

/// Writes a line as it is, whole whoever else writes.
pub fn write_plain(line: &str) {
    // A reader that went away must not end the function.
    let _ = io::stderr().lock().write_all(format!("{}\n", line).as_bytes());
}

/// Passes on what was printed without a line's end.
pub fn flush() {
    let _ = io::stdout().lock().flush();
}
