use serde_json::Value;

pub mod context;
#[cfg(test)]
mod tests;
mod timestamp;

use context::Context;
use timestamp::seconds_between;

/// Runs whenever the schedule fires; what it returns is not looked at.
pub fn handler(event: Value, context: &Context) -> Result<(), String> {
    let run = &event["data"];
    let text = |name: &str| run[name].as_str().ok_or(format!("the event has no {name}"));
    let (schedule, scheduled_time) = (text("schedule")?, text("scheduledTime")?);
    context
        .logger()
        .info(format_args!("run {schedule} at {scheduled_time}"));
    let late = seconds_between(scheduled_time, text("firedTime")?)
        .ok_or("scheduledTime and firedTime must be times in UTC")?;
    if late > 60 {
        context.logger().warn(format_args!("late by {late} s"));
    }
    Ok(())
}
