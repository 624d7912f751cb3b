/// Fits triggers to servers that take flat text, one method per route and schedules of five fields
/// (wire reference, C15, C16 and C45).
enum PlainTrigger {
    private static let macros = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]

    /// The trigger as such a server takes it.
    /// - Throws: `unsupported` for what it could not do.
    static func fitted(_ spec: TriggerSpec) throws -> TriggerSpec {
        var fitted = spec
        switch spec.type {
        case "schedule":
            if let cron = spec.config["cron"] { fitted.config["cron"] = try fiveFields(cron, of: spec.name) }
            if let zone = fitted.config["timezone"], !["UTC", "Etc/UTC", "GMT"].contains(zone) {
                throw unsupported(spec.name, "schedules in the time zone '\(zone)'", "write the schedule in UTC")
            }
        case "http":
            let methods = (spec.config["methods"] ?? "").split(separator: ",").map(String.init)
            if methods.count > 1 {
                throw unsupported(spec.name, "several methods in one trigger", "declare one trigger for each method")
            }
            if let method = methods.first, fitted.config["method"] == nil { fitted.config["method"] = method }
        default: break
        }
        return fitted
    }

    /// A schedule in five fields: macros and intervals are written out, seconds are dropped where they are 0.
    static func fiveFields(_ text: String, of trigger: String) throws -> String {
        var words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        if words.count == 1, let macro = macros[words[0].lowercased()] { return macro }
        if words.count == 2, ["every", "@every"].contains(words[0]) {
            guard let milliseconds = DurationText.milliseconds(words[1]), let fields = fields(every: milliseconds) else {
                let hint = "use a part of an hour in minutes or a part of a day in hours"
                throw unsupported(trigger, "the interval '\(words[1])'", hint)
            }
            return fields
        }
        if words.count == 6 {
            guard words[0] == "0" || words[0] == "00" else {
                throw unsupported(trigger, "seconds in the schedule '\(text)'", "use five fields, or 0 for the seconds")
            }
            words.removeFirst()
        }
        guard words.count == 5 else { throw unsupported(trigger, "the schedule '\(text)'", "use five fields") }
        return words.joined(separator: " ")
    }

    private static func fields(every milliseconds: Int) -> String? {
        let minutes = milliseconds / 60_000
        guard minutes > 0, milliseconds % 60_000 == 0 else { return nil }
        switch minutes {
        case 1: return "* * * * *"
        case 60: return "0 * * * *"
        case 24 * 60: return "0 0 * * *"
        case ..<60: return 60 % minutes == 0 ? "*/\(minutes) * * * *" : nil
        default:
            let hours = minutes / 60
            return minutes % 60 == 0 && hours < 24 && 24 % hours == 0 ? "0 */\(hours) * * *" : nil
        }
    }

    private static func unsupported(_ trigger: String, _ what: String, _ hint: String) -> FuncError {
        FuncError(.unsupported, "this server cannot have \(what), as trigger '\(trigger)' asks for", hint: hint)
    }
}
