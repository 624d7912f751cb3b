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

    func validate() throws {
        if let debugPort, !(1...65_535).contains(debugPort) {
            throw ValidationError("--debug-port must be between 1 and 65535")
        }
        guard !debug else { return }
        if debugPort != nil { throw ValidationError("--debug-port goes with --debug") }
        if !debugFunction.isEmpty { throw ValidationError("--debug-function goes with --debug") }
        if debugWait { throw ValidationError("--debug-wait goes with --debug") }
    }

    /// What a platform is asked for; nil without `--debug`.
    func request(_ onEvent: @escaping @Sendable (DebugEvent) -> Void) -> DebugRequest? {
        guard debug else { return nil }
        return DebugRequest(
            functions: debugFunction.isEmpty ? nil : Set(debugFunction),
            basePort: debugPort ?? DebugRequest.defaultPort,
            waitsForDebugger: debugWait,
            onEvent: onEvent
        )
    }
}
