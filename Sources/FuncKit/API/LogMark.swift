import Foundation

/// Remembers how far a log was read, so that reading can go on elsewhere without a repeat and without a gap.
struct LogMark {
    /// Lines may carry a time of their own that lies before that of earlier lines. Where a sequence tells repeats apart,
    /// this much is read again so that none of them is missed.
    private static let overlap: TimeInterval = 30
    /// Times travel in whole milliseconds, rounded: what was written in the same one may lie a little before it.
    private static let precision: TimeInterval = 0.001

    private struct Line: Hashable {
        let message: String
        let instance: String?
    }

    private var sequence: Int?
    private var latest: Date?
    private var openedAt: Date?
    private var seenAtLatest: [Line: Int] = [:]
    private var toSkip: [Line: Int] = [:]
    private var isReplaying = false

    /// Notes when the first reading began, which later ones go back to if it gave nothing.
    mutating func opened(at date: Date) {
        if openedAt == nil { openedAt = date }
    }

    /// Says that the log is read again from where ``query(continuing:)`` tells.
    mutating func restart() {
        isReplaying = true
        toSkip = seenAtLatest
    }

    /// Whether the entry was not seen before; remembers it.
    mutating func isNew(_ entry: LogEntry) -> Bool {
        if let number = entry.sequence {
            if let sequence, number <= sequence { return false }
            sequence = number
            latest = [latest, entry.timestamp].compactMap { $0 }.max()
            return true
        }
        return isNewByTime(entry)
    }

    /// What to ask for to get all that was not seen yet.
    func query(continuing query: LogQuery) -> LogQuery {
        guard let from = latest ?? openedAt else { return query }
        var next = query
        let back = latest != nil && sequence != nil ? Self.overlap : Self.precision
        next.since = max(query.since ?? .distantPast, from.addingTimeInterval(-back))
        next.limit = nil
        return next
    }

    // Servers without a sequence: time orders the lines, and lines of the same time are counted.
    private mutating func isNewByTime(_ entry: LogEntry) -> Bool {
        let line = Line(message: entry.message, instance: entry.instance)
        if let time = entry.timestamp, let latest, time < latest { return !isReplaying }
        if let time = entry.timestamp, latest.map({ time > $0 }) ?? true {
            latest = time
            (seenAtLatest, toSkip, isReplaying) = ([:], [:], false)
        } else if let left = toSkip[line], left > 0 {
            toSkip[line] = left - 1
            return false
        }
        seenAtLatest[line, default: 0] += 1
        return true
    }
}
