import Foundation
import FuncKit
import FuncPlatform

/// One JSON object per event, for programs.
actor JSONLinesView: DevelopView {
    nonisolated let executor = BlockingExecutor("develop.view")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let console: Console
    private let now: @Sendable () -> Date
    /// Whether standard output is somebody else's.
    private let isNarration: Bool

    init(console: Console, now: @escaping @Sendable () -> Date, isNarration: Bool) {
        self.console = console
        self.now = now
        self.isNarration = isNarration
    }

    func show(_ event: DevelopEvent) throws {
        let line = try DocumentText.jsonLine(DevelopRecord(event, now: now()))
        if isNarration {
            console.say(String(line.dropLast()))
        } else {
            try console.write(line)
        }
    }
}
