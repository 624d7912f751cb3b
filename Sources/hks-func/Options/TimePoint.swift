import ArgumentParser
import Foundation
import FuncKit

/// A time as people give it: an RFC 3339 time, or how long ago (`90s`, `10m`, `2h`, `1d`).
enum TimePoint: ExpressibleByArgument, Hashable, Sendable {
    case at(Date)
    case ago(seconds: Double)

    init?(argument: String) {
        if let date = WireDate.parse(argument) {
            self = .at(date)
            return
        }
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = argument.last.flatMap({ units[$0] }), let count = Double(argument.dropLast()), count >= 0,
            count.isFinite
        else { return nil }
        self = .ago(seconds: count * unit)
    }

    /// The point in time, seen from `now`.
    func date(now: Date) -> Date {
        switch self {
        case .at(let date): date
        case .ago(let seconds): now.addingTimeInterval(-seconds)
        }
    }
}
