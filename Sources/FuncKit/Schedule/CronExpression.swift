import Foundation

/// The times of a schedule: five cron fields, six with seconds in front, a macro such as `@daily`, or `every 5m`.
///
/// Also read are `cron(…)` and `rate(5 minutes)`. Where both day fields choose, either of them is enough, as in cron.
public struct CronExpression: Hashable, Sendable, CustomStringConvertible {
    enum Rule: Hashable, Sendable {
        case fields(CronFields)
        /// Milliseconds; counted from the start of 1970, so that a restart does not move the times.
        case every(Int)
    }

    /// The schedule in one spelling: single spaces, words in upper case, macros as they are, `every 5m` for a rate.
    public let text: String
    let rule: Rule

    /// The schedule in one spelling.
    public var description: String { text }

    /// Reads a schedule.
    /// - Throws: `invalid_argument` with what is wrong and what to write.
    public init(parsing text: String) throws {
        do throws(CronFault) {
            self = try Self(text)
        } catch {
            throw FuncError(
                .invalidArgument,
                "schedule \(text.quotedForMessage) \(error.reason)",
                hint: error.hint ?? "such as '0 3 * * *' for every day at 3:00"
            )
        }
    }

    init(_ text: String) throws(CronFault) {
        guard text.utf8.count <= 256 else { throw CronFault(reason: "has more than 256 bytes") }
        let bare = try Self.unwrapped(text.trimmingCharacters(in: .whitespaces))
        let words = bare.split(whereSeparator: \.isWhitespace).map(String.init)
        guard let first = words.first else {
            throw CronFault(reason: "is empty", hint: "write five fields, such as '0 3 * * *'")
        }
        if first == "every" || first == "@every" {
            guard words.count == 2, let every = DurationText.milliseconds(words[1]), every >= 1_000 else {
                throw CronFault(
                    reason: "needs a time of at least 1s behind '\(first)'",
                    hint: "write 'every 5m', for example"
                )
            }
            self.text = "every " + DurationText.text(milliseconds: every)
            rule = .every(every)
        } else if first.hasPrefix("@") {
            let macro = try Self.macro(words)
            self.text = macro.name
            rule = .fields(try CronFields(macro.fields))
        } else {
            let fields = try CronFields(words)
            self.text = fields.text
            rule = .fields(fields)
        }
    }

    /// The same in five fields, for servers that know no others; nil where five fields cannot say it.
    public var fiveFields: String? {
        switch rule {
        case .fields(let fields): return fields.fiveFields
        case .every(let milliseconds):
            guard milliseconds % 60_000 == 0 else { return nil }
            let minutes = milliseconds / 60_000
            if minutes == 1 { return "* * * * *" }
            if minutes < 60 { return 60 % minutes == 0 ? "*/\(minutes) * * * *" : nil }
            guard minutes % 60 == 0 else { return nil }
            switch minutes / 60 {
            case 1: return "0 * * * *"
            case 24: return "0 0 * * *"
            case let hours where hours < 24 && 24 % hours == 0: return "0 */\(hours) * * *"
            default: return nil
            }
        }
    }

    // MARK: - Spellings

    private static let macros: [(name: String, fields: String)] = [
        ("@yearly", "0 0 1 1 *"), ("@annually", "0 0 1 1 *"), ("@monthly", "0 0 1 * *"), ("@weekly", "0 0 * * 0"),
        ("@daily", "0 0 * * *"), ("@midnight", "0 0 * * *"), ("@hourly", "0 * * * *"),
    ]

    private static func macro(_ words: [String]) throws(CronFault) -> (name: String, fields: [String]) {
        let name = words[0].lowercased()
        if words.count == 1, let macro = macros.first(where: { $0.name == name }) {
            return (name, macro.fields.split(separator: " ").map(String.init))
        }
        let names = macros.map(\.name)
        let nearest = NearestMatch.of(name, in: names)
        throw CronFault(
            reason: "is no known macro",
            hint: "use \(nearest.map { "'\($0)'" } ?? names.joined(separator: ", "))"
        )
    }

    /// What stands in `cron(…)`, and `rate(5 minutes)` as `every 5m`.
    private static func unwrapped(_ text: String) throws(CronFault) -> String {
        guard text.hasSuffix(")") else { return text }
        if text.lowercased().hasPrefix("cron(") { return try withoutYear(String(text.dropFirst(5).dropLast())) }
        guard text.lowercased().hasPrefix("rate(") else { return text }
        let words = text.dropFirst(5).dropLast().split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
        let units = ["second": "s", "minute": "m", "hour": "h", "day": "d"]
        guard words.count == 2, let count = Int(words[0]), count > 0,
            let unit = units[words[1].hasSuffix("s") ? String(words[1].dropLast()) : words[1]]
        else { throw CronFault(reason: "is no rate", hint: "write 'rate(5 minutes)', for example") }
        return "every \(count)\(unit)"
    }

    /// The form with a year at the end is known by its `?` in one of the day fields; its week begins with 1.
    private static func withoutYear(_ text: String) throws(CronFault) -> String {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 6, words[2] == "?" || words[4] == "?" else { return text }
        guard words[5] == "*" else { throw CronFault(reason: "names a year, which is not supported", hint: "use '*'") }
        guard !words[4].contains(where: \.isNumber) || words[4].hasPrefix("*") else {
            throw CronFault(reason: "has a number as day of week beside a year", hint: "name the days: MON-FRI")
        }
        return words.prefix(5).joined(separator: " ")
    }
}

/// The six fields of a schedule.
struct CronFields: Hashable, Sendable {
    let second: CronField
    let minute: CronField
    let hour: CronField
    let day: CronField
    let month: CronField
    let weekday: CronField
    private let hasSeconds: Bool

    init(_ words: [String]) throws(CronFault) {
        guard words.count == 5 || words.count == 6 else {
            throw CronFault(reason: "has \(words.count) fields and needs 5, or 6 with seconds in front")
        }
        hasSeconds = words.count == 6
        let words = hasSeconds ? words : ["0"] + words
        second = try CronField(words[0], .second)
        minute = try CronField(words[1], .minute)
        hour = try CronField(words[2], .hour)
        day = try CronField(words[3], .day)
        month = try CronField(words[4], .month)
        weekday = try CronField(words[5], .weekday)
        guard canFire else {
            throw CronFault(reason: "names a day that none of its months has, so it would never fire")
        }
    }

    var text: String {
        let five = [minute, hour, day, month, weekday].map(\.text).joined(separator: " ")
        return hasSeconds ? "\(second.text) \(five)" : five
    }

    var fiveFields: String? {
        guard second.values == 1 else { return nil }
        return [minute, hour, day, month, weekday].map { $0.text.replacing("?", with: "*") }.joined(separator: " ")
    }

    /// Where one of the two day fields chooses, it alone counts; where both do, either is enough.
    func includes(month: Int, day: Int, weekday: Int) -> Bool {
        guard self.month.contains(month) else { return false }
        let (isDay, isWeekday) = (self.day.contains(day), self.weekday.contains(weekday))
        return self.day.isAny || self.weekday.isAny ? isDay && isWeekday : isDay || isWeekday
    }

    /// The first second of a day that is named and not below `second`.
    func time(from second: Int) -> Int? {
        let (h, m, s) = (second / 3600, second / 60 % 60, second % 60)
        if hour.contains(h), let time = timeInHour(h, minute: m, second: s) { return time }
        guard let next = hour.first(from: h + 1) else { return nil }
        return timeInHour(next, minute: 0, second: 0)
    }

    private func timeInHour(_ h: Int, minute m: Int, second s: Int) -> Int? {
        if minute.contains(m), let second = second.first(from: s) { return h * 3600 + m * 60 + second }
        guard let minute = minute.first(from: m + 1), let second = second.first(from: 0) else { return nil }
        return h * 3600 + minute * 60 + second
    }

    private var canFire: Bool {
        guard weekday.isAny, let first = day.first(from: 1) else { return true }
        let longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...12).contains { month.contains($0) && first <= longest[$0 - 1] }
    }
}
