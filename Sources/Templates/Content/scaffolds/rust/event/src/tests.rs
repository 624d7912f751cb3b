use serde_json::{json, Value};

use crate::context::Context;
use crate::handler;

fn call(kind: &str, data: Value) -> Result<Option<Value>, String> {
    let event =
        json!({ "specversion": "1.0", "id": "1", "source": "/shop", "type": kind, "data": data });
    handler(event, &Context::default())
}

#[test]
fn accepts_an_order() {
    let order = json!({ "orderId": "o-1", "amount": 12.5 });
    let reply = call("com.example.order.created", order).unwrap().unwrap();
    assert_eq!(reply["type"], "com.example.order.accepted");
    assert_eq!(reply["data"], json!({ "orderId": "o-1" }));
}

#[test]
fn ignores_other_events() {
    assert_eq!(call("com.example.order.cancelled", Value::Null), Ok(None));
}

#[test]
fn fails_without_an_order_id() {
    let result = call("com.example.order.created", json!({ "amount": 12.5 }));
    assert_eq!(result, Err("the order has no orderId".to_string()));
}
