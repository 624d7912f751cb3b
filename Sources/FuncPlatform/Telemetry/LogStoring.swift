import Foundation
import FuncKit

/// Names one log.
public enum LogStream: Hashable, Sendable {
    /// What the instances of a function write, and what the platform says about them.
    case function(id: String)
    /// What the build of a version writes.
    case build(functionID: String, versionID: String)
}

/// Keeps logs on disk and hands out new lines as they come.
public protocol LogStoring: Sendable {
    /// Adds lines in order; never waits for a reader, never throws: a line that cannot be kept is counted, not lost in silence.
    func append(_ entries: [LogEntry], to stream: LogStream)

    /// Marks a build log as complete, which ends its followers.
    func finish(_ stream: LogStream)

    /// Lines from disk, oldest first, within the query's limit.
    func read(_ stream: LogStream, query: LogQuery) async throws -> [LogEntry]

    /// The lines that `read` gives, then every later one, without a gap or a repeat. Ends with ``finish(_:)`` or ``remove(functionID:)``.
    func follow(_ stream: LogStream, query: LogQuery) -> AsyncThrowingStream<LogEntry, any Error>

    /// Deletes all logs of a function.
    func remove(functionID: String) async
}
