import Foundation
import FuncKit
import Synchronization

/// Writes the log of one build, up to a limit; the build goes on beyond it.
final class BuildLog: Sendable {
    let stream: LogStream
    private let version: Int
    private let maxBytes: Int
    private let logs: any LogStoring
    private let mask: SecretMask?
    private let written = Mutex(0)

    init(request: BuildRequest, maxBytes: Int, logs: any LogStoring) {
        stream = .build(functionID: request.functionID, versionID: request.versionID)
        version = request.versionNumber
        self.maxBytes = maxBytes
        mask = request.mask
        self.logs = logs
    }

    /// Takes a line that a tool wrote. Tools use stderr for all sorts of notices, so that it says nothing about gravity.
    func take(_ line: ChildOutputLine) {
        let size = line.text.utf8.count + 1
        let (before, after) = written.withLock { written in
            defer { written += size }
            return (written, written + size)
        }
        if after <= maxBytes {
            append(.info, mask?.masked(line.text, isCut: line.cutBytes > 0) ?? line.text, source: "build")
        } else if before <= maxBytes {
            note(.warn, "the build writes more than \(maxBytes) bytes: what follows is not kept")
            written.withLock { $0 = max($0, maxBytes + 1) }
        }
    }

    /// Says something about the build.
    func note(_ level: LogLevel, _ message: String) {
        append(level, mask?.masked(message) ?? message, source: "platform")
    }

    /// Marks the log as complete.
    func finish() {
        logs.finish(stream)
    }

    private func append(_ level: LogLevel, _ message: String, source: String) {
        let entry = LogEntry(timestamp: Date(), level: level, message: message, source: source, version: version)
        logs.append([entry], to: stream)
    }
}
