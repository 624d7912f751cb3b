//! One client's connection: requests in, answers out, one at a time and in order, on a thread of its own.

use std::io::{Read, Write};
use std::os::unix::io::AsRawFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::answer::Answer;
use crate::call::Call;
use crate::http1::RequestReader;
use crate::listeners::Stream;
use crate::request::{Refusal, Request};
use crate::server::Server;
use crate::system::wait_readable;
use crate::wire;

const RECEIVE_SIZE: usize = 16 * 1024;
/// How long, and for how many bytes, a refused client may go on sending before the connection is cut; cutting at once
/// could take the answer away from it.
const LINGER: Duration = Duration::from_secs(2);
const MAX_LINGER: usize = 64 * 1024 * 1024;

/// A connection and what has been received on it.
pub struct Connection<'a> {
    server: &'a Server,
    stream: Stream,
    remote: Option<String>,
    reader: RequestReader,
}

enum Received {
    Request(Request),
    Refused(Refusal),
    /// Nothing more comes.
    End,
}

impl<'a> Connection<'a> {
    pub fn new(server: &'a Server, stream: Stream, remote: Option<String>) -> Connection<'a> {
        Connection { server, stream, remote, reader: RequestReader::new(server.settings().max_body) }
    }

    /// Serves the client until either side closes.
    pub fn run(mut self) {
        if self.stream.set_write_timeout(self.server.settings().io_timeout).is_err() {
            return;
        }
        loop {
            let stays_open = match self.receive() {
                Received::Request(request) => self.answer(request),
                Received::Refused(refusal) => self.refuse(&refusal),
                Received::End => false,
            };
            if !stays_open {
                return;
            }
        }
    }

    fn receive(&mut self) -> Received {
        let idle_since = Instant::now();
        let mut started = None;
        let mut piece = [0; RECEIVE_SIZE];
        loop {
            match self.reader.next_request() {
                Ok(Some(request)) => return Received::Request(request),
                Ok(None) => {}
                Err(refusal) => return Received::Refused(refusal),
            }
            if self.reader.take_continue() && self.stream.write_all(wire::CONTINUE).is_err() {
                return Received::End;
            }
            let is_idle = self.reader.is_empty();
            let deadline = self.deadline(is_idle, idle_since, &mut started);
            // An unused connection closes when the server stops; a request that has arrived by then is still served.
            let descriptors = [self.stream.as_raw_fd(), self.server.stop_descriptor()];
            let watched = if is_idle { &descriptors[..] } else { &descriptors[..1] };
            match wait_readable(watched, Some(deadline)) {
                Ok(ready) if ready[0] => {}
                Ok(_) if !is_idle => {
                    return Received::Refused(Refusal::new(408, "the request took too long to arrive"));
                }
                _ => return Received::End,
            }
            match self.stream.read(&mut piece) {
                Ok(0) | Err(_) => return Received::End,
                Ok(size) => self.reader.feed(&piece[..size]),
            }
        }
    }

    fn deadline(&self, is_idle: bool, idle_since: Instant, started: &mut Option<Instant>) -> Instant {
        let settings = self.server.settings();
        if is_idle {
            return idle_since + settings.idle_timeout;
        }
        // A fixed end, whatever trickles in: a slow client gains nothing by sending single bytes.
        let started = *started.get_or_insert_with(Instant::now);
        started + settings.io_timeout * if self.reader.has_head() { 4 } else { 1 }
    }

    /// Answers a request; false where the connection closes after it.
    fn answer(&mut self, mut request: Request) -> bool {
        request.remote = self.remote.clone();
        let method = request.method.clone();
        let keeps_alive = request.keeps_alive();
        let answer = match self.server.probe(&request) {
            Some(answer) => answer,
            None => self.server.dispatch(&Arc::new(Call::new(request, self.server.settings().timeout))),
        };
        let closes = !keeps_alive || self.server.is_draining();
        self.stream.write_all(&wire::encode(&answer, &method, closes)).is_ok() && !closes
    }

    /// Answers what is not a request that can be served; nothing after it on the connection is read.
    fn refuse(&mut self, refusal: &Refusal) -> bool {
        let bytes = wire::encode(&Answer::refusal(refusal), "", true);
        if self.stream.write_all(&bytes).is_ok() && self.stream.close_writing().is_ok() {
            self.linger();
        }
        false
    }

    fn linger(&mut self) {
        let deadline = Instant::now() + LINGER;
        let mut piece = [0; RECEIVE_SIZE];
        let mut taken = 0;
        while taken < MAX_LINGER {
            match wait_readable(&[self.stream.as_raw_fd()], Some(deadline)) {
                Ok(ready) if ready[0] => {}
                _ => return,
            }
            match self.stream.read(&mut piece) {
                Ok(0) | Err(_) => return,
                Ok(size) => taken += size,
            }
        }
    }
}
