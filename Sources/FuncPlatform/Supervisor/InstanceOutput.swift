import Foundation
import FuncKit
import Synchronization

/// Hands what an instance writes to the log and keeps the last lines for whoever asks why it ended.
final class InstanceOutput: Sendable {
    private static let lastLineCount = 20

    private let instance: InstanceID
    private let version: Int
    private let logs: any LogStoring
    private let stream: LogStream
    private let parser: LogLineParser
    /// Keeps secrets out of the log and the last lines; nil for a function that has none.
    private let mask: SecretMask?
    private let tail = Mutex<[String]>([])

    init(instance: InstanceID, spec: InstanceSpec, logs: any LogStoring, mask: SecretMask? = nil) {
        self.instance = instance
        self.mask = mask
        self.logs = logs
        version = spec.versionNumber
        stream = .function(id: spec.functionID)
        parser = LogLineParser(instance: instance.rawValue, version: spec.versionNumber)
    }

    /// The last lines, oldest first.
    var lastLines: [String] { tail.withLock { $0 } }

    /// Takes lines that the instance wrote.
    func take(_ lines: [ChildOutputLine]) {
        let now = Date()
        let entries = lines.map { line in
            let entry = parser.entry(for: line, readAt: now)
            return mask?.masked(entry, isCut: line.cutBytes > 0) ?? entry
        }
        keep(entries.map(\.message))
        logs.append(entries, to: stream)
    }

    /// Says something about the instance, in its function's log and in the last lines.
    func note(_ level: LogLevel, _ message: String) {
        keep(["instance \(instance) \(message)"])
        append(level, message)
    }

    /// Logs how the instance ended; whoever gets the last lines is told so anyway.
    func noteEnd(_ exit: ChildProcessExit) {
        append(.error, "ended with \(exit)")
    }

    private func append(_ level: LogLevel, _ message: String) {
        let entry = LogEntry(
            timestamp: Date(),
            level: level,
            message: "instance \(instance) \(message)",
            source: "platform",
            instance: instance.rawValue,
            version: version
        )
        logs.append([entry], to: stream)
    }

    private func keep(_ messages: [String]) {
        tail.withLock { $0 = ($0 + messages.suffix(Self.lastLineCount)).suffix(Self.lastLineCount) }
    }
}
