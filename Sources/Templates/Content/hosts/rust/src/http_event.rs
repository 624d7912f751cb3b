//! What a handler of type http is given.

use serde_json::{json, Map, Value};

use crate::base64;
use crate::call::Call;
use crate::query;
use crate::request::{Headers, Refusal, Request};
use crate::utc;

/// Set by the platform only: the gateway takes it away from everyone else's requests.
const DIRECT: &str = "x-hks-direct";

/// A body as text, or as Base64 where it is not text.
pub struct Content {
    pub text: String,
    pub is_base64: bool,
}

/// The `event` of a call.
pub fn event(call: &Call, function_name: &str) -> Value {
    let request = &call.request;
    let headers = joined(&request.headers);
    let parameters = query::parse(&request.query);
    let single: Map<String, Value> = parameters
        .iter()
        .filter_map(|(name, values)| Some((name.clone(), Value::from(values.last()?.as_str()))))
        .collect();
    let content = read_body(request);
    json!({
        "httpMethod": request.method,
        "path": request.path,
        "multiValueHeaders": lists(request.headers.iter()),
        "queryStringParameters": single,
        "multiValueQueryStringParameters": lists(parameters.iter().map(|(name, values)| (&**name, &**values))),
        "query": single,
        "rawQueryString": request.query,
        "cookies": cookies(&headers),
        "body": content.as_ref().map(|content| content.text.as_str()),
        "isBase64Encoded": content.as_ref().map_or(false, |content| content.is_base64),
        "data": content.as_ref().and_then(|content| read_data(request, content)),
        "requestContext": {
            "requestId": call.request_id,
            "functionName": function_name,
            "httpMethod": request.method,
            "path": request.path,
            "protocol": if request.is_http10 { "HTTP/1.0" } else { "HTTP/1.1" },
            "requestTimeEpoch": utc::now().as_millis() as u64,
            "identity": { "sourceIp": source(request, &headers), "userAgent": headers.get("user-agent") },
        },
        "headers": headers,
    })
}

/// Whether the body's value itself is the event, and the whole result the answer.
pub fn is_direct(request: &Request) -> bool {
    request.headers.first(DIRECT).is_some()
}

/// The `event` of a direct call.
pub fn direct_event(request: &Request) -> Result<Value, Refusal> {
    serde_json::from_slice(&request.body).map_err(|_| Refusal::new(400, "the body of a direct call must be JSON"))
}

/// The body, if there is one.
pub fn read_body(request: &Request) -> Option<Content> {
    if request.body.is_empty() {
        return None;
    }
    if request.headers.first("content-encoding").is_none() && !is_binary(&request.media_type()) {
        if let Ok(text) = std::str::from_utf8(&request.body) {
            return Some(Content { text: text.to_string(), is_base64: false });
        }
    }
    Some(Content { text: base64::encode(&request.body), is_base64: true })
}

/// The body's value where it is JSON.
pub fn read_data(request: &Request, content: &Content) -> Option<Value> {
    let media = request.media_type();
    if content.is_base64 || !(media.is_empty() || is_json(&media)) {
        return None;
    }
    serde_json::from_str(&content.text).ok()
}

/// Whether bodies of this type are JSON.
pub fn is_json(media: &str) -> bool {
    media == "application/json" || media == "text/json" || (media.contains('/') && media.ends_with("+json"))
}

/// Types that are handed over as Base64 even where a body happens to be valid UTF-8.
fn is_binary(media: &str) -> bool {
    let families = ["image/", "audio/", "video/", "font/", "multipart/"];
    let types = ["octet-stream", "pdf", "zip", "gzip", "x-tar", "x-gzip", "wasm"];
    families.iter().any(|family| media.starts_with(family))
        || media.strip_prefix("application/").map_or(false, |rest| types.contains(&rest))
}

fn joined(headers: &Headers) -> Map<String, Value> {
    let join = |name: &str, values: &[String]| values.join(if name == "cookie" { "; " } else { ", " });
    headers.iter().map(|(name, values)| (name.to_string(), Value::from(join(name, values)))).collect()
}

fn lists<'a>(pairs: impl Iterator<Item = (&'a str, &'a [String])>) -> Map<String, Value> {
    pairs.map(|(name, values)| (name.to_string(), Value::from(values.to_vec()))).collect()
}

fn cookies(headers: &Map<String, Value>) -> Vec<&str> {
    let header = headers.get("cookie").and_then(Value::as_str).unwrap_or("");
    header.split(';').map(str::trim).filter(|part| !part.is_empty()).collect()
}

fn source(request: &Request, headers: &Map<String, Value>) -> Option<String> {
    match headers.get("x-forwarded-for").and_then(Value::as_str).filter(|text| !text.is_empty()) {
        Some(forwarded) => forwarded.split(',').next().map(|first| first.trim().to_string()),
        None => request.remote.clone(),
    }
}
