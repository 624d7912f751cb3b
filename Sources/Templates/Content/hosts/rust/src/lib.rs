//! Turns HTTP requests into calls of one Rust function. Needs the standard library and serde_json.

mod answer;
mod application;
mod base64;
mod block_on;
mod call;
mod cloud_events;
mod connection;
mod dispatcher;
mod event_mapping;
mod facts;
mod handler;
mod host;
mod http1;
mod http_event;
mod http_result;
mod listeners;
mod logs;
mod panics;
mod query;
mod request;
mod server;
mod settings;
mod stream_mapping;
mod system;
mod utc;
mod wire;

pub use facts::{Facts, LogSink};
pub use handler::Handler;
pub use host::{run, Program};
