import Foundation

/// Reads log entries from a stream of JSON lines; belongs to one actor.
final class LogLineReader {
    private static let maxLine = 4 << 20

    private let body: AsyncThrowingStream<[UInt8], any Error>
    private var unread: [UInt8] = []
    private var isAtEnd = false

    init(_ body: AsyncThrowingStream<[UInt8], any Error>) {
        self.body = body
    }

    /// The entries of the lines that came next, perhaps none (a heartbeat is an empty line); nil at the end.
    ///
    /// A line that a broken connection cut off is dropped, never shown in part.
    /// - Throws: `protocol_error` for a line that is not an entry, and what the transfer throws.
    func next(isolation: isolated (any Actor)? = #isolation) async throws -> [LogEntry]? {
        guard !isAtEnd else { return nil }
        var iterator = body.makeAsyncIterator()
        guard let bytes = try await iterator.next(isolation: isolation) else {
            isAtEnd = true
            defer { unread = [] }
            return try entry(unread[...]).map { [$0] }
        }
        return try take(bytes)
    }

    private func take(_ bytes: [UInt8]) throws -> [LogEntry] {
        let searched = unread.count
        unread += bytes
        var entries: [LogEntry] = []
        var start = 0
        var searchStart = searched
        while let end = unread[searchStart...].firstIndex(of: UInt8(ascii: "\n")) {
            if let entry = try entry(unread[start..<end]) { entries.append(entry) }
            (start, searchStart) = (end + 1, end + 1)
        }
        unread.removeSubrange(..<start)
        guard unread.count <= Self.maxLine else {
            throw FuncError(.protocolError, "the server sent a log line of more than \(Self.maxLine) bytes")
        }
        return entries
    }

    private func entry(_ line: ArraySlice<UInt8>) throws -> LogEntry? {
        let isBlank = line.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }
        guard !isBlank else { return nil }
        do {
            return try JSONDecoder.functionAPI.decode(LogEntry.self, from: Data(line))
        } catch {
            throw FuncError(.protocolError, "the server sent a log line that is not a log entry", because: error)
        }
    }
}
