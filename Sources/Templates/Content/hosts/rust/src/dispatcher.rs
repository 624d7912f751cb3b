//! Decides when a call may run: in threads that take calls from one queue, at most so many at once.

use std::collections::VecDeque;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::mpsc::{sync_channel, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use serde_json::Map;

use crate::answer::Answer;
use crate::application::Application;
use crate::call::Call;
use crate::logs;

/// Calls at once where the platform leaves the choice to the host.
const DEFAULT_THREADS: usize = 40;

/// Runs calls and keeps those without a place in order.
pub struct Dispatcher {
    application: Arc<Application>,
    limit: usize,
    state: Mutex<State>,
    arrival: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Job>,
    threads: usize,
    running: usize,
    /// Calls that still run although their callers have been told 504. A thread cannot be stopped from outside.
    overdue: usize,
}

struct Job {
    call: Arc<Call>,
    reply: SyncSender<Answer>,
}

impl Dispatcher {
    pub fn new(application: Arc<Application>) -> Arc<Dispatcher> {
        let limit = match application.settings.concurrency {
            0 => DEFAULT_THREADS,
            limit => limit,
        };
        Arc::new(Dispatcher { application, limit, state: Mutex::default(), arrival: Condvar::new() })
    }

    /// How many calls run.
    pub fn running(&self) -> usize {
        self.state().running
    }

    /// Whether every place is taken by a call that ran out of time and does not end.
    pub fn is_stuck(&self) -> bool {
        self.state().overdue >= self.limit
    }

    /// Runs a call, once there is a place for it, and waits for its answer; 504 where that takes too long.
    pub fn dispatch(self: &Arc<Self>, call: &Arc<Call>) -> Answer {
        let (reply, answer) = sync_channel(1);
        self.submit(Job { call: Arc::clone(call), reply });
        match answer.recv_timeout(call.deadline.saturating_duration_since(Instant::now())) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => self.give_up(call),
            Err(RecvTimeoutError::Disconnected) => Answer::error(500, "the function failed", Map::new()),
        }
    }

    fn submit(self: &Arc<Self>, job: Job) {
        let mut state = self.state();
        state.waiting.push_back(job);
        let is_short = state.running + state.waiting.len() > state.threads && state.threads < self.limit;
        if is_short {
            let dispatcher = Arc::clone(self);
            let thread = thread::Builder::new().name(format!("call-{}", state.threads + 1));
            match thread.spawn(move || dispatcher.work()) {
                Ok(_) => state.threads += 1,
                // The threads that there are take it in their turn.
                Err(error) => logs::write("error", &format!("no further thread can be started: {}", error), None),
            }
        }
        drop(state);
        self.arrival.notify_one();
    }

    fn give_up(&self, call: &Arc<Call>) -> Answer {
        let mut state = self.state();
        let before = state.waiting.len();
        state.waiting.retain(|job| !Arc::ptr_eq(&job.call, call));
        let is_running = state.waiting.len() == before && !call.has_ended.load(SeqCst);
        if is_running {
            call.is_overdue.store(true, SeqCst);
            state.overdue += 1;
        }
        drop(state);
        let message = format!("did not answer within {} s", self.application.settings.timeout.as_secs_f64());
        logs::write("error", &format!("the call {}", message), Some(call));
        Answer::error(504, &format!("the function {}", message), Map::new())
    }

    fn work(&self) {
        loop {
            let job = self.next_job();
            let answer = self.application.respond(&job.call);
            self.end(&job.call);
            // A caller that was told 504 no longer listens.
            let _ = job.reply.send(answer);
        }
    }

    fn next_job(&self) -> Job {
        let mut state = self.state();
        loop {
            if let Some(job) = state.waiting.pop_front() {
                state.running += 1;
                return job;
            }
            state = self.arrival.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn end(&self, call: &Call) {
        let mut state = self.state();
        state.running -= 1;
        call.has_ended.store(true, SeqCst);
        if call.is_overdue.load(SeqCst) {
            state.overdue -= 1;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
