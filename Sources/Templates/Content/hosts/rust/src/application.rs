//! From a request to the handler and from its result to an answer.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::answer::Answer;
use crate::call::Call;
use crate::facts::Facts;
use crate::handler::Outcome;
use crate::http_result::{self, Unsendable};
use crate::request::Refusal;
use crate::settings::Settings;
use crate::{event_mapping, http_event, logs, panics, stream_mapping};

/// One function: its handler and how requests of its type map to calls.
pub struct Application {
    pub settings: Settings,
    handler: Box<dyn Fn(Value, Facts) -> Outcome + Send + Sync>,
}

/// Why a call has no result.
enum Failure {
    /// The request is of no use for the function's type.
    Refused(Refusal),
    /// What the log is told.
    Failed(String),
}

impl Application {
    pub fn new(settings: Settings, handler: impl Fn(Value, Facts) -> Outcome + Send + Sync + 'static) -> Application {
        Application { settings, handler: Box::new(handler) }
    }

    /// Answers a call. Never panics.
    pub fn respond(&self, call: &Arc<Call>) -> Answer {
        let result = panics::catch(|| self.call(call));
        // What was printed without a line's end must not wait for the next call.
        logs::flush();
        match result.unwrap_or_else(|description| Err(Failure::Failed(format!("handler {}", description)))) {
            Ok(answer) => answer,
            Err(Failure::Refused(refusal)) => Answer::refusal(&refusal),
            Err(Failure::Failed(description)) => self.failure(call, description),
        }
    }

    fn call(&self, call: &Arc<Call>) -> Result<Answer, Failure> {
        let events = self.events(call)?;
        let sent = if self.settings.function_type == "stream" { events.clone() } else { Vec::new() };
        let mut results = Vec::new();
        for event in events {
            let result = (self.handler)(event, Call::facts(call, &self.settings));
            results.push(result.map_err(|error| Failure::Failed(format!("handler failed: {}", error)))?);
        }
        match self.settings.function_type.as_str() {
            "http" if http_event::is_direct(&call.request) => {
                Ok(Answer::json(200, &results.pop().unwrap_or(Value::Null)))
            }
            "http" => http_result::to_answer(results.pop().unwrap_or(Value::Null)),
            "stream" => stream_mapping::answer(&sent, results),
            _ => event_mapping::answer(call, results),
        }
        .map_err(|Unsendable(description)| Failure::Failed(description))
    }

    fn events(&self, call: &Call) -> Result<Vec<Value>, Failure> {
        match self.settings.function_type.as_str() {
            "http" if http_event::is_direct(&call.request) => {
                Ok(vec![http_event::direct_event(&call.request).map_err(Failure::Refused)?])
            }
            "http" => Ok(vec![http_event::event(call, &self.settings.function_name)]),
            "stream" => stream_mapping::events(call).map_err(Failure::Refused),
            _ => event_mapping::events(call).map_err(Failure::Refused),
        }
    }

    fn failure(&self, call: &Call, description: String) -> Answer {
        // The caller of an overdue call has an answer; what the handler says is still worth a line.
        logs::write("error", &description, Some(call));
        let mut details = Map::new();
        details.insert("request_id".into(), call.request_id.as_str().into());
        if self.settings.developing {
            details.insert("details".into(), description.into());
        }
        Answer::error(500, "the function failed", details)
    }
}
