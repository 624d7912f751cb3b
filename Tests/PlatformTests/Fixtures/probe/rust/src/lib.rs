//! The handlers of the host contract; `PROBE` picks one.

use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::Once;
use std::time::Duration;
use std::{env, process, thread};

use serde_json::{json, Value};

pub mod context;
mod pause;

use context::Context;
use pause::Pause;

static RUNNING: AtomicU64 = AtomicU64::new(0);
static MOST: AtomicU64 = AtomicU64::new(0);
static FIRST_CALL: Once = Once::new();

pub async fn handler(event: Value, context: &Context) -> Result<Value, Box<dyn Error>> {
    // A Rust function has no code outside of its calls.
    FIRST_CALL.call_once(|| println!("outside of calls"));
    Ok(match env::var("PROBE")?.as_str() {
        "echo" => event,
        "reflect" => event["data"].clone(),
        "nothing" => Value::Null,
        "raw" => json!({ "statusCode": 200, "body": "AP8K", "isBase64Encoded": true }),
        "raw_body" => json!({
            "statusCode": 201,
            "body": "AP8=",
            "isBase64Encoded": true,
            "headers": { "Content-Type": "image/x-dots" },
        }),
        "fail" => fail(),
        "leave" => leave(&event),
        "slow" => slow(&event),
        "slow_async" => slow_async(&event).await,
        "crowd" => crowd().await,
        "talk" => talk(&event, context).await,
        "big" => "x".repeat(8_000_000).into(),
        "tell" => tell(context),
        "reply" => json!({ "type": "test.reply", "source": "/tést", "data": event }),
        "retry_odd" => retry_odd(&event, context),
        "log_event" => {
            context.logger().info(event);
            Value::Null
        }
        "unknown_failures" => json!({ "batchItemFailures": [{ "id": "never-sent" }] }),
        "quiet" => event["data"].clone(),
        "refuse_event" => return Err("not now".into()),
        other => return Err(format!("there is no probe '{other}'").into()),
    })
}

fn fail() -> Value {
    println!("about to fail");
    panic!("secret {}", 42);
}

fn leave(event: &Value) -> Value {
    if event["path"] == "/leave" {
        process::exit(3);
    }
    "still here".into()
}

fn seconds(event: &Value) -> f64 {
    event["query"]["s"]
        .as_str()
        .and_then(|text| text.parse().ok())
        .unwrap_or(0.0)
}

fn slow(event: &Value) -> Value {
    println!("begun");
    thread::sleep(Duration::from_secs_f64(seconds(event)));
    "done".into()
}

async fn slow_async(event: &Value) -> Value {
    println!("begun");
    Pause::seconds(seconds(event)).await;
    "done".into()
}

async fn crowd() -> Value {
    let running = RUNNING.fetch_add(1, SeqCst) + 1;
    MOST.fetch_max(running, SeqCst);
    Pause::seconds(0.05).await;
    RUNNING.fetch_sub(1, SeqCst);
    MOST.load(SeqCst).into()
}

async fn talk(event: &Value, context: &Context) -> Value {
    let name = event["query"]["name"].as_str().unwrap_or_default();
    println!("first {name}");
    Pause::seconds(0.05).await;
    eprintln!("second {name}");
    context.logger().warn(format_args!("third {name}"));
    println!(
        "{}",
        json!({ "level": "debug", "message": format!("fourth {name}"), "colour": "red" })
    );
    print!("fifth {name}");
    "talked".into()
}

fn tell(context: &Context) -> Value {
    json!({
        "request_id": context.request_id(),
        "function_name": context.function_name(),
        "function_version": context.function_version(),
        "memory": context.memory_limit_in_mb(),
        "remaining": context.remaining_time().as_millis() as u64,
        "traceparent": context.traceparent(),
        "tracestate": context.tracestate(),
        "type": context.function_type(),
    })
}

/// Of a batch, the records whose data is odd are to come again.
fn retry_odd(event: &Value, context: &Context) -> Value {
    let records = event["records"].as_array().map_or(&[][..], Vec::as_slice);
    let source = event["source"].as_str().unwrap_or_default();
    context
        .logger()
        .info(format_args!("batch of {} from {source}", records.len()));
    let odd = records.iter().filter(|record| {
        record["data"]
            .as_u64()
            .map_or(false, |number| number % 2 == 1)
    });
    let failures: Vec<Value> = odd.map(|record| json!({ "id": record["id"] })).collect();
    json!({ "batchItemFailures": failures })
}
