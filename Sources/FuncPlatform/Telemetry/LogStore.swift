import Foundation
import FuncKit
import Synchronization

/// Keeps the logs of functions and builds as NDJSON segments below `logs/<function>/`.
public final class LogStore: LogStoring {
    private struct Logs {
        var open: [LogStream: StreamLog] = [:]
        /// Functions whose logs were deleted; what their last instances still write must not bring a folder back.
        var removed: Set<String> = []
    }

    private let folder: String
    private let maxBytesPerLog: Int
    private let maxPendingBytes: Int
    private let now: @Sendable () -> Date
    private let logs = Mutex(Logs())

    /// Opens the store in `folder`, which is made with the first entry.
    ///
    /// A log keeps its newest `maxBytesPerLog` bytes. At most `maxPendingBytes` per log wait in memory for the disk.
    public init(
        folder: String,
        maxBytesPerLog: Int,
        maxPendingBytes: Int = 8 << 20,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.folder = folder
        self.maxBytesPerLog = maxBytesPerLog
        self.maxPendingBytes = maxPendingBytes
        self.now = now
    }

    /// Opens the store of a platform.
    public convenience init(configuration: PlatformConfiguration) {
        self.init(folder: configuration.dataFolder + "/logs", maxBytesPerLog: configuration.maxLogBytesPerFunction)
    }

    /// Adds lines in order; they reach the disk in the background.
    public func append(_ entries: [LogEntry], to stream: LogStream) {
        log(stream)?.append(entries)
    }

    /// Marks a log as complete, which ends its followers.
    public func finish(_ stream: LogStream) {
        log(stream)?.finish()
    }

    /// The newest matching lines, oldest first.
    public func read(_ stream: LogStream, query: LogQuery) async throws -> [LogEntry] {
        guard let log = log(stream), let end = try await log.settled().end else { return [] }
        return try await LogReading.newest(in: log.segments, end: end, query: query)
    }

    /// Matching lines from disk, then every later one.
    public func follow(_ stream: LogStream, query: LogQuery) -> AsyncThrowingStream<LogEntry, any Error> {
        guard let log = log(stream) else { return AsyncThrowingStream { nil } }
        let follower = LogFollower(log: log, query: query)
        return AsyncThrowingStream { try await follower.next() }
    }

    /// Deletes all logs of a function, for good.
    public func remove(functionID: String) async {
        let doomed = logs.withLock { logs in
            logs.removed.insert(functionID)
            let streams = logs.open.keys.filter { $0.functionID == functionID }
            return streams.compactMap { logs.open.removeValue(forKey: $0) }
        }
        for log in doomed { await log.remove() }
        let path = folder + "/" + Self.fileName(functionID)
        // What is left is unreachable, since function ids are never used again.
        try? await LogReading.run { try FileManager.default.removeItem(atPath: path) }
    }

    /// Deletes the logs of a function's builds but those of these versions.
    func keepBuilds(of functionID: String, versions: Set<String>) async {
        let doomed = logs.withLock { logs in
            logs.open.keys.filter { stream in
                guard case .build(functionID, let versionID) = stream else { return false }
                return !versions.contains(versionID)
            }
            .compactMap { stream in logs.open.removeValue(forKey: stream).map { (stream, $0) } }
        }
        for (stream, log) in doomed {
            await log.remove()
            let path = folder + "/" + path(of: stream)
            // What is left is in nobody's way, since the version is gone.
            try? await LogReading.run { try FileManager.default.removeItem(atPath: path) }
        }
    }

    /// Waits until everything appended so far is on disk.
    public func flush() async throws {
        let open = logs.withLock { Array($0.open.values) }
        for log in open { _ = try await log.settled() }
    }

    private func log(_ stream: LogStream) -> StreamLog? {
        logs.withLock { logs in
            guard !logs.removed.contains(stream.functionID) else { return nil }
            if let log = logs.open[stream] { return log }
            let log = StreamLog(
                folder: folder + "/" + path(of: stream),
                maxBytes: maxBytesPerLog,
                maxPendingBytes: maxPendingBytes,
                now: now
            )
            logs.open[stream] = log
            return log
        }
    }

    private func path(of stream: LogStream) -> String {
        switch stream {
        case .function(let id): Self.fileName(id) + "/function"
        case .build(let functionID, let versionID): Self.fileName(functionID) + "/build-" + Self.fileName(versionID)
        }
    }

    /// Ids come from the registry; whatever they hold, they name one folder.
    private static func fileName(_ id: String) -> String {
        id.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(["-", "_"]))
            ?? Digest.sha256(Data(id.utf8))
    }
}

extension LogStream {
    fileprivate var functionID: String {
        switch self {
        case .function(let id), .build(let id, _): id
        }
    }
}
