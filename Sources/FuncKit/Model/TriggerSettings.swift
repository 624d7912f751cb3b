import Foundation

/// The settings of one trigger on their way to the one spelling in which they are stored.
struct TriggerSettings {
    let trigger: String
    let type: String
    private var values: [String: String] = [:]
    /// The spelling that each value came in, for messages.
    private var spellings: [String: String] = [:]

    init(trigger: String, type: String) {
        self.trigger = trigger
        self.type = type
    }

    static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte)
    }

    /// Takes a setting in any spelling.
    /// - Throws: `invalid_argument` where another spelling of it says something else.
    mutating func add(_ value: String, as key: String) throws {
        let name = TriggerKeys.canonical(key, type: type)
        // What was taken away by an empty text is as good as missing.
        guard name != "url", name == key || !value.isEmpty else { return }
        if let other = values[name], other != value, !value.isEmpty, !other.isEmpty {
            let first = spellings[name] ?? name
            throw FuncError(
                .invalidArgument,
                "settings '\(first)' and '\(key)' of trigger '\(trigger)' contradict each other",
                hint: "they mean the same: keep one of them"
            )
        }
        if values[name]?.isEmpty != false { values[name] = value }
        spellings[name] = key
    }

    /// The settings, found to be valid.
    /// - Throws: `invalid_argument`.
    mutating func checked() throws -> [String: String] {
        switch type {
        case TriggerSpec.http: try checkHTTP()
        case TriggerSpec.schedule: try checkSchedule()
        case TriggerSpec.event: try checkEvent()
        case TriggerSpec.messageQueue: try checkQueue()
        case TriggerSpec.timer: try checkTimer()
        default: break
        }
        return values
    }

    // MARK: - Types

    private mutating func checkHTTP() throws {
        try change("path") { try HTTPTrigger.canonicalPath($0) }
        try change("host") { try HTTPTrigger.canonicalHosts($0) }
        try change("allowed_hosts") { try HTTPTrigger.canonicalHosts($0) }
        try change("auth") { try HTTPTrigger.canonicalAuth($0) }
        try change("method") { try HTTPTrigger.canonicalMethods($0) }
        try change("methods") { try HTTPTrigger.canonicalMethods($0) }
        // The hosted service knows `method` only, so one method goes there and several go to `methods`.
        let one = values["method"]?.split(separator: ",") ?? []
        let several = values["methods"]?.split(separator: ",") ?? []
        guard one.isEmpty || several.isEmpty || Set(one).isSubset(of: several) else {
            throw invalid("method", values["method"] ?? "", "is not among the 'methods'")
        }
        let all = several.isEmpty ? one : several
        values["method"] = all.count == 1 ? String(all[0]) : nil
        values["methods"] = all.count > 1 ? all.joined(separator: ",") : nil
    }

    private mutating func checkSchedule() throws {
        try require("cron", example: "'0 3 * * *'")
        try change("cron") { text in
            do throws(CronFault) {
                return try CronExpression(text).text
            } catch {
                throw Fault(reason: error.reason, hint: error.hint)
            }
        }
        try change("timezone") { text in
            guard Self.isTimeZone(text) else {
                let nearest = NearestMatch.of(text, in: TimeZone.knownTimeZoneIdentifiers)
                let hint = nearest.map { "did you mean '\($0)'?" } ?? "write a name such as 'Asia/Tokyo'"
                throw Fault(reason: "is not a time zone of the IANA database", hint: hint)
            }
            return text
        }
        try checkTimed()
    }

    /// Settings of what is about time.
    private mutating func checkTimed() throws {
        try change("concurrency_policy") { text in
            guard TriggerSchedule.Overlap(rawValue: text.lowercased()) != nil else {
                let words = TriggerSchedule.Overlap.allCases.map(\.rawValue).joined(separator: ", ")
                throw Fault(reason: "is none of \(words)")
            }
            return text.lowercased()
        }
        try change("max_retries") { try Self.canonicalNumber($0, 0...TriggerSchedule.maxRetries) }
        try change("catch_up") { text in
            if ["0", "0s"].contains(text) { return "0s" }
            return try Self.canonicalDuration(text)
        }
    }

    private mutating func checkEvent() throws {
        for key in ["event_type", "event_source"] where values[key]?.isEmpty == true { values[key] = nil }
        for key in values.keys.sorted() where key.hasPrefix("filter.") {
            let attribute = key.dropFirst("filter.".count)
            let isName = attribute.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) }
            guard attribute.contains(".") || (isName && !attribute.isEmpty) else {
                throw FuncError(
                    .invalidArgument,
                    "'\(key)' of trigger '\(trigger)' names no attribute of an event",
                    hint: "attributes have lower-case letters and digits only"
                )
            }
        }
    }

    private mutating func checkQueue() throws {
        try require("topic", example: "'orders'")
        try change("queue_type") { text in
            let types = ["kafka", "nats", "rabbitmq"]
            guard types.contains(text.lowercased()) else {
                throw Fault(reason: "is no kind of queue", hint: "use one of \(types.joined(separator: ", "))")
            }
            return text.lowercased()
        }
        for (key, range) in [("max_retries", 0...1_000), ("batch_size", 1...10_000)] {
            try change(key) { try Self.canonicalNumber($0, range) }
        }
        for key in ["polling_interval", "visibility_timeout"] { try change(key, Self.canonicalDuration) }
    }

    private mutating func checkTimer() throws {
        try require("interval", example: "'5m'")
        try change("interval", Self.canonicalDuration)
        try checkTimed()
    }

    // MARK: - Values

    /// What is wrong with one value.
    struct Fault: Error {
        var reason: String
        var hint: String?
    }

    /// Brings a setting into its one form; an empty one is left out.
    private mutating func change(_ key: String, _ canonical: (String) throws -> String) throws {
        guard let value = values[key] else { return }
        let text = value.trimmingCharacters(in: .whitespaces)
        do {
            let new = text.isEmpty ? "" : try canonical(text)
            values[key] = new.isEmpty ? nil : new
        } catch let fault as Fault {
            throw invalid(key, value, fault.reason, hint: fault.hint)
        }
    }

    private func require(_ key: String, example: String) throws {
        let value = values[key]?.trimmingCharacters(in: .whitespaces) ?? ""
        guard value.isEmpty else { return }
        throw FuncError(
            .invalidArgument,
            "trigger '\(trigger)' of type '\(type)' has no '\(key)'",
            hint: "set it, for example to \(example)"
        )
    }

    private func invalid(_ key: String, _ value: String, _ reason: String, hint: String? = nil) -> FuncError {
        FuncError(
            .invalidArgument,
            "value \(value.quotedForMessage) of '\(spellings[key] ?? key)' of trigger '\(trigger)' \(reason)",
            hint: hint
        )
    }

    private static func canonicalNumber(_ text: String, _ range: ClosedRange<Int>) throws -> String {
        guard let number = Int(text), range.contains(number) else {
            throw Fault(reason: "is not a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return String(number)
    }

    /// `5m`, `300` seconds and `rate(5 minutes)` as `5m`.
    private static func canonicalDuration(_ text: String) throws -> String {
        let limit = 365 * 86_400_000
        var milliseconds = DurationText.milliseconds(text) ?? Int(text).flatMap { $0 <= limit ? $0 * 1_000 : nil }
        if milliseconds == nil, let rate = try? CronExpression(parsing: text), case .every(let every) = rate.rule {
            milliseconds = every
        }
        guard let milliseconds, (1_000...limit).contains(milliseconds) else {
            throw Fault(reason: "is not a time from 1s to 365d", hint: "write '5m', for example")
        }
        return DurationText.text(milliseconds: milliseconds)
    }

    /// Whether a text is the name of a time zone, and nothing that could be a path.
    static func isTimeZone(_ text: String) -> Bool {
        let isName =
            text.utf8.count <= 64 && text.utf8.first.map(isLetter) == true
            && text.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || "+-_/".utf8.contains($0) }
        return isName && TimeZone(identifier: text) != nil
    }
}
