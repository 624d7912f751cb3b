use serde_json::{json, Value};

pub mod context;
#[cfg(test)]
mod tests;

use context::Context;

const ORDER_CREATED: &str = "com.example.order.created";
const ORDER_ACCEPTED: &str = "com.example.order.accepted";

/// Accepts every order that is created: the event that it returns is the reply.
pub fn handler(event: Value, context: &Context) -> Result<Option<Value>, String> {
    if event["type"] != ORDER_CREATED {
        let other = event["type"].as_str().unwrap_or_default();
        context.logger().info(format_args!("ignoring {other}"));
        return Ok(None);
    }
    let order = &event["data"];
    let id = order["orderId"]
        .as_str()
        .ok_or("the order has no orderId")?;
    context
        .logger()
        .info(format_args!("order {id} over {} received", order["amount"]));
    Ok(Some(json!({
        "type": ORDER_ACCEPTED,
        "source": format!("/functions/{}", context.function_name()),
        "data": { "orderId": id },
    })))
}
