import Foundation
import FuncKit

/// Writes one log: numbers the entries, rotates segments, and keeps their sum under a cap.
struct LogWriter {
    private let segments: LogSegments
    private let maxBytes: Int
    private var sizes: [Int: Int]
    private var active: Int
    private let encoder = JSONEncoder.functionAPI
    /// Number of the next entry.
    private(set) var nextSequence: Int

    /// Where the written log ends.
    var end: LogPosition { LogPosition(segment: active, offset: sizes[active, default: 0]) }

    /// Opens a log, or begins a new one. A torn last line, as a crash leaves it, is cut off.
    init(segments: LogSegments, maxBytes: Int) throws {
        self.segments = segments
        self.maxBytes = maxBytes
        try FileManager.default.createDirectory(
            atPath: segments.folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let existing = segments.list()
        sizes = Dictionary(uniqueKeysWithValues: existing.map { ($0, segments.size(of: $0)) })
        active = existing.last ?? 1
        nextSequence = active
        guard let last = existing.last else { return }
        let (count, size) = try Self.recover(segments.path(of: last))
        sizes[last] = size
        nextSequence = last + count
    }

    /// Writes entries in order and returns how many of them were kept; fewer than given means that the disk refused.
    mutating func write(_ entries: [LogEntry]) -> (kept: Int, error: (any Error)?) {
        var kept = 0
        var rest = entries[...]
        do {
            while !rest.isEmpty {
                try rotateIfFull()
                var block = Data()
                var count = 0
                while let entry = rest.first, block.count < Self.blockBytes {
                    var numbered = entry
                    numbered.sequence = nextSequence + count
                    block += try encoder.encode(numbered)
                    block.append(UInt8(ascii: "\n"))
                    count += 1
                    rest.removeFirst()
                }
                try append(block)
                nextSequence += count
                kept += count
            }
            return (kept, nil)
        } catch {
            return (kept, error)
        }
    }

    private mutating func append(_ block: Data) throws {
        let path = segments.path(of: active)
        if sizes[active] == nil {
            let isMade = FileManager.default.createFile(
                atPath: path,
                contents: nil,
                attributes: [.posixPermissions: 0o600]
            )
            guard isMade else { throw FuncError(.fileSystem, "could not create '\(path)'") }
            sizes[active] = 0
        }
        let size = sizes[active, default: 0]
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        do {
            try file.seek(toOffset: UInt64(size))
            try file.write(contentsOf: block)
        } catch {
            // Half a block must not stay in front of the next one.
            try file.truncate(atOffset: UInt64(size))
            throw error
        }
        sizes[active] = size + block.count
    }

    private mutating func rotateIfFull() throws {
        guard sizes[active, default: 0] >= maxBytes / Self.segmentCount else { return }
        active = nextSequence
        var total = sizes.values.reduce(0, +)
        // One segment's worth is left for the one that begins.
        for oldest in sizes.keys.sorted() where total > maxBytes - maxBytes / Self.segmentCount {
            let path = segments.path(of: oldest)
            if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
            total -= sizes.removeValue(forKey: oldest) ?? 0
        }
    }

    /// Cuts a torn last line off and counts the whole ones.
    private static func recover(_ path: String) throws -> (count: Int, size: Int) {
        let data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        let newline = UInt8(ascii: "\n")
        let size = data.lastIndex(of: newline).map { $0 + 1 } ?? 0
        let count = data.count { $0 == newline }
        if size < data.count {
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            defer { try? file.close() }
            try file.truncate(atOffset: UInt64(size))
        }
        return (count, size)
    }

    private static let segmentCount = 8
    private static let blockBytes = 256 << 10
}
