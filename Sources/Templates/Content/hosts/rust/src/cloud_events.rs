//! CloudEvents 1.0.2 over HTTP: binary, structured and batched.
//!
//! https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md

use serde_json::{Map, Value};

use crate::answer::{Answer, JSON};
use crate::call::new_id;
use crate::http_event::{is_json, read_body, read_data};
use crate::http_result::{decode_body, header_value, Unsendable};
use crate::query::unescape;
use crate::request::{to_latin1, Refusal, Request};

const STRUCTURED: &str = "application/cloudevents+json";
const BATCHED: &str = "application/cloudevents-batch+json";
const REQUIRED: [&str; 4] = ["specversion", "id", "source", "type"];
const DATA: [&str; 2] = ["data", "data_base64"];

type Event = Map<String, Value>;

/// The events of a request.
pub fn parse(request: &Request) -> Result<Vec<Event>, Refusal> {
    let media = request.media_type();
    if media == STRUCTURED {
        return Ok(vec![check(load(request)?)?]);
    }
    if media == BATCHED {
        return match load(request)? {
            Value::Array(batch) => batch.into_iter().map(check).collect(),
            _ => Err(Refusal::new(400, "a batch of CloudEvents must be a JSON array")),
        };
    }
    if media.starts_with("application/cloudevents") {
        return Err(Refusal::new(415, format!("CloudEvents in the form '{}' are not read; send JSON", media)));
    }
    if request.headers.first("ce-specversion").is_none() {
        return Err(not_an_event("it has no ce-specversion header"));
    }
    Ok(vec![check(Value::Object(from_headers(request)?))?])
}

/// A handler's result as the event that it is meant to be, with the attributes that were left to the host.
pub fn as_reply(result: &Value) -> Option<Event> {
    let fields = result.as_object()?;
    let has_text = |name: &str| fields.get(name).and_then(Value::as_str).map_or(false, |text| !text.is_empty());
    if !has_text("type") || !has_text("source") {
        return None;
    }
    let mut event = fields.clone();
    event.entry("specversion").or_insert_with(|| "1.0".into());
    event.entry("id").or_insert_with(|| new_id().into());
    Some(event)
}

/// An answer in binary mode.
pub fn encode(event: Event) -> Result<Answer, Unsendable> {
    let mut answer = Answer::empty(200);
    for (name, value) in &event {
        if DATA.contains(&name.as_str()) || name == "datacontenttype" || value.is_null() {
            continue;
        }
        check_name(name)?;
        answer.headers.push((format!("ce-{}", name), encode_value(name, value)?));
    }
    let mut content_type = match event.get("datacontenttype") {
        None | Some(Value::Null) => None,
        Some(value) => Some(header_value("datacontenttype", value)?),
    };
    match (event.get("data_base64"), event.get("data")) {
        (Some(Value::String(text)), _) => answer.body = decode_body(text)?,
        (_, Some(data)) if !data.is_null() => {
            answer.body = encode_data(data, content_type.as_deref());
            content_type.get_or_insert_with(|| JSON.into());
        }
        _ => {}
    }
    Ok(match content_type {
        Some(content_type) => answer.typed(&content_type),
        None => answer,
    })
}

/// Several events in one answer, which binary mode cannot hold.
pub fn encode_batch(events: Vec<Event>) -> Result<Answer, Unsendable> {
    for name in events.iter().flat_map(Map::keys) {
        check_name(name)?;
    }
    let batch = Value::Array(events.into_iter().map(Value::Object).collect());
    Ok(Answer { headers: vec![("content-type".into(), BATCHED.into())], ..Answer::json(200, &batch) })
}

fn not_an_event(reason: impl std::fmt::Display) -> Refusal {
    Refusal::new(400, format!("the request is not a CloudEvent: {}", reason))
}

fn load(request: &Request) -> Result<Value, Refusal> {
    serde_json::from_slice(&request.body).map_err(|_| not_an_event("its body is not JSON"))
}

fn check(value: Value) -> Result<Event, Refusal> {
    let mut event = match value {
        Value::Object(fields) => fields,
        _ => return Err(not_an_event("a JSON object is expected")),
    };
    // In the JSON format an attribute that is null is absent.
    let absent = |(name, value): &(&String, &Value)| value.is_null() && *name != "data";
    let gone: Vec<String> = event.iter().filter(absent).map(|(name, _)| name.clone()).collect();
    gone.iter().for_each(|name| drop(event.remove(name)));
    for name in REQUIRED {
        match event.get(name).and_then(Value::as_str) {
            None | Some("") => {
                return Err(not_an_event(format!("attribute '{}' is missing or not a text", name)));
            }
            Some(version) if name == "specversion" && version != "1.0" => {
                return Err(Refusal::new(400, format!("CloudEvents of version '{}' are not read, only 1.0", version)));
            }
            Some(_) => {}
        }
    }
    if DATA.iter().all(|name| event.contains_key(*name)) {
        return Err(not_an_event("it has both 'data' and 'data_base64'"));
    }
    for (name, value) in &event {
        let is_attribute = is_name(name) && (value.is_string() || value.is_boolean() || value.is_i64());
        if !DATA.contains(&name.as_str()) && !is_attribute {
            return Err(not_an_event(format!("attribute '{}' is malformed", name)));
        }
    }
    if !event.contains_key("data_base64") {
        event.entry("data").or_insert(Value::Null);
    }
    Ok(event)
}

fn from_headers(request: &Request) -> Result<Event, Refusal> {
    let mut event = Event::new();
    for (header, values) in request.headers.iter() {
        let name = match header.strip_prefix("ce-") {
            Some(name) => name,
            None => continue,
        };
        if values.len() > 1 {
            return Err(not_an_event(format!("header '{}' is repeated", header)));
        }
        event.insert(name.to_string(), decode_value(header, &values[0])?.into());
    }
    if let Some(content_type) = request.headers.first("content-type").filter(|text| !text.is_empty()) {
        event.insert("datacontenttype".into(), content_type.into());
    }
    match read_body(request) {
        Some(content) if content.is_base64 => {
            event.insert("data_base64".into(), content.text.into());
        }
        Some(content) => {
            let media = request.media_type();
            let data = if media.is_empty() || is_json(&media) {
                let promise = "its data is not the JSON that its type promises";
                read_data(request, &content).ok_or_else(|| not_an_event(promise))?
            } else {
                content.text.into()
            };
            event.insert("data".into(), data);
        }
        None => {}
    }
    Ok(event)
}

fn decode_value(header: &str, value: &str) -> Result<String, Refusal> {
    let quoted = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let text = quoted.map_or_else(|| value.to_string(), without_quoted_pairs);
    String::from_utf8(unescape(&to_latin1(&text)))
        .map_err(|_| not_an_event(format!("header '{}' is not UTF-8", header)))
}

fn without_quoted_pairs(text: &str) -> String {
    let mut result = String::new();
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        result.push(if char == '\\' { chars.next().unwrap_or(char) } else { char });
    }
    result
}

fn encode_value(name: &str, value: &Value) -> Result<String, Unsendable> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        _ => return Err(Unsendable::new(format!("attribute '{}' must be a text, number or bool", name))),
    };
    // All but the printable ASCII characters, and space, quote and percent.
    let is_plain = |byte: u8| (0x21..=0x7e).contains(&byte) && byte != b'"' && byte != b'%';
    let escape = |byte: u8| if is_plain(byte) { (byte as char).to_string() } else { format!("%{:02X}", byte) };
    Ok(text.bytes().map(escape).collect())
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

fn check_name(name: &str) -> Result<(), Unsendable> {
    if is_name(name) || DATA.contains(&name) {
        return Ok(());
    }
    Err(Unsendable::new(format!("'{}' is not the name of an attribute", name.escape_default())))
}

fn encode_data(data: &Value, content_type: Option<&str>) -> Vec<u8> {
    let media = content_type.map(|text| text.split(';').next().unwrap_or("").trim().to_ascii_lowercase());
    match (data, media) {
        (Value::String(text), Some(media)) if !is_json(&media) => text.clone().into_bytes(),
        _ => data.to_string().into_bytes(),
    }
}
