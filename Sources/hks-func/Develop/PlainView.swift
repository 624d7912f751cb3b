import FuncKit
import FuncPlatform

/// One line per event, for pipes, logs of a CI, and terminals that cannot move their cursor.
///
/// What functions wrote and were asked is the result; all else is narration.
actor PlainView: DevelopView {
    nonisolated let executor = BlockingExecutor("develop.view")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let console: Console
    /// Whether standard output is somebody else's.
    private let isNarration: Bool
    private var narration: DevelopNarration

    init(console: Console, context: CommandContext, isNarration: Bool) {
        self.console = console
        self.isNarration = isNarration
        narration = DevelopNarration(
            resultStyle: isNarration ? console.errorStyle : console.outputStyle,
            noteStyle: console.errorStyle,
            homeFolder: context.homeFolder,
            isVerbose: console.isVerbose
        )
    }

    func show(_ event: DevelopEvent) throws {
        for line in narration.lines(event) {
            switch line.kind {
            case .result where !isNarration: try console.write(line.text + "\n")
            case .note: console.note(line.text)
            case .result, .warning, .problem: console.say(line.text)
            }
        }
    }
}
