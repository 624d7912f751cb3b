use std::env;

use serde_json::{json, Value};

pub mod context;
#[cfg(test)]
mod tests;

use context::Context;

/// Greets the name in the query (?name=Ada) or in a JSON body ({"name": "Ada"}).
pub fn handler(event: Value, context: &Context) -> Value {
    let greeting = env::var("GREETING").unwrap_or_else(|_| "Hello".to_string());
    greet(&event, &greeting, context)
}

fn greet(event: &Value, greeting: &str, context: &Context) -> Value {
    match requested_name(event) {
        Some(name) => {
            context.logger().info(format_args!("greeting {name}"));
            json!({ "message": format!("{greeting}, {name}!") })
        }
        None => json!({ "statusCode": 400, "body": { "error": "name must be a string" } }),
    }
}

/// The name that was asked for, unless it is no string.
fn requested_name(event: &Value) -> Option<&str> {
    match event["queryStringParameters"]["name"].as_str() {
        Some(name) if !name.is_empty() => Some(name),
        _ => event["data"]
            .get("name")
            .map_or(Some("World"), Value::as_str),
    }
}
