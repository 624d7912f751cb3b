import Foundation

/// How grave a log line is, in rising order.
public enum LogLevel: String, Codable, Hashable, Sendable, CaseIterable, Comparable {
    case trace, debug, info, warn, error, fatal

    /// Reads the usual spellings (`WARNING`, `err`, `critical` …) in any case.
    public init?(name: String) {
        switch name.lowercased() {
        case "trace": self = .trace
        case "debug", "verbose": self = .debug
        case "info", "information", "notice", "log": self = .info
        case "warn", "warning": self = .warn
        case "error", "err": self = .error
        case "fatal", "critical", "alert", "emergency", "panic": self = .fatal
        default: return nil
        }
    }

    /// Orders by gravity.
    public static func < (lhs: LogLevel, rhs: LogLevel) -> Bool {
        lhs.rank < rhs.rank
    }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// One line that a function, its build or the platform wrote (reference: canonical `LogEntry` and its extensions).
public struct LogEntry: Codable, Hashable, Sendable {
    /// When the platform read it, or the line's own time where it names one; nil where the server does not say.
    public var timestamp: Date?
    /// Gravity; `info` where the line does not say.
    public var level: LogLevel
    /// The text without its line end.
    public var message: String
    /// `function`, `build` or `platform`; `container` on the wire.
    public var source: String
    /// Instance that wrote it; `pod` on the wire.
    public var instance: String?
    /// Number of the version that wrote it.
    public var version: Int?
    /// Call during which it was written.
    public var requestID: String?
    /// Trace to which it belongs.
    public var traceID: String?
    /// Further fields of a structured line, as text.
    public var fields: [String: String]
    /// Position in the server's log, rising; what a follower resumes from.
    public var sequence: Int?

    /// Describes a line.
    public init(
        timestamp: Date?,
        level: LogLevel = .info,
        message: String,
        source: String = "function",
        instance: String? = nil,
        version: Int? = nil,
        requestID: String? = nil,
        traceID: String? = nil,
        fields: [String: String] = [:],
        sequence: Int? = nil
    ) {
        self.timestamp = timestamp
        self.level = level
        self.message = message
        self.source = source
        self.instance = instance
        self.version = version
        self.requestID = requestID
        self.traceID = traceID
        self.fields = fields
        self.sequence = sequence
    }

    /// Reads the wire form: an object, or a bare string as the UI dialect sends it.
    public init(from decoder: any Decoder) throws {
        if let line = try? decoder.singleValueContainer().decode(String.self) {
            self.init(timestamp: nil, message: line)
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            timestamp: try container.time(.timestamp),
            level: LogLevel(name: try container.text(.level)) ?? .info,
            message: try container.text(.message),
            source: try container.nonEmptyText(.source) ?? "function",
            instance: try container.nonEmptyText(.instance),
            version: try container.decodeIfPresent(Int.self, forKey: .version),
            requestID: try container.nonEmptyText(.requestID),
            traceID: try container.nonEmptyText(.traceID),
            fields: try container.value(.fields, or: [:]),
            sequence: try container.decodeIfPresent(Int.self, forKey: .sequence)
        )
    }

    /// Writes the wire form; an empty field list is left out.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(timestamp, forKey: .timestamp)
        try container.encode(level, forKey: .level)
        try container.encode(message, forKey: .message)
        try container.encode(source, forKey: .source)
        try container.encodeIfPresent(instance, forKey: .instance)
        try container.encodeIfPresent(version, forKey: .version)
        try container.encodeIfPresent(requestID, forKey: .requestID)
        try container.encodeIfPresent(traceID, forKey: .traceID)
        if !fields.isEmpty { try container.encode(fields, forKey: .fields) }
        try container.encodeIfPresent(sequence, forKey: .sequence)
    }

    private enum CodingKeys: String, CodingKey {
        case timestamp, level, message, version, fields, sequence
        case source = "container"
        case instance = "pod"
        case requestID = "request_id"
        case traceID = "trace_id"
    }
}

/// Which log lines to read.
public struct LogQuery: Hashable, Sendable {
    /// Lines at or after this time.
    public var since: Date?
    /// Lines before this time.
    public var until: Date?
    /// At most so many, the newest ones; nil for all that the server keeps.
    public var limit: Int?
    /// Lines at least as grave.
    public var level: LogLevel?
    /// Lines of this version only.
    public var version: Int?
    /// Lines of this call only.
    public var requestID: String?

    /// Describes a selection.
    public init(
        since: Date? = nil,
        until: Date? = nil,
        limit: Int? = nil,
        level: LogLevel? = nil,
        version: Int? = nil,
        requestID: String? = nil
    ) {
        self.since = since
        self.until = until
        self.limit = limit
        self.level = level
        self.version = version
        self.requestID = requestID
    }

    /// Whether `entry` belongs to the selection, the limit aside.
    public func matches(_ entry: LogEntry) -> Bool {
        if let since, let time = entry.timestamp, time < since { return false }
        if let until, let time = entry.timestamp, time >= until { return false }
        if let level, entry.level < level { return false }
        if let version, entry.version != version { return false }
        if let requestID, entry.requestID != requestID { return false }
        return true
    }
}
