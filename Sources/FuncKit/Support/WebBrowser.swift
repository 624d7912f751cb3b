import CProcess
import Foundation

/// The user's web browser.
public enum WebBrowser {
    /// Whether this session has a screen that a browser could show itself on.
    public static func isAvailable(environment: [String: String]) -> Bool {
        ["DISPLAY", "WAYLAND_DISPLAY"].contains { !(environment[$0] ?? "").isEmpty }
    }

    /// Asks the desktop to open an address, and does not wait: the browser belongs to the user, and stays.
    /// - Throws: `toolchain_missing` where the desktop has no program for it, `internal_error` where that does not start.
    public static func open(_ address: String, environment: [String: String]) throws {
        guard let program = ChildProcessExecutable.find("xdg-open", searchPath: environment["PATH"]) else {
            throw FuncError(.toolchainMissing, "'xdg-open' is not installed, so that no browser can be opened")
        }
        var processID: pid_t = 0
        let status = CTexts.with([program, address]) { arguments in
            CTexts.with(environment) { environment in
                hks_spawn_detached(program, arguments, environment, "/dev/null", &processID)
            }
        }
        guard status == 0 else {
            throw FuncError(.internalError, "cannot start '\(program)'", cause: String(cString: strerror(status)))
        }
    }
}
