import Foundation
import FuncKit

/// How times and sizes are shown to people.
enum TimeText {
    /// RFC 3339 in UTC.
    static func iso(_ date: Date) -> String { WireDate.format(date) }

    /// Time of the day: `09:30:05`.
    static func clock(_ date: Date, in zone: TimeZone) -> String {
        let seconds = Int(date.timeIntervalSince1970.rounded(.down)) + zone.secondsFromGMT(for: date)
        let rest = (seconds % 86_400 + 86_400) % 86_400
        return [rest / 3600, rest / 60 % 60, rest % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }

    /// Distance from now: `12s ago`, `5m ago`, `3h ago`, `2d ago`.
    static func ago(_ date: Date, now: Date) -> String {
        let seconds = Int(now.timeIntervalSince(date))
        switch seconds {
        case ..<0: return "just now"
        case ..<60: return "\(seconds)s ago"
        case ..<3600: return "\(seconds / 60)m ago"
        case ..<86_400: return "\(seconds / 3600)h ago"
        default: return "\(seconds / 86_400)d ago"
        }
    }

    /// A duration as people say it: `840 ms`, `2.4 s`, `3m 05s`.
    static func duration(milliseconds: Int) -> String {
        switch milliseconds {
        case ..<1000: return "\(milliseconds) ms"
        case ..<60_000: return "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s"
        default:
            let seconds = milliseconds / 1000
            return "\(seconds / 60)m \(seconds % 60 < 10 ? "0" : "")\(seconds % 60)s"
        }
    }

    /// Bytes in binary units: `512 B`, `1.5 KiB`, `20.0 MiB`.
    static func bytes(_ count: Int) -> String {
        var (value, unit) = (Double(count), 0)
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return unit == 0 ? "\(count) B" : "\((value * 10).rounded() / 10) \(units[unit])"
    }
}
