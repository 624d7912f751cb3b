import FuncKit
import FuncPlatform

/// Shows what happens while functions are developed, in the form that fits output and flags, and hands on what the
/// person at the terminal asks for.
///
/// A live view where both outputs are a terminal that can move its cursor, a line per event elsewhere, an object per
/// event with `-o jsonl`.
struct DevelopViewer: Sendable {
    /// What is asked for by key; ends with the view.
    let commands: AsyncStream<DevelopCommand>
    private let asks: AsyncStream<DevelopCommand>.Continuation
    private let view: any DevelopView

    /// Chooses the view.
    ///
    /// - Parameters:
    ///   - context: Where to show it.
    ///   - leavesOutputFree: Whether standard output and the keys belong to another program, which `--exec` runs: then
    ///     all goes to standard error, line by line.
    /// - Throws: `invalid_argument` for a form of output that has no place for a stream.
    init(_ context: CommandContext, leavesOutputFree: Bool = false) throws {
        (commands, asks) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(16))
        view = try Self.view(context, asks: asks, leavesOutputFree: leavesOutputFree)
    }

    /// Shows events until their stream ends.
    ///
    /// Goes on where the task is cancelled, so that people see how it ends: whoever makes the events finishes the stream
    /// in every case.
    /// - Throws: ``BrokenPipe`` where nobody reads the output any more, `file_system` where it cannot be written.
    func run(_ events: AsyncStream<DevelopEvent>) async throws {
        let (view, asks) = (view, asks)
        // Unstructured, because a stream ends at once in a cancelled task; it is waited for right here.
        try await Task {
            defer { asks.finish() }
            do {
                try await view.begin()
                for await event in events { try await view.show(event) }
            } catch {
                await view.end()
                throw error
            }
            await view.end()
        }
        .value
    }

    private static func view(
        _ context: CommandContext,
        asks: AsyncStream<DevelopCommand>.Continuation,
        leavesOutputFree: Bool
    ) throws -> any DevelopView {
        let console = context.console
        switch console.format {
        case .jsonl:
            return JSONLinesView(console: console, now: context.now, isNarration: leavesOutputFree)
        case .json, .yaml, .name:
            throw FuncError(
                .invalidArgument,
                "'\(console.format.rawValue)' cannot show what happens one after the other",
                hint: "use '-o jsonl', which writes one JSON object per event"
            )
        case .human where isLive(context) && !leavesOutputFree:
            return LiveView(context: context, asks: asks)
        case .human:
            return PlainView(console: console, context: context, isNarration: leavesOutputFree)
        }
    }

    /// Whether somebody sits at a terminal that can move its cursor.
    private static func isLive(_ context: CommandContext) -> Bool {
        let console = context.console
        return console.terminal.outputIsTerminal && console.terminal.errorIsTerminal && !console.isQuiet
            && !console.isAutomated && !["", "dumb"].contains(context.environment["TERM"] ?? "")
            && TerminalMode.isForeground
    }
}
