import Foundation
import FuncKit

/// Node.js listens by itself: https://nodejs.org/api/cli.html#--inspecthostport
struct NodeDebugger: LanguageDebugger {
    let way = DebugWay.port
    let runsFromSources = true

    func launch(_ bundle: Bundle, port: Int, waits: Bool, _ machine: DebugMachine) -> Bundle {
        // It would tell people of a port that is not the one they are given.
        bundle.inserting(["--\(waits ? "inspect-brk" : "inspect")=127.0.0.1:\(port)", "--inspect-publish-uid=http"])
    }
}

/// Python does with the package debugpy: https://github.com/microsoft/debugpy/wiki/Command-Line-Reference
struct PythonDebugger: LanguageDebugger {
    let way = DebugWay.port
    let runsFromSources = true

    func obstacle(_ bundle: Bundle, _ machine: DebugMachine) async -> FuncError? {
        if await machine.succeeds(bundle, ["-c", "import debugpy"]) { return nil }
        let python = bundle.command.first ?? "python3"
        return FuncError(
            .toolchainMissing,
            "the package debugpy is not installed for '\(python)'",
            hint: "install it: \(python) -m pip install debugpy, or add debugpy to requirements.txt"
        )
    }

    func launch(_ bundle: Bundle, port: Int, waits: Bool, _ machine: DebugMachine) -> Bundle {
        let wait = waits ? ["--wait-for-client"] : []
        var launched = bundle.inserting(["-m", "debugpy", "--listen", "127.0.0.1:\(port)"] + wait)
        // From 3.11 on, modules frozen into the interpreter would make it warn.
        launched.environment["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
        return launched
    }
}

/// Ruby does with the gem debug: https://github.com/ruby/debug#remote-debugging
struct RubyDebugger: LanguageDebugger {
    let way = DebugWay.port
    let runsFromSources = true

    func obstacle(_ bundle: Bundle, _ machine: DebugMachine) async -> FuncError? {
        let search = "Gem::Specification.find_by_name('debug'); require 'socket'"
        if await machine.succeeds(bundle, ["-e", search]) { return nil }
        let ruby = bundle.command.first ?? "ruby"
        return FuncError(
            .toolchainMissing,
            "the gem debug is not installed for '\(ruby)'",
            hint: "install it: gem install debug, or add it to the Gemfile"
        )
    }

    func launch(_ bundle: Bundle, port: Int, waits: Bool, _ machine: DebugMachine) -> Bundle {
        // The host's file teaches old versions of the gem what editors expect of it.
        let opening = waits ? "debug/open" : "debug/open_nonstop"
        var launched = bundle.inserting(["-r", bundle.folder + "/host/debugger.rb", "-r", opening])
        launched.environment["RUBY_DEBUG_HOST"] = "127.0.0.1"
        launched.environment["RUBY_DEBUG_PORT"] = String(port)
        // Signals are the platform's: without this, the debugger takes SIGINT for itself.
        launched.environment["RUBY_DEBUG_NO_SIGINT_HOOK"] = "1"
        // It would tell people of a port that is not the one they are given.
        launched.environment["RUBY_DEBUG_LOG_LEVEL"] = "ERROR"
        return launched
    }
}

/// PHP connects to the editor, with the extension Xdebug: https://xdebug.org/docs/step_debug
struct PHPDebugger: LanguageDebugger {
    let way = DebugWay.editor
    let runsFromSources = true

    func obstacle(_ bundle: Bundle, _ machine: DebugMachine) async -> FuncError? {
        if await machine.succeeds(bundle, ["-r", "exit(extension_loaded('xdebug') ? 0 : 1);"]) { return nil }
        return FuncError(
            .toolchainMissing,
            "the extension Xdebug is not loaded in '\(bundle.command.first ?? "php")'",
            hint: "install it: apt-get install php-xdebug, or pecl install xdebug"
        )
    }

    func launch(_ bundle: Bundle, port: Int, waits: Bool, _ machine: DebugMachine) -> Bundle {
        // The host connects for each call: workers are forks, which cannot share a connection of their parent's.
        let settings = [
            "mode=debug", "start_with_request=trigger", "client_host=127.0.0.1", "client_port=\(port)", "log_level=0",
        ]
        var launched = bundle.inserting(settings.map { "-dxdebug." + $0 })
        // The variable wins over the setting.
        launched.environment["XDEBUG_MODE"] = "debug"
        return launched
    }
}

extension Bundle {
    /// With options right behind the interpreter.
    func inserting(_ options: [String]) -> Bundle {
        var changed = self
        changed.command.insert(contentsOf: options, at: min(1, command.count))
        return changed
    }

    /// As if it lay in another folder.
    func moved(to target: String) -> Bundle {
        let move = { (text: String) in text.replacing(folder + "/", with: target + "/") }
        var moved = self
        moved.command = command.map(move)
        moved.environment = environment.mapValues { value in
            value == folder ? target : move(value)
        }
        moved.workingFolder = move(workingFolder)
        moved.folder = target
        return moved
    }
}
