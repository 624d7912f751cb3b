//! Lets time pass without keeping the thread.

use std::future::Future;
use std::pin::Pin;
use std::task;
use std::thread;
use std::time::{Duration, Instant};

/// A future that is ready after a while.
pub struct Pause(Instant);

impl Pause {
    pub fn seconds(seconds: f64) -> Pause {
        Pause(Instant::now() + Duration::from_secs_f64(seconds))
    }
}

impl Future for Pause {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut task::Context<'_>) -> task::Poll<()> {
        let left = self.0.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return task::Poll::Ready(());
        }
        let waker = context.waker().clone();
        thread::spawn(move || {
            thread::sleep(left);
            waker.wake();
        });
        task::Poll::Pending
    }
}
