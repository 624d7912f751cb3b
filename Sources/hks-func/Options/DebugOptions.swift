import ArgumentParser
import FuncKit
import FuncPlatform

/// Which functions a debugger can be attached to.
struct DebugOptions: ParsableArguments {
    @Flag(help: "Run under the language's debugger, with no time-outs for what it stops.")
    var debug = false

    @Option(
        help: ArgumentHelp(
            "With --debug: port of the first function; each further one takes the next free one.",
            valueName: "port"
        )
    )
    var debugPort: Int?

    @Option(help: ArgumentHelp("With --debug: only this function; repeatable.", valueName: "name"))
    var debugFunction: [String] = []

    @Flag(help: "With --debug: wait for the debugger before the program's first line.")
    var debugWait = false

    @Flag(help: "With --debug: write the entries to attach with into .vscode/launch.json of the current folder.")
    var writeVscode = false

    func validate() throws {
        if let debugPort, !(1...65_535).contains(debugPort) {
            throw ValidationError("--debug-port must be between 1 and 65535")
        }
        guard !debug else { return }
        if debugPort != nil { throw ValidationError("--debug-port goes with --debug") }
        if !debugFunction.isEmpty { throw ValidationError("--debug-function goes with --debug") }
        if debugWait { throw ValidationError("--debug-wait goes with --debug") }
        if writeVscode { throw ValidationError("--write-vscode goes with --debug") }
    }

    /// What a platform is asked for; nil without `--debug`.
    ///
    /// `projects` are the folders of the functions, as far as they are known; others are taken to be in the current one.
    func request(
        _ context: CommandContext,
        projects: [String] = [],
        _ onEvent: @escaping @Sendable (DebugEvent) -> Void
    ) -> DebugRequest? {
        guard debug else { return nil }
        let folders = folders(of: projects, context)
        let workspace = context.workingFolder
        let localRoot: @Sendable (String) -> String = { function in
            LaunchEntry.root(of: folders[function] ?? workspace, in: workspace)
        }
        let writes = writeVscode
        return DebugRequest(
            functions: debugFunction.isEmpty ? nil : Set(debugFunction),
            basePort: debugPort ?? DebugRequest.defaultPort,
            waitsForDebugger: debugWait,
            localRoot: localRoot,
            onEvent: { event in
                if writes, case .ready(let session) = event {
                    Self.write(session.entry(localRoot: localRoot(session.function)), context)
                }
                onEvent(event)
            }
        )
    }

    /// Folders of projects by the names of their functions; what cannot be read is complained about by who deploys it.
    private func folders(of projects: [String], _ context: CommandContext) -> [String: String] {
        let loader = ProjectLoader(processEnvironment: context.environment)
        let named = projects.compactMap { folder in (try? loader.name(from: folder)).map { ($0, folder) } }
        return Dictionary(named) { first, _ in first }
    }

    private static func write(_ entry: LaunchEntry, _ context: CommandContext) {
        let file = LaunchFile(workspace: context.workingFolder)
        do {
            guard try file.merge([entry]) else { return }
            context.console.note("'\(entry.name)' was written to \(file.path)")
        } catch {
            // Whoever debugs can still attach by hand.
            let failure = error as? FuncError
            let place = failure?.location.map { "\($0): " } ?? ""
            context.console.warning("\(file.path) was not written: \(place)\(failure?.message ?? "\(error)")")
        }
    }
}
