import Foundation
import FuncKit

/// A place in a log: a segment, named by the sequence of its first entry, and a byte in it.
struct LogPosition: Hashable, Comparable, Sendable {
    var segment: Int
    var offset: Int

    /// Before every entry.
    static let start = LogPosition(segment: 0, offset: 0)

    static func < (lhs: LogPosition, rhs: LogPosition) -> Bool {
        (lhs.segment, lhs.offset) < (rhs.segment, rhs.offset)
    }
}

/// The files of one log: NDJSON segments, each named by the sequence of its first entry.
struct LogSegments: Sendable {
    let folder: String

    /// First sequences of all segments, rising.
    func list() -> [Int] {
        // A log without a folder has no segments.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { name in
            name.hasSuffix(Self.suffix) ? Int(name.dropLast(Self.suffix.count)) : nil
        }
        .sorted()
    }

    func path(of segment: Int) -> String {
        let digits = String(segment)
        return folder + "/" + String(repeating: "0", count: max(0, 16 - digits.count)) + digits + Self.suffix
    }

    func size(of segment: Int) -> Int {
        (attributes(of: segment)?[.size] as? NSNumber)?.intValue ?? 0
    }

    /// Reads whole lines from `position` towards `end`, some 256 KiB at once, and where to go on.
    ///
    /// Segments that rotation has removed meanwhile are skipped.
    func lines(from position: LogPosition, to end: LogPosition) throws -> (lines: [Data], next: LogPosition) {
        var position = position
        while position < end {
            let isLast = position.segment == end.segment
            guard let file = FileHandle(forReadingAtPath: path(of: position.segment)) else {
                // The whole log may have been removed.
                guard !isLast else { return ([], end) }
                position = LogPosition(segment: successor(of: position.segment, end: end), offset: 0)
                continue
            }
            defer { try? file.close() }
            let available = (isLast ? end.offset : size(of: position.segment)) - position.offset
            guard available > 0 else {
                guard !isLast else { return ([], end) }
                position = LogPosition(segment: successor(of: position.segment, end: end), offset: 0)
                continue
            }
            let (lines, count) = try Self.wholeLines(file, offset: position.offset, available: available)
            return (lines, LogPosition(segment: position.segment, offset: position.offset + count))
        }
        return ([], position)
    }

    /// Visits lines from `end` backwards until `visit` returns false.
    func visitBackwards(from end: LogPosition, writtenSince since: Date?, _ visit: (Data) -> Bool) throws {
        for segment in list().reversed() where segment <= end.segment {
            // A segment holds nothing that was written after its last change. File systems take the time of that from a
            // clock that lags by some milliseconds, and some keep only seconds.
            if let since, let changed = attributes(of: segment)?[.modificationDate] as? Date,
                changed.addingTimeInterval(Self.clockLag) < since
            {
                return
            }
            guard let file = FileHandle(forReadingAtPath: path(of: segment)) else { continue }
            defer { try? file.close() }
            var offset = segment == end.segment ? end.offset : size(of: segment)
            var tail = Data()
            while offset > 0 {
                let count = min(Self.chunkBytes, offset)
                offset -= count
                try file.seek(toOffset: UInt64(offset))
                let block = (try file.read(upToCount: count) ?? Data()) + tail
                var lines = block.split(separator: Self.newline, omittingEmptySubsequences: false)
                // Unless the file begins here, the first piece is the end of a line that begins further up.
                tail = offset > 0 ? Data(lines.removeFirst()) : Data()
                for line in lines.reversed() where !line.isEmpty {
                    if !visit(line) { return }
                }
            }
        }
    }

    private func successor(of segment: Int, end: LogPosition) -> Int {
        list().first { $0 > segment } ?? end.segment
    }

    private func attributes(of segment: Int) -> [FileAttributeKey: Any]? {
        // Rotation may have removed it.
        try? FileManager.default.attributesOfItem(atPath: path(of: segment))
    }

    private static func wholeLines(
        _ file: FileHandle,
        offset: Int,
        available: Int
    ) throws -> (lines: [Data], count: Int) {
        var wanted = min(chunkBytes, available)
        while true {
            try file.seek(toOffset: UInt64(offset))
            let block = try file.read(upToCount: wanted) ?? Data()
            if let last = block.lastIndex(of: newline) {
                let whole = block[...last]
                return (whole.split(separator: newline), whole.count)
            }
            // One line longer than a chunk; at the end of a segment, a torn one.
            guard wanted < available else { return ([], available) }
            wanted = min(wanted * 2, available)
        }
    }

    private static let suffix = ".ndjson"
    private static let newline = UInt8(ascii: "\n")
    private static let clockLag: TimeInterval = 2
    private static let chunkBytes = 256 << 10
}
