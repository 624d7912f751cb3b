//! The few calls of the operating system that the standard library does not offer.

use std::io;
use std::os::raw::{c_int, c_short, c_ulong};
use std::os::unix::io::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Instant;

const SIGINT: c_int = 2;
const SIGTERM: c_int = 15;
const POLLIN: c_short = 1;

#[cfg(target_os = "linux")]
type Count = c_ulong;
#[cfg(not(target_os = "linux"))]
type Count = std::os::raw::c_uint;

#[cfg(target_os = "linux")]
const SIG_UNBLOCK: c_int = 1;
#[cfg(not(target_os = "linux"))]
const SIG_UNBLOCK: c_int = 2;

#[cfg(target_os = "linux")]
type Mode = u32;
#[cfg(not(target_os = "linux"))]
type Mode = u16;

#[repr(C)]
struct PollFd {
    fd: c_int,
    events: c_short,
    revents: c_short,
}

/// Large enough for every system's `sigset_t`.
#[repr(C, align(8))]
struct SignalSet([u8; 128]);

extern "C" {
    fn signal(number: c_int, handler: extern "C" fn(c_int)) -> usize;
    fn sigemptyset(set: *mut SignalSet) -> c_int;
    fn sigaddset(set: *mut SignalSet, number: c_int) -> c_int;
    fn pthread_sigmask(how: c_int, set: *const SignalSet, old: *mut SignalSet) -> c_int;
    fn poll(fds: *mut PollFd, count: Count, timeout: c_int) -> c_int;
    fn umask(mask: Mode) -> Mode;
    fn write(fd: c_int, bytes: *const u8, count: usize) -> isize;
}

static SIGNAL_PIPE: AtomicI32 = AtomicI32::new(-1);

extern "C" fn on_signal(_number: c_int) {
    // Nothing else is allowed in a signal's handler. Where the pipe is full, its reader wakes anyway.
    unsafe { write(SIGNAL_PIPE.load(Ordering::Relaxed), b"s".as_ptr(), 1) };
}

/// A stream that becomes readable once SIGTERM or SIGINT has come.
pub fn stop_signals() -> io::Result<UnixStream> {
    let (reader, writer) = UnixStream::pair()?;
    writer.set_nonblocking(true)?;
    SIGNAL_PIPE.store(writer.as_raw_fd(), Ordering::Relaxed);
    // It has to outlive every signal.
    std::mem::forget(writer);
    let mut set = SignalSet([0; 128]);
    unsafe {
        sigemptyset(&mut set);
        for number in [SIGTERM, SIGINT] {
            signal(number, on_signal);
            sigaddset(&mut set, number);
        }
        // Whoever started this process may have had the signals blocked, which is inherited.
        pthread_sigmask(SIG_UNBLOCK, &set, std::ptr::null_mut());
    }
    Ok(reader)
}

/// Waits until one of the descriptors can be read or has ended; tells which. All are false when the time is over.
pub fn wait_readable(descriptors: &[RawFd], deadline: Option<Instant>) -> io::Result<Vec<bool>> {
    let mut polled: Vec<PollFd> = descriptors.iter().map(|fd| PollFd { fd: *fd, events: POLLIN, revents: 0 }).collect();
    loop {
        let left = deadline.map(|end| end.saturating_duration_since(Instant::now()));
        // Rounded up, so that nothing is ready too early.
        let timeout = left.map_or(-1, |left| left.as_micros().saturating_add(999).min(60_000_000) as c_int / 1000);
        let count = unsafe { poll(polled.as_mut_ptr(), polled.len() as Count, timeout) };
        if count > 0 {
            return Ok(polled.iter().map(|fd| fd.revents != 0).collect());
        }
        if count < 0 {
            let error = io::Error::last_os_error();
            if error.kind() != io::ErrorKind::Interrupted {
                return Err(error);
            }
        } else if deadline.map_or(false, |end| Instant::now() >= end) {
            return Ok(vec![false; polled.len()]);
        }
    }
}

/// Runs `body` while new files can be used by this process's user only.
pub fn with_private_files<T>(body: impl FnOnce() -> T) -> T {
    let before = unsafe { umask(0o177) };
    let result = body();
    unsafe { umask(before) };
    result
}
