//! A request, and what its headers say.

/// Header fields by lower-case name, every value in the order of arrival. Each character of a value is one byte.
#[derive(Default)]
pub struct Headers(Vec<(String, Vec<String>)>);

impl Headers {
    /// Adds a value; the name has to be in lower case.
    pub fn add(&mut self, name: String, value: String) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => self.0.push((name, vec![value])),
        }
    }

    /// All values of a header.
    pub fn values(&self, name: &str) -> Option<&[String]> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, values)| values.as_slice())
    }

    /// The first value of a header.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.values(name).map(|values| values[0].as_str())
    }

    /// All headers.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(name, values)| (name.as_str(), values.as_slice()))
    }
}

/// One request, its body complete.
pub struct Request {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: Headers,
    pub body: Vec<u8>,
    pub is_http10: bool,
    /// Address of the peer; nothing on a Unix socket.
    pub remote: Option<String>,
}

impl Request {
    /// The content type without its parameters, in lower case.
    pub fn media_type(&self) -> String {
        let full = self.headers.first("content-type").unwrap_or("");
        full.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
    }

    /// Whether the client means to send another request on the connection.
    pub fn keeps_alive(&self) -> bool {
        let values = self.headers.values("connection").unwrap_or(&[]);
        let has = |wanted: &str| {
            values.iter().flat_map(|value| value.split(',')).any(|option| option.trim().eq_ignore_ascii_case(wanted))
        };
        if self.is_http10 {
            has("keep-alive")
        } else {
            !has("close")
        }
    }
}

/// A request that is refused with a status and a reason.
#[derive(Debug)]
pub struct Refusal {
    pub status: u16,
    pub reason: String,
}

impl Refusal {
    pub fn new(status: u16, reason: impl Into<String>) -> Refusal {
        Refusal { status, reason: reason.into() }
    }
}

/// Text of which each character is one byte.
pub fn from_latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| *byte as char).collect()
}

/// The bytes of such a text.
pub fn to_latin1(text: &str) -> Vec<u8> {
    text.chars().map(|char| char as u8).collect()
}
