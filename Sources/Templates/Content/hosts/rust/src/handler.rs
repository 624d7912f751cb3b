//! The forms that a handler may have: any of `(event, context)`, `(event)` and `()`, synchronous or `async`, with a value,
//! a `Result` or nothing as its result.

use std::fmt::Display;
use std::future::Future;

use serde_json::Value;

use crate::block_on::block_on;
use crate::facts::Facts;

/// What a handler returned, or its error as text.
pub type Outcome = Result<Value, String>;

/// A function that can be called with an event. `Kind` tells the forms apart and is always inferred.
pub trait Handler<Kind>: Send + Sync + 'static {
    /// Calls it and waits for its end.
    fn call(&self, event: Value, facts: Facts) -> Outcome;
}

/// The form without arguments.
pub struct Bare<R>(R);
/// The form with the event.
pub struct WithEvent<R>(R);
/// The form with the event and a context of the function's own type.
pub struct WithContext<C, R>(C, R);

impl<F, R, K> Handler<Bare<K>> for F
where
    F: Fn() -> R + Send + Sync + 'static,
    R: IntoOutcome<K>,
{
    fn call(&self, _event: Value, _facts: Facts) -> Outcome {
        self().into_outcome()
    }
}

impl<F, R, K> Handler<WithEvent<K>> for F
where
    F: Fn(Value) -> R + Send + Sync + 'static,
    R: IntoOutcome<K>,
{
    fn call(&self, event: Value, _facts: Facts) -> Outcome {
        self(event).into_outcome()
    }
}

impl<F, C, K> Handler<WithContext<C, K>> for F
where
    F: for<'a> Borrowing<'a, C, K> + Send + Sync + 'static,
    C: From<Facts>,
{
    fn call(&self, event: Value, facts: Facts) -> Outcome {
        self.call_with(event, &C::from(facts))
    }
}

/// One call that borrows its context; a trait of its own because the future of an `async fn` borrows it as well.
pub trait Borrowing<'a, C, Kind> {
    /// Calls it and waits for its end.
    fn call_with(&self, event: Value, context: &'a C) -> Outcome;
}

impl<'a, F, C, R, K> Borrowing<'a, C, K> for F
where
    F: Fn(Value, &'a C) -> R,
    C: 'a,
    R: IntoOutcome<K>,
{
    fn call_with(&self, event: Value, context: &'a C) -> Outcome {
        self(event, context).into_outcome()
    }
}

/// What a handler may return. `Kind` tells the forms apart and is always inferred.
pub trait IntoOutcome<Kind> {
    /// The value or the error that it stands for.
    fn into_outcome(self) -> Outcome;
}

/// A value.
pub struct Plain;
/// A value or an error.
pub struct Fallible;
/// One of the others, later.
pub struct Later<K>(K);

impl<T: IntoValue> IntoOutcome<Plain> for T {
    fn into_outcome(self) -> Outcome {
        Ok(self.into_value())
    }
}

impl<T: IntoValue, E: Display> IntoOutcome<Fallible> for Result<T, E> {
    fn into_outcome(self) -> Outcome {
        // The alternate form: error types that know their causes list them there.
        self.map(T::into_value).map_err(|error| format!("{:#}", error))
    }
}

impl<F, K> IntoOutcome<Later<K>> for F
where
    F: Future,
    F::Output: IntoOutcome<K>,
{
    fn into_outcome(self) -> Outcome {
        block_on(self).into_outcome()
    }
}

/// Values that stand for JSON.
pub trait IntoValue {
    /// As JSON; nothing is null.
    fn into_value(self) -> Value;
}

impl IntoValue for Value {
    fn into_value(self) -> Value {
        self
    }
}

impl IntoValue for () {
    fn into_value(self) -> Value {
        Value::Null
    }
}

impl IntoValue for String {
    fn into_value(self) -> Value {
        Value::String(self)
    }
}

impl IntoValue for &str {
    fn into_value(self) -> Value {
        Value::from(self)
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self) -> Value {
        self.map_or(Value::Null, T::into_value)
    }
}
