//! HTTP/1.1 requests out of a byte stream (RFC 9112), strict where leniency lets requests be smuggled.

use crate::request::{from_latin1, Headers, Refusal, Request};

const MAX_HEAD: usize = 32 * 1024;
const MAX_TARGET: usize = 16 * 1024;
const MAX_FIELDS: usize = 200;
/// A chunk's size line with its extensions.
const MAX_CHUNK_LINE: usize = 1024;

/// Collects bytes and cuts requests from them.
pub struct RequestReader {
    max_body: usize,
    buffer: Vec<u8>,
    /// How much of the buffer has been used.
    start: usize,
    pending: Option<Pending>,
}

/// A request whose body is on its way.
struct Pending {
    request: Request,
    /// Bytes of the body; nothing for a chunked one.
    length: Option<usize>,
    expects_continue: bool,
}

impl RequestReader {
    pub fn new(max_body: usize) -> RequestReader {
        RequestReader { max_body, buffer: Vec::new(), start: 0, pending: None }
    }

    /// Whether no part of a request has arrived.
    pub fn is_empty(&self) -> bool {
        self.pending.is_none() && self.rest().is_empty()
    }

    /// Whether a head has been read and its body is on its way.
    pub fn has_head(&self) -> bool {
        self.pending.is_some()
    }

    /// Takes bytes from the connection.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.start);
        self.start = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// Whether the client waits for `100 Continue`; true once a request.
    pub fn take_continue(&mut self) -> bool {
        let has_body = !self.rest().is_empty();
        match &mut self.pending {
            Some(pending) if pending.expects_continue && !has_body => {
                pending.expects_continue = false;
                true
            }
            _ => false,
        }
    }

    /// The next complete request; nothing while it lacks bytes.
    pub fn next_request(&mut self) -> Result<Option<Request>, Refusal> {
        if self.pending.is_none() && !self.read_head()? {
            return Ok(None);
        }
        let length = self.pending.as_ref().and_then(|pending| pending.length);
        let is_complete = match length {
            Some(length) => self.read_sized(length),
            None => self.read_chunks()?,
        };
        if !is_complete {
            return Ok(None);
        }
        Ok(self.pending.take().map(|pending| pending.request))
    }

    fn rest(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    fn read_head(&mut self) -> Result<bool, Refusal> {
        while self.rest().starts_with(b"\r\n") {
            self.start += 2;
        }
        let rest = self.rest();
        let seen = &rest[..rest.len().min(MAX_HEAD)];
        let end = match find(seen, b"\r\n\r\n") {
            Some(end) => end,
            None if rest.len() >= MAX_HEAD => return Err(Refusal::new(431, "the request's head is too large")),
            None => {
                // The last byte may be the first half of a line's end.
                check_characters(&seen[..seen.len().saturating_sub(1)], "head")?;
                return Ok(false);
            }
        };
        let pending = self.parse_head(&seen[..end])?;
        self.start += end + 4;
        self.pending = Some(pending);
        Ok(true)
    }

    fn parse_head(&self, head: &[u8]) -> Result<Pending, Refusal> {
        check_characters(head, "head")?;
        let text = from_latin1(head);
        let mut lines = text.split("\r\n");
        let (method, target, is_http10) = parse_request_line(lines.next().unwrap_or(""))?;
        let headers = parse_fields(lines)?;
        match headers.values("host").map_or(0, <[String]>::len) {
            0 if !is_http10 => return Err(Refusal::new(400, "the request has no Host header")),
            0 | 1 => {}
            _ => return Err(Refusal::new(400, "the request has several Host headers")),
        }
        let length = self.framing(&headers, is_http10)?;
        let expects_continue = expectation(&headers, is_http10)? && length != Some(0);
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let (path, query) = (path.to_string(), query.to_string());
        let request = Request { method, path, query, headers, body: Vec::new(), is_http10, remote: None };
        Ok(Pending { request, length, expects_continue })
    }

    /// The length of the body; nothing where it is chunked.
    fn framing(&self, headers: &Headers, is_http10: bool) -> Result<Option<usize>, Refusal> {
        let lengths = headers.values("content-length");
        if let Some(codings) = headers.values("transfer-encoding") {
            if lengths.is_some() || is_http10 {
                return Err(Refusal::new(400, "Transfer-Encoding stands where it may not"));
            }
            if codings.len() > 1 || !codings[0].eq_ignore_ascii_case("chunked") {
                return Err(Refusal::new(501, "only the transfer coding 'chunked' is known"));
            }
            return Ok(None);
        }
        let text = match lengths {
            None => return Ok(Some(0)),
            Some([one]) => one,
            Some(_) => return Err(Refusal::new(400, "Content-Length is malformed")),
        };
        let is_number = (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse::<u64>() {
            Ok(length) if is_number && length <= self.max_body as u64 => Ok(Some(length as usize)),
            Ok(_) if is_number => Err(self.too_large()),
            _ => Err(Refusal::new(400, "Content-Length is malformed")),
        }
    }

    fn read_sized(&mut self, length: usize) -> bool {
        if self.rest().len() < length {
            return false;
        }
        if let Some(pending) = &mut self.pending {
            pending.request.body = self.buffer[self.start..self.start + length].to_vec();
        }
        self.start += length;
        true
    }

    fn read_chunks(&mut self) -> Result<bool, Refusal> {
        loop {
            let rest = self.rest();
            let line = &rest[..rest.len().min(MAX_CHUNK_LINE)];
            let end = match find(line, b"\r\n") {
                Some(end) => end,
                None if rest.len() >= MAX_CHUNK_LINE => {
                    return Err(Refusal::new(400, "a chunk's size line is too long"));
                }
                None => return Ok(false),
            };
            let size = chunk_size(&line[..end]).ok_or_else(|| Refusal::new(400, "a chunk's size is malformed"))?;
            if size == 0 {
                return self.read_trailers(end);
            }
            let body_size = self.pending.as_ref().map_or(0, |pending| pending.request.body.len()) as u64;
            if body_size + size > self.max_body as u64 {
                return Err(self.too_large());
            }
            let stop = end + 2 + size as usize;
            if rest.len() < stop + 2 {
                return Ok(false);
            }
            if &rest[stop..stop + 2] != b"\r\n" {
                return Err(Refusal::new(400, "a chunk is longer than its size says"));
            }
            if let Some(pending) = &mut self.pending {
                let piece = &self.buffer[self.start + end + 2..self.start + stop];
                pending.request.body.extend_from_slice(piece);
            }
            self.start += stop + 2;
        }
    }

    /// Checks the trailer section and drops it.
    fn read_trailers(&mut self, size_line_end: usize) -> Result<bool, Refusal> {
        let rest = self.rest();
        let section = &rest[size_line_end..rest.len().min(size_line_end + MAX_HEAD)];
        // The size line's own end may be the first half of the blank line.
        let end = match find(section, b"\r\n\r\n") {
            Some(end) => end,
            None if section.len() >= MAX_HEAD => return Err(Refusal::new(431, "the request's trailers are too large")),
            None => return Ok(false),
        };
        let trailers = &section[end.min(2)..end];
        check_characters(trailers, "trailers")?;
        if !trailers.is_empty() {
            parse_fields(from_latin1(trailers).split("\r\n"))?;
        }
        self.start += size_line_end + end + 4;
        Ok(true)
    }

    fn too_large(&self) -> Refusal {
        Refusal::new(413, format!("the request's body is larger than {} bytes", self.max_body))
    }
}

/// Whether a text is a token (RFC 9110, 5.6.2), as methods and header names are.
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// Refuses control characters, and line ends that are not CRLF.
fn check_characters(bytes: &[u8], part: &str) -> Result<(), Refusal> {
    let is_wrong = |index: usize, byte: u8| match byte {
        b'\t' => false,
        b'\r' => bytes.get(index + 1) != Some(&b'\n'),
        b'\n' => index == 0 || bytes[index - 1] != b'\r',
        _ => byte < 0x20 || byte == 0x7f,
    };
    // A section that was cut off may end between the two halves of a line's end.
    let complete = if bytes.last() == Some(&b'\r') { bytes.len() - 1 } else { bytes.len() };
    if (0..complete).any(|index| is_wrong(index, bytes[index])) {
        return Err(Refusal::new(400, format!("the request's {} holds a forbidden character", part)));
    }
    Ok(())
}

fn parse_request_line(line: &str) -> Result<(String, String, bool), Refusal> {
    let malformed = || Refusal::new(400, "the request line is malformed");
    let mut parts = line.split(' ');
    let (method, target, version) = match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(method), Some(target), Some(version), None) if is_token(method) => (method, target, version),
        _ => return Err(malformed()),
    };
    if version != "HTTP/1.1" && version != "HTTP/1.0" {
        return Err(match version.strip_prefix("HTTP/").map(str::as_bytes) {
            Some([major, b'.', minor]) if major.is_ascii_digit() && minor.is_ascii_digit() => {
                Refusal::new(505, "only HTTP/1.1 and HTTP/1.0 are spoken")
            }
            _ => malformed(),
        });
    }
    if target.len() > MAX_TARGET {
        return Err(Refusal::new(414, "the request's target is too long"));
    }
    let path = if target.starts_with('/') { Some(target.to_string()) } else { path_of(target, method) };
    match path.filter(|path| !path.contains('\t')) {
        Some(path) => Ok((method.to_string(), path, version == "HTTP/1.0")),
        None => Err(Refusal::new(400, "the request's target is malformed")),
    }
}

/// The path and query of a target in absolute form, as proxies send it.
fn path_of(target: &str, method: &str) -> Option<String> {
    if target == "*" && method == "OPTIONS" {
        return Some(target.to_string());
    }
    let (scheme, rest) = target.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    let end = rest.find(|char| "/?#".contains(char)).unwrap_or(rest.len());
    if end == 0 {
        return None;
    }
    let path = &rest[end..];
    Some(if path.starts_with('/') { path.to_string() } else { format!("/{}", path) })
}

fn parse_fields<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Headers, Refusal> {
    let mut headers = Headers::default();
    for (index, line) in lines.enumerate() {
        if index >= MAX_FIELDS {
            return Err(Refusal::new(431, "the request has too many headers"));
        }
        // A folded line begins with a space, which no token does.
        match line.split_once(':') {
            Some((name, value)) if is_token(name) => {
                headers.add(name.to_ascii_lowercase(), value.trim_matches(|char| " \t".contains(char)).to_string());
            }
            _ => return Err(Refusal::new(400, "a header line is malformed")),
        }
    }
    Ok(headers)
}

/// Whether the client waits for `100 Continue`.
fn expectation(headers: &Headers, is_http10: bool) -> Result<bool, Refusal> {
    match headers.first("expect") {
        None => Ok(false),
        Some(_) if is_http10 => Ok(false),
        Some(value) if value.eq_ignore_ascii_case("100-continue") => Ok(true),
        Some(_) => Err(Refusal::new(417, "only the expectation '100-continue' is known")),
    }
}

fn chunk_size(line: &[u8]) -> Option<u64> {
    let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    if !(1..=15).contains(&digits) {
        return None;
    }
    let rest: Vec<u8> = line[digits..].iter().copied().skip_while(|byte| b" \t".contains(byte)).collect();
    let is_extension = |byte: &u8| *byte == b'\t' || (*byte >= 0x20 && *byte != 0x7f);
    if digits < line.len() && (rest.first() != Some(&b';') || !rest.iter().all(is_extension)) {
        return None;
    }
    u64::from_str_radix(std::str::from_utf8(&line[..digits]).ok()?, 16).ok()
}
