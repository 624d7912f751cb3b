use serde_json::{json, Value};

use crate::context::Context;
use crate::handler;

fn call(records: Value) -> Value {
    handler(
        json!({ "source": "payments", "records": records }),
        &Context::default(),
    )
}

#[test]
fn processes_payments() {
    let records = json!([
        { "id": "r-1", "data": { "amount": 3 } },
        { "id": "r-2", "data": { "amount": 0.5 } },
    ]);
    assert_eq!(call(records), json!({ "batchItemFailures": [] }));
}

#[test]
fn reports_records_without_a_positive_amount() {
    let records = json!([
        { "id": "r-1", "data": { "amount": 3 } },
        { "id": "r-2", "data": { "amount": -1 } },
        { "id": "r-3", "data": { "amount": "3" } },
        { "id": "r-4", "data": null },
    ]);
    let failures = json!([{ "id": "r-2" }, { "id": "r-3" }, { "id": "r-4" }]);
    assert_eq!(call(records), json!({ "batchItemFailures": failures }));
}
