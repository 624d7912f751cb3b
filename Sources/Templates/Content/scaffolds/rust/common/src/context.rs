//! What a handler is told about its call, and how it logs. hks-func fills it in; nothing in it needs to be changed.

use std::fmt::Display;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Map, Value};

/// Takes the level, message and further fields of a log line.
pub type LogSink = Arc<dyn Fn(&str, &str, Map<String, Value>) + Send + Sync>;

/// The second argument of a handler.
pub struct Context {
    facts: Map<String, Value>,
    deadline: Instant,
    logger: Logger,
}

impl Context {
    /// Names this call; also in every line that its logger writes.
    pub fn request_id(&self) -> &str {
        self.text("requestId").unwrap_or_default()
    }

    pub fn function_name(&self) -> &str {
        self.text("functionName").unwrap_or_default()
    }

    pub fn function_version(&self) -> &str {
        self.text("functionVersion").unwrap_or_default()
    }

    /// `http`, `event`, `scheduled` or `stream`.
    pub fn function_type(&self) -> &str {
        self.text("type").unwrap_or_default()
    }

    /// 0 where no limit is set.
    pub fn memory_limit_in_mb(&self) -> u64 {
        self.facts
            .get("memoryLimitInMB")
            .and_then(Value::as_u64)
            .unwrap_or_default()
    }

    /// The caller's trace context, to hand on (W3C Trace Context).
    pub fn traceparent(&self) -> Option<&str> {
        self.text("traceparent")
    }

    pub fn tracestate(&self) -> Option<&str> {
        self.text("tracestate")
    }

    /// How long the call may still run.
    pub fn remaining_time(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Writes log lines that name this call.
    pub fn logger(&self) -> &Logger {
        &self.logger
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.facts.get(name).and_then(Value::as_str)
    }
}

/// How the host makes a context; a test may do the same to look at what is logged.
impl From<(Map<String, Value>, Instant, LogSink)> for Context {
    fn from((facts, deadline, sink): (Map<String, Value>, Instant, LogSink)) -> Self {
        Context {
            facts,
            deadline,
            logger: Logger { sink },
        }
    }
}

/// For tests: a call without facts that logs to standard error.
impl Default for Context {
    fn default() -> Self {
        let print: LogSink = Arc::new(|level, message, _| eprintln!("{level} {message}"));
        Context::from((Map::new(), Instant::now() + Duration::from_secs(300), print))
    }
}

/// Writes structured log lines.
#[derive(Clone)]
pub struct Logger {
    sink: LogSink,
}

impl Logger {
    pub fn debug(&self, message: impl Display) {
        self.log("debug", message, Map::new());
    }

    pub fn info(&self, message: impl Display) {
        self.log("info", message, Map::new());
    }

    pub fn warn(&self, message: impl Display) {
        self.log("warn", message, Map::new());
    }

    pub fn error(&self, message: impl Display) {
        self.log("error", message, Map::new());
    }

    /// Writes a line with fields of its own.
    pub fn log(&self, level: &str, message: impl Display, fields: Map<String, Value>) {
        (self.sink)(level, &message.to_string(), fields);
    }
}
