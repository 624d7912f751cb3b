import Foundation

extension TriggerSpec {
    /// Calls the function for requests.
    public static let http = "http"
    /// Calls it at set times.
    public static let schedule = "schedule"
    /// Calls it for events.
    public static let event = "event"
    /// Calls it for messages of a queue.
    public static let messageQueue = "messagequeue"
    /// Calls it again and again.
    public static let timer = "timer"
    /// Every type.
    public static let types = [http, schedule, event, messageQueue, timer]

    private static let maxSettings = 100
    private static let maxValueBytes = 16 << 10

    /// The trigger in the one spelling that is stored, whichever of the known spellings it came in.
    ///
    /// Settings have the names of the Function API (`method` or `methods`, `cron`, `event_type`, `topic`, `interval` …);
    /// settings of other names stay as they are. The read-only `url` is left out.
    /// - Throws: `invalid_argument` naming the setting and its value.
    public func normalised() throws -> TriggerSpec {
        guard FunctionName.isValid(name) else {
            throw FuncError(
                .invalidArgument,
                "trigger name \(name.quotedForMessage) is not of the form [a-z0-9]([-a-z0-9]*[a-z0-9])? with at most 63 "
                    + "characters"
            )
        }
        let type = try canonicalType()
        var settings = TriggerSettings(trigger: name, type: type)
        guard config.count <= Self.maxSettings else {
            throw FuncError(.invalidArgument, "trigger '\(name)' has more than \(Self.maxSettings) settings")
        }
        for (key, value) in config.sorted(by: { $0.key < $1.key }) {
            try checkText(key, value)
            try settings.add(value, as: key)
        }
        return TriggerSpec(name: name, type: type, enabled: enabled, config: try settings.checked())
    }

    private func canonicalType() throws -> String {
        if let known = TriggerKeys.types[TriggerKeys.squashed(type)] { return known }
        let list = Self.types.joined(separator: ", ")
        guard !type.isEmpty else {
            throw FuncError(.invalidArgument, "trigger '\(name)' has no type", hint: "use one of \(list)")
        }
        let nearest = NearestMatch.of(type, in: Self.types)
        throw FuncError(
            .invalidArgument,
            "unknown type \(type.quotedForMessage) of trigger '\(name)'",
            hint: nearest.map { "did you mean '\($0)'?" } ?? "use one of \(list)"
        )
    }

    private func checkText(_ key: String, _ value: String) throws {
        let isKey =
            (1...128).contains(key.utf8.count) && key.utf8.first.map(TriggerSettings.isLetter) == true
            && key.utf8.allSatisfy { TriggerSettings.isLetter($0) || (48...57).contains($0) || "-_.".utf8.contains($0) }
        guard isKey else {
            throw FuncError(
                .invalidArgument,
                "setting \(key.quotedForMessage) of trigger '\(name)' is no name",
                hint: "use letters, digits, dashes, dots and underscores"
            )
        }
        guard value.utf8.count <= Self.maxValueBytes, !value.utf8.contains(0) else {
            throw FuncError(
                .invalidArgument,
                "setting '\(key)' of trigger '\(name)' has a zero byte or more than \(Self.maxValueBytes) bytes"
            )
        }
    }
}
