//! What the platform tells the host through the environment.

use std::time::Duration;

const FUNCTION_TYPES: [&str; 4] = ["http", "event", "scheduled", "stream"];
/// Longer than any platform lets a call run; it also turns away infinity.
const WEEK: f64 = 7.0 * 86400.0;

/// Every value that the environment sets, with its default.
pub struct Settings {
    pub port: u16,
    pub host: String,
    pub unix_path: Option<String>,
    /// Empty where the platform names none.
    pub handler: String,
    pub function_type: String,
    pub function_name: String,
    pub function_version: String,
    pub memory_limit_mb: u64,
    /// Longest time for one call, its wait for a free place included.
    pub timeout: Duration,
    /// Longest time that running calls get after SIGTERM.
    pub drain: Duration,
    /// Calls at once; 0 leaves the choice to the host.
    pub concurrency: usize,
    pub max_body: usize,
    /// Longest time for a request's head to arrive, and for a client to take the next piece of an answer.
    pub io_timeout: Duration,
    /// Longest time that an unused connection stays open; above what proxies in front use.
    pub idle_timeout: Duration,
    /// Failures are then shown to the caller.
    pub developing: bool,
}

impl Settings {
    /// Reads the variables that `lookup` finds. Fails with one sentence about the variable at fault.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Settings, String> {
        let text = |name: &str| lookup(name).filter(|value| !value.is_empty());
        let whole = |name: &str, default: u64, high: u64| match text(name) {
            None => Ok(default),
            Some(value) => parse_whole(&value, high)
                .ok_or_else(|| format!("{} must be a whole number from 0 to {}, not '{}'", name, high, value)),
        };
        let seconds = |name: &str, default: f64| match text(name) {
            None => Ok(Duration::from_secs_f64(default)),
            Some(value) => {
                parse_seconds(&value).ok_or_else(|| format!("{} must be a number of seconds, not '{}'", name, value))
            }
        };
        let function_type = text("HKS_TYPE").unwrap_or_else(|| "http".into());
        if !FUNCTION_TYPES.contains(&function_type.as_str()) {
            let known = FUNCTION_TYPES.join(", ");
            return Err(format!("HKS_TYPE '{}' is not served by the Rust host; it serves: {}", function_type, known));
        }
        Ok(Settings {
            port: whole("PORT", 8080, u16::MAX.into())? as u16,
            host: text("HKS_LISTEN_HOST").unwrap_or_else(|| "0.0.0.0".into()),
            unix_path: text("HKS_LISTEN_UNIX"),
            handler: text("HKS_HANDLER").unwrap_or_default(),
            function_type,
            function_name: text("HKS_FUNCTION_NAME").or_else(|| text("K_SERVICE")).unwrap_or_else(|| "function".into()),
            function_version: text("HKS_FUNCTION_VERSION").or_else(|| text("K_REVISION")).unwrap_or_default(),
            memory_limit_mb: whole("HKS_MEMORY_LIMIT_MB", 0, 1 << 53)?,
            timeout: seconds("HKS_TIMEOUT_SECONDS", 300.0)?,
            drain: seconds("HKS_DRAIN_SECONDS", 10.0)?,
            concurrency: whole("HKS_CONCURRENCY", 0, 1 << 20)? as usize,
            max_body: whole("HKS_MAX_BODY_BYTES", 10 * 1024 * 1024, isize::MAX as u64)? as usize,
            io_timeout: seconds("HKS_IO_TIMEOUT_SECONDS", 30.0)?,
            idle_timeout: seconds("HKS_IDLE_TIMEOUT_SECONDS", 120.0)?,
            developing: text("HKS_DEVELOP").as_deref() == Some("1"),
        })
    }
}

fn parse_whole(text: &str, high: u64) -> Option<u64> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|value| *value <= high)
}

fn parse_seconds(text: &str) -> Option<Duration> {
    if !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    let value: f64 = text.parse().ok()?;
    if value > WEEK {
        return None;
    }
    // A limit of 0 means that none is wanted.
    Some(Duration::from_secs_f64(if value == 0.0 { WEEK } else { value }))
}
