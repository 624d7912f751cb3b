//! From the environment to a serving process.

use std::env;
use std::process;
use std::sync::Arc;

use crate::application::Application;
use crate::handler::Handler;
use crate::server::Server;
use crate::settings::Settings;
use crate::{logs, panics, system};

/// What is known of the function when it is compiled.
pub struct Program {
    /// Name of its handler.
    pub handler: &'static str,
    /// Where its files were, with a slash at the end.
    pub source_folder: &'static str,
}

/// Runs until SIGTERM; ends the process with status 0, or 1 with the reason as the last line.
pub fn run<K>(handler: impl Handler<K>, program: Program) -> ! {
    let status = match serve(handler, program) {
        Ok(()) => 0,
        Err(reason) => {
            logs::write_plain(&reason);
            1
        }
    };
    process::exit(status)
}

fn serve<K>(handler: impl Handler<K>, program: Program) -> Result<(), String> {
    // First of all: as process 1 the signals would otherwise be ignored.
    let signals = system::stop_signals().map_err(|error| format!("signals cannot be received: {}", error))?;
    panics::install(program.source_folder);
    let settings = Settings::read(|name| env::var_os(name).map(|value| value.to_string_lossy().into_owned()))?;
    if !settings.handler.is_empty() && settings.handler != program.handler {
        return Err(format!(
            "handler '{}' not found; the program was built with: {}",
            settings.handler, program.handler
        ));
    }
    let application = Application::new(settings, move |event, facts| handler.call(event, facts));
    let server = Arc::new(Server::new(application).map_err(|error| format!("the host cannot start: {}", error))?);
    let listeners = server.listen()?;
    server.run(listeners, &signals).map_err(|error| format!("the host failed: {}", error))
}
