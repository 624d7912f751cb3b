import Foundation
import FuncKit

// Items that have several names, because several clients ask for the same thing.
extension APIQuery {
    /// A time under its first name, else under the second one.
    /// - Throws: `invalid_argument`.
    func time(_ name: String, or other: String, now: Date) throws -> Date? {
        try time(text(name) == nil ? other : name, now: now)
    }

    /// A length of time in whole seconds, as a number or with units: `60`, `60s`, `5m`.
    /// - Throws: `invalid_argument`.
    func length(_ name: String, or other: String, maximum: Int) throws -> Int? {
        let name = text(name) == nil ? other : name
        guard let text = text(name) else { return nil }
        let seconds = Int(text) ?? DurationText.milliseconds(text).map { ($0 + 999) / 1000 }
        guard let seconds, seconds > 0, seconds <= maximum else {
            throw FuncError(
                .invalidArgument,
                "query item '\(name)=\(text)' is not a length of time such as '60s' or '5m', at most \(maximum) s"
            )
        }
        return seconds
    }
}
