//! Where clients connect, and their connections.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::FileTypeExt;
use std::os::unix::io::{AsRawFd, RawFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::time::Duration;

use crate::system;

/// A listener of either kind; accepting never blocks.
pub enum Listener {
    Tcp(TcpListener),
    Unix(UnixListener),
}

/// A client's connection of either kind.
pub enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Listener {
    /// Listens on a TCP port.
    pub fn tcp(host: &str, port: u16) -> Result<Listener, String> {
        TcpListener::bind((host, port))
            .and_then(|listener| listener.set_nonblocking(true).map(|_| Listener::Tcp(listener)))
            .map_err(|error| format!("cannot listen on '{}:{}': {}", host, port, error))
    }

    /// Listens on a Unix socket that only the user who runs the function may use, from the first moment on.
    pub fn unix(path: &str) -> Result<Listener, String> {
        unlink_socket(path);
        system::with_private_files(|| UnixListener::bind(path))
            .and_then(|listener| listener.set_nonblocking(true).map(|_| Listener::Unix(listener)))
            .map_err(|error| format!("cannot listen on '{}': {}", path, error))
    }

    /// The next connection, and the address of its peer where there is one.
    pub fn accept(&self) -> io::Result<(Stream, Option<String>)> {
        match self {
            Listener::Tcp(listener) => {
                let (stream, address) = listener.accept()?;
                stream.set_nonblocking(false)?;
                stream.set_nodelay(true)?;
                Ok((Stream::Tcp(stream), Some(address.ip().to_string())))
            }
            Listener::Unix(listener) => {
                let (stream, _) = listener.accept()?;
                stream.set_nonblocking(false)?;
                Ok((Stream::Unix(stream), None))
            }
        }
    }
}

impl AsRawFd for Listener {
    fn as_raw_fd(&self) -> RawFd {
        match self {
            Listener::Tcp(listener) => listener.as_raw_fd(),
            Listener::Unix(listener) => listener.as_raw_fd(),
        }
    }
}

impl Stream {
    /// Limits how long a write waits for the client.
    pub fn set_write_timeout(&self, timeout: Duration) -> io::Result<()> {
        match self {
            Stream::Tcp(stream) => stream.set_write_timeout(Some(timeout)),
            Stream::Unix(stream) => stream.set_write_timeout(Some(timeout)),
        }
    }

    /// Says that nothing more will be sent.
    pub fn close_writing(&self) -> io::Result<()> {
        match self {
            Stream::Tcp(stream) => stream.shutdown(Shutdown::Write),
            Stream::Unix(stream) => stream.shutdown(Shutdown::Write),
        }
    }
}

impl AsRawFd for Stream {
    fn as_raw_fd(&self) -> RawFd {
        match self {
            Stream::Tcp(stream) => stream.as_raw_fd(),
            Stream::Unix(stream) => stream.as_raw_fd(),
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Tcp(stream) => stream.read(buffer),
            Stream::Unix(stream) => stream.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Tcp(stream) => stream.write(bytes),
            Stream::Unix(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Removes a socket that an earlier process left; anything else stays.
pub fn unlink_socket(path: &str) {
    let is_socket = fs::symlink_metadata(path).map_or(false, |data| data.file_type().is_socket());
    if is_socket {
        // Where that fails, listening does too, and says why.
        let _ = fs::remove_file(path);
    }
}
