import Foundation
import FuncKit

/// The program that a manifest's `command` names: it serves HTTP on `$PORT` by itself, without a language host.
struct ProgramCommand: Sendable {
    private let words: [String]
    private let searchPath: String

    /// Nil where the manifest names none.
    init?(_ settings: FunctionSettings, searchPath: String) {
        guard !settings.command.isEmpty else { return nil }
        words = settings.command
        self.searchPath = searchPath
    }

    /// Makes sure that there is something to start, once all is built.
    /// - Throws: ``FuncError`` with code `build_failed`.
    func check(app: String) throws {
        let program = words[0]
        guard program.contains("/") else {
            guard ChildProcessExecutable.find(program, searchPath: searchPath) == nil else { return }
            let isInProject = FileManager.default.fileExists(atPath: app + "/" + program)
            throw FuncError(
                .buildFailed,
                "the program '\(program)' of 'command' is not on this machine"
                    + (isInProject ? "; for the file of the project write './\(program)'" : "")
            )
        }
        let path = absolute(program, app)
        guard FileManager.default.fileExists(atPath: path) else {
            throw FuncError(
                .buildFailed,
                "the program '\(program)' of 'command' is neither in the project nor made by its build.command"
            )
        }
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw FuncError(
                .buildFailed,
                "the program '\(program)' of 'command' is not executable; run 'chmod +x \(program)'"
            )
        }
    }

    /// How the program is started; `base` is what the recipe of its language would start.
    func launch(app: String, base: BundleLaunch) -> BundleLaunch {
        var launch = base
        launch.command = [words[0].contains("/") ? absolute(words[0], app) : words[0]] + words.dropFirst()
        launch.environment["PATH"] = searchPath
        // Whether a program of one's own looks at the variable is not known.
        launch.listensOnUnixSocket = false
        return launch
    }

    private func absolute(_ program: String, _ app: String) -> String {
        guard !program.hasPrefix("/") else { return program }
        return app + "/" + (program.hasPrefix("./") ? String(program.dropFirst(2)) : program)
    }
}
