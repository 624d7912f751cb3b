//! What panics say, and where they happened in the user's code.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{self, Location};
use std::thread;

use crate::logs;

thread_local! {
    /// What the last panic of a call said; nothing where the thread runs no call.
    static DESCRIPTION: RefCell<Option<String>> = RefCell::new(None);
}

/// Takes the place of the standard library's own report. `source_folder` is where the function was compiled.
pub fn install(source_folder: &'static str) {
    panic::set_hook(Box::new(move |info| {
        let description = describe(text(info.payload()), info.location(), source_folder);
        let is_call = DESCRIPTION.with(|slot| match &mut *slot.borrow_mut() {
            Some(text) => {
                *text = description.clone();
                true
            }
            None => false,
        });
        if !is_call {
            let name = thread::current().name().unwrap_or("without a name").to_string();
            logs::write("error", &format!("a thread ({}) {}", name, description), None);
        }
    }));
}

/// Runs a part of a call; gives what a panic said where it ends with one.
pub fn catch<T>(body: impl FnOnce() -> T) -> Result<T, String> {
    DESCRIPTION.with(|slot| *slot.borrow_mut() = Some(String::new()));
    // A handler that broke its own state off half way keeps it so, as any thread's panic would leave it.
    let result = panic::catch_unwind(panic::AssertUnwindSafe(body));
    let description = DESCRIPTION.with(|slot| slot.borrow_mut().take()).unwrap_or_default();
    result.map_err(|payload| {
        // Without the hook's words the panic was resumed from another thread.
        if description.is_empty() {
            format!("panicked: {}", text(&*payload))
        } else {
            description
        }
    })
}

fn describe(text: &str, place: Option<&Location<'_>>, source_folder: &str) -> String {
    match place {
        Some(place) => {
            let file = place.file().strip_prefix(source_folder).unwrap_or_else(|| place.file());
            format!("panicked at {}:{}: {}", file, place.line(), text)
        }
        None => format!("panicked: {}", text),
    }
}

fn text(payload: &(dyn Any + Send)) -> &str {
    match payload.downcast_ref::<&str>() {
        Some(text) => text,
        None => payload.downcast_ref::<String>().map_or("a value that is no text", String::as_str),
    }
}
