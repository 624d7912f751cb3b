import FuncKit

/// Runs tests again whenever a file of the project changes, until it is interrupted.
struct TestWatch {
    /// Tests that are not packed, and so not watched by themselves.
    private static let tests = [
        "tests", "test", "src/test", "src/tests.rs", "events", "test_*.py", "*_test.py", "*_test.go", "*_test.rb",
        "*.test.js", "*.test.mjs", "*.test.cjs", "*.test.ts",
    ]

    let context: CommandContext
    let options: ProjectOptions
    let runOnce: (LoadedProject) async throws -> Void

    /// Returns only by an error: `CancellationError` at Ctrl-C, or where the project cannot be watched at all.
    func run() async throws {
        let project = try options.load(context)
        let watcher = SourceWatcher(project, profile: options.profile, alsoWatched: Self.tests)
        let events = try await watcher.events()
        await runAll(reason: nil)
        for await event in events {
            switch event {
            case .changed(let change): await runAll(reason: Self.words(change))
            case .back: await runAll(reason: "the project's folder is there again")
            case .missing: context.console.warning("the project's folder is gone; waiting for it")
            case .polling(let reason): context.console.note("Changes are looked for at intervals: \(reason)")
            case .loop(let file, _):
                context.console.warning("'\(file)' is written by the tests themselves: its changes count no more")
            }
        }
        throw CancellationError()
    }

    private func runAll(reason: String?) async {
        let console = context.console
        if let reason {
            if console.terminal.outputIsTerminal, console.terminal.errorIsTerminal {
                // Home, and away with what is below and above.
                try? console.write("\u{1B}[H\u{1B}[2J\u{1B}[3J")
            }
            console.note("Changed: \(reason)")
        }
        do {
            // Anew each time: the manifest may be what changed.
            try await runOnce(options.load(context))
        } catch is CancellationError {
            return
        } catch let error as FuncError {
            console.say(ErrorReport(error: error).text(console.errorStyle, isVerbose: console.isVerbose))
        } catch {
            console.say("Error: \(error)")
        }
        if !Task.isCancelled { console.note("Waiting for changes; Ctrl-C ends this.") }
    }

    private static func words(_ change: SourceChange) -> String {
        let paths = change.paths
        let more = paths.count > 3 ? " and \(paths.count - 3) more" : ""
        return paths.prefix(3).joined(separator: ", ") + more
    }
}
