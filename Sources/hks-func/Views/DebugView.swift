import FuncKit
import FuncPlatform

extension Console {
    /// Tells people how to attach a debugger, or why they cannot.
    func show(_ event: DebugEvent, localRoot: String = "${workspaceFolder}") {
        switch event {
        case .ready(let session):
            if let taken = session.portInUse { warning("port \(taken) is in use, and \(session.port ?? 0) was taken") }
            note("\(session)")
            note("For .vscode/launch.json:\n" + session.entry(localRoot: localRoot).text)
        case .unavailable(let function, let error):
            warning("'\(function)' runs without a debugger: \(error.message)")
            if let hint = error.hint { note("Hint: \(hint)") }
        }
    }
}
