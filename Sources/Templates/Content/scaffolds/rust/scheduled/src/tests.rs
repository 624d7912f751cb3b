use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde_json::{json, Map};

use crate::context::{Context, LogSink};
use crate::handler;

/// What a run at 3 o'clock logs when it is started at `fired`.
fn lines(fired: &str) -> Vec<String> {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let written = Arc::clone(&lines);
    let sink: LogSink = Arc::new(move |level, message, _| {
        written.lock().unwrap().push(format!("{level} {message}"))
    });
    let event = json!({
        "type": "dev.hks.schedule.fired",
        "data": {
            "schedule": "nightly",
            "scheduledTime": "2024-02-29T03:00:00Z",
            "firedTime": fired,
            "attempt": 1,
        },
    });
    handler(event, &Context::from((Map::new(), Instant::now(), sink))).unwrap();
    let lines = lines.lock().unwrap().clone();
    lines
}

#[test]
fn logs_the_run() {
    assert_eq!(
        lines("2024-02-29T03:00:01.250Z"),
        ["info run nightly at 2024-02-29T03:00:00Z"]
    );
}

#[test]
fn warns_of_a_late_run() {
    assert_eq!(lines("2024-02-29T03:01:00Z").len(), 1);
    assert_eq!(lines("2024-02-29T03:01:01Z")[1], "warn late by 61 s");
    assert_eq!(lines("2024-03-01T03:00:00Z")[1], "warn late by 86400 s");
}

#[test]
fn fails_without_a_schedule() {
    let result = handler(json!({ "data": {} }), &Context::default());
    assert_eq!(result, Err("the event has no schedule".to_string()));
}
