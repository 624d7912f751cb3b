//! What a function's own `Context` is made from: standard types and JSON only, so that a function names nothing of the
//! host and either may be newer than the other.

use std::sync::Arc;
use std::time::Instant;

use serde_json::{Map, Value};

/// Takes the level, message and further fields of a log line.
pub type LogSink = Arc<dyn Fn(&str, &str, Map<String, Value>) + Send + Sync>;

/// The facts by name (`requestId`, `functionName`, …), the end of the call's time, and where its log lines go.
pub type Facts = (Map<String, Value>, Instant, LogSink);
