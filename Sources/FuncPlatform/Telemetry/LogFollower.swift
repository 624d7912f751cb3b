import Foundation
import FuncKit

/// Hands out one log entry after the other, those on disk first and then every later one.
///
/// It reads from the disk as its consumer asks, so that a slow one costs no memory.
actor LogFollower {
    private let log: StreamLog
    private let query: LogQuery
    private var position: LogPosition?
    private var expectedSequence: Int?
    private var buffer: ArraySlice<LogEntry> = []

    init(log: StreamLog, query: LogQuery) {
        self.log = log
        self.query = query
    }

    /// The next entry; nil when the log is finished or the task is cancelled.
    func next() async throws -> LogEntry? {
        if position == nil { try await begin() }
        while buffer.isEmpty {
            let progress = log.progress
            if let end = progress.end, let position, position < end {
                try await readOn(from: position, to: end)
            } else if progress.isFinished || Task.isCancelled {
                return nil
            } else {
                await log.change(after: progress.end)
            }
        }
        return buffer.popFirst()
    }

    private func begin() async throws {
        let progress = try await log.settled()
        guard query.limit != nil, let end = progress.end else {
            position = .start
            return
        }
        buffer = try await LogReading.newest(in: log.segments, end: end, query: query)[...]
        position = end
        expectedSequence = progress.nextSequence
    }

    private func readOn(from: LogPosition, to end: LogPosition) async throws {
        let segments = log.segments
        let (entries, next) = try await LogReading.run {
            let (lines, next) = try segments.lines(from: from, to: end)
            return (lines.compactMap { LogReading.decode($0) }, next)
        }
        position = next
        if let first = entries.first?.sequence, let expectedSequence, first > expectedSequence {
            buffer.append(
                LogEntry(
                    timestamp: entries.first?.timestamp,
                    level: .warn,
                    message: "\(first - expectedSequence) log lines were removed before they could be read",
                    source: "platform"
                )
            )
        }
        if let last = entries.last?.sequence { expectedSequence = last + 1 }
        buffer.append(contentsOf: entries.filter(query.matches))
    }
}

/// Reads log files on threads of its own.
enum LogReading {
    private static let queue = DispatchQueue(label: "hks.log.read", attributes: .concurrent)

    static func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: .init(catching: body)) }
        }
    }

    /// The newest matching entries before `end`, oldest first.
    static func newest(in segments: LogSegments, end: LogPosition, query: LogQuery) async throws -> [LogEntry] {
        let limit = query.limit ?? .max
        guard limit > 0 else { return [] }
        return try await run {
            let needle = query.requestID.map { Data($0.utf8) }
            var entries: [LogEntry] = []
            try segments.visitBackwards(from: end, writtenSince: query.since) { line in
                // Decoding costs far more than looking for the bytes.
                if let needle, line.range(of: needle) == nil { return true }
                if let entry = decode(line), query.matches(entry) { entries.append(entry) }
                return entries.count < limit
            }
            return entries.reversed()
        }
    }

    /// The entry, or nil for a line that a fault of the disk has damaged: the lines around it are still worth reading.
    static func decode(_ line: Data) -> LogEntry? {
        try? JSONDecoder.functionAPI.decode(LogEntry.self, from: line)
    }
}
