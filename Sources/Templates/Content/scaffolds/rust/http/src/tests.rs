use serde_json::{json, Value};

use crate::context::Context;
use crate::greet;

fn call(query: Value, data: Value) -> Value {
    let event = json!({
        "httpMethod": "GET",
        "path": "/",
        "queryStringParameters": query,
        "data": data,
    });
    greet(&event, "Hello", &Context::default())
}

#[test]
fn greets_the_world() {
    assert_eq!(
        call(json!({}), Value::Null),
        json!({ "message": "Hello, World!" })
    );
}

#[test]
fn greets_the_name_in_the_query() {
    assert_eq!(
        call(json!({ "name": "Ada" }), Value::Null),
        json!({ "message": "Hello, Ada!" })
    );
}

#[test]
fn greets_the_name_in_the_body() {
    assert_eq!(
        call(json!({}), json!({ "name": "Grace" })),
        json!({ "message": "Hello, Grace!" })
    );
}

#[test]
fn takes_the_greeting_it_is_given() {
    let event = json!({ "queryStringParameters": {}, "data": null });
    let answer = greet(&event, "Good morning", &Context::default());
    assert_eq!(answer, json!({ "message": "Good morning, World!" }));
}

#[test]
fn refuses_a_name_that_is_not_a_string() {
    assert_eq!(call(json!({}), json!({ "name": 7 }))["statusCode"], 400);
}
