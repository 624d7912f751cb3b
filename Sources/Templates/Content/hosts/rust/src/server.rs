//! Listeners, connections and the orderly stop.

use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::io::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::answer::{Answer, TEXT};
use crate::application::Application;
use crate::call::Call;
use crate::connection::Connection;
use crate::dispatcher::Dispatcher;
use crate::listeners::{unlink_socket, Listener, Stream};
use crate::logs;
use crate::request::Request;
use crate::settings::Settings;
use crate::system::wait_readable;

/// Connections at once; further clients wait until one closes.
const MAX_CONNECTIONS: usize = 1024;
/// For reading and writing only: handlers have threads of their own.
const STACK_SIZE: usize = 256 * 1024;
/// How long new connections wait when the process is out of file descriptors or threads.
const ACCEPT_PAUSE: Duration = Duration::from_millis(500);
/// How often a stopping server looks whether calls run whose clients have gone.
const DRAIN_TURN: Duration = Duration::from_millis(20);

/// Serves one application until the process is told to stop.
pub struct Server {
    application: Arc<Application>,
    dispatcher: Arc<Dispatcher>,
    connections: AtomicUsize,
    is_draining: AtomicBool,
    /// Ends, and with it becomes readable, when the server stops.
    stop_reader: UnixStream,
    stop_writer: Mutex<Option<UnixStream>>,
    /// Gets a byte whenever a connection has closed.
    wake_reader: UnixStream,
    wake_writer: UnixStream,
}

impl Server {
    pub fn new(application: Application) -> io::Result<Server> {
        let application = Arc::new(application);
        let (stop_reader, stop_writer) = UnixStream::pair()?;
        let (wake_reader, wake_writer) = UnixStream::pair()?;
        wake_reader.set_nonblocking(true)?;
        wake_writer.set_nonblocking(true)?;
        Ok(Server {
            dispatcher: Dispatcher::new(Arc::clone(&application)),
            application,
            connections: AtomicUsize::new(0),
            is_draining: AtomicBool::new(false),
            stop_reader,
            stop_writer: Mutex::new(Some(stop_writer)),
            wake_reader,
            wake_writer,
        })
    }

    pub fn settings(&self) -> &Settings {
        &self.application.settings
    }

    /// Whether the server stops: no connection stays open after its next answer.
    pub fn is_draining(&self) -> bool {
        self.is_draining.load(SeqCst)
    }

    /// Readable once the server stops.
    pub fn stop_descriptor(&self) -> RawFd {
        self.stop_reader.as_raw_fd()
    }

    /// Answers the platform's health checks.
    pub fn probe(&self, request: &Request) -> Option<Answer> {
        let is_well = match request.path.as_str() {
            "/health/readiness" => !self.is_draining(),
            "/health/liveness" => !self.dispatcher.is_stuck(),
            _ => return None,
        };
        if request.method != "GET" && request.method != "HEAD" {
            return Some(Answer::error(405, "health checks are read with GET", Default::default()));
        }
        Some(Answer::empty(if is_well { 200 } else { 503 }).typed(TEXT))
    }

    /// Has a call run and waits for its answer.
    pub fn dispatch(&self, call: &Arc<Call>) -> Answer {
        self.dispatcher.dispatch(call)
    }

    /// Opens the listeners. Fails with one sentence.
    pub fn listen(&self) -> Result<Vec<Listener>, String> {
        let settings = self.settings();
        let mut listeners = Vec::new();
        if let Some(path) = &settings.unix_path {
            listeners.push(Listener::unix(path)?);
        }
        listeners.push(Listener::tcp(&settings.host, settings.port)?);
        Ok(listeners)
    }

    /// Serves until a signal comes, then until the calls that run have ended or their time is over.
    pub fn run(self: &Arc<Self>, listeners: Vec<Listener>, signals: &UnixStream) -> io::Result<()> {
        let mut pause = None;
        loop {
            let mut watched = vec![signals.as_raw_fd(), self.wake_reader.as_raw_fd()];
            pause = pause.filter(|end| Instant::now() < *end);
            if pause.is_none() && self.connections.load(SeqCst) < MAX_CONNECTIONS {
                watched.extend(listeners.iter().map(Listener::as_raw_fd));
            }
            let ready = wait_readable(&watched, pause)?;
            if ready[1] {
                self.clear_wake();
            }
            for (listener, _) in listeners.iter().zip(&ready[2..]).filter(|(_, is_ready)| **is_ready) {
                if !self.accept(listener) {
                    pause = Some(Instant::now() + ACCEPT_PAUSE);
                }
            }
            if ready[0] {
                self.drain(listeners);
                return Ok(());
            }
        }
    }

    /// Takes one connection in, if there is one; false where the system has no room for it.
    fn accept(self: &Arc<Self>, listener: &Listener) -> bool {
        let accepted = match listener.accept() {
            Ok((stream, remote)) => self.start(stream, remote),
            Err(error) => Err(error),
        };
        match accepted {
            Ok(()) => true,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => true,
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset) => true,
            Err(error) => {
                logs::write("warn", &format!("new connections wait: {}", error), None);
                false
            }
        }
    }

    fn start(self: &Arc<Self>, stream: Stream, remote: Option<String>) -> io::Result<()> {
        let server = Arc::clone(self);
        self.connections.fetch_add(1, SeqCst);
        let thread = thread::Builder::new().name("connection".into()).stack_size(STACK_SIZE).spawn(move || {
            let _open = Open(&server);
            Connection::new(&server, stream, remote).run();
        });
        if thread.is_err() {
            self.connections.fetch_sub(1, SeqCst);
        }
        thread.map(drop)
    }

    fn drain(self: &Arc<Self>, listeners: Vec<Listener>) {
        let settings = self.settings();
        let end = Instant::now() + settings.drain;
        // Clients whose connection the system has accepted already are served.
        for listener in &listeners {
            while let Ok((stream, remote)) = listener.accept() {
                if self.start(stream, remote).is_err() {
                    break;
                }
            }
        }
        drop(listeners);
        if let Some(path) = &settings.unix_path {
            unlink_socket(path);
        }
        self.is_draining.store(true, SeqCst);
        drop(self.stop_writer.lock().unwrap_or_else(PoisonError::into_inner).take());
        while self.connections.load(SeqCst) > 0 || self.dispatcher.running() > 0 {
            let now = Instant::now();
            if now >= end {
                break;
            }
            let turn = wait_readable(&[self.wake_reader.as_raw_fd()], Some(end.min(now + DRAIN_TURN)));
            if turn.is_ok() {
                self.clear_wake();
            }
        }
        let unfinished = self.dispatcher.running();
        if unfinished > 0 {
            let seconds = settings.drain.as_secs_f64();
            logs::write("warn", &format!("stopped after {} s, calls unfinished: {}", seconds, unfinished), None);
        }
    }

    fn clear_wake(&self) {
        let mut bytes = [0; 256];
        while (&self.wake_reader).read(&mut bytes).map_or(false, |size| size == bytes.len()) {}
    }
}

/// Counts a connection until it closes, however its thread ends.
struct Open<'a>(&'a Server);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, SeqCst);
        // Where it is full, its reader wakes anyway.
        let _ = (&self.0.wake_writer).write(b"c");
    }
}
