//! Answers in their form on the wire.

use crate::answer::Answer;
use crate::utc;

pub const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// Whether an answer with this status may have a body (RFC 9110, 6.4.1).
pub fn has_body(status: u16) -> bool {
    !matches!(status, 204 | 205 | 304)
}

/// The whole of an answer.
pub fn encode(answer: &Answer, method: &str, closes: bool) -> Vec<u8> {
    let body: &[u8] = if has_body(answer.status) { &answer.body } else { &[] };
    let mut head =
        format!("HTTP/1.1 {} {}\r\ndate: {}\r\n", answer.status, phrase(answer.status), utc::http(utc::now()));
    for (name, value) in &answer.headers {
        head.push_str(&format!("{}: {}\r\n", name, value));
    }
    if closes {
        head.push_str("connection: close\r\n");
    }
    // Without a body there is no telling how long the answer to GET would be.
    if has_body(answer.status) && (!body.is_empty() || method != "HEAD") {
        head.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    if method != "HEAD" {
        bytes.extend_from_slice(body);
    }
    bytes
}

fn phrase(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        203 => "Non-Authoritative Information",
        204 => "No Content",
        205 => "Reset Content",
        206 => "Partial Content",
        300 => "Multiple Choices",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        416 => "Range Not Satisfiable",
        417 => "Expectation Failed",
        418 => "I'm a Teapot",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        423 => "Locked",
        424 => "Failed Dependency",
        425 => "Too Early",
        426 => "Upgrade Required",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        _ => "",
    }
}
