import Foundation
import FuncKit

/// Turns what a function writes into log entries.
///
/// A line that is a JSON object with a `message` is taken as a structured entry; every other line is text, of level `info` on
/// stdout and `error` on stderr (runtime contract, point 5).
public struct LogLineParser: Sendable {
    private let instance: String
    private let version: Int

    /// Parses for one instance of a version.
    public init(instance: String, version: Int) {
        self.instance = instance
        self.version = version
    }

    /// The entry for a line that was read at `time`.
    public func entry(for line: ChildOutputLine, readAt time: Date) -> LogEntry {
        var entry = structuredEntry(line.text, readAt: time) ?? plainEntry(line, readAt: time)
        if line.cutBytes > 0 { entry.fields["cut_bytes"] = String(line.cutBytes) }
        return entry
    }

    private func plainEntry(_ line: ChildOutputLine, readAt time: Date) -> LogEntry {
        LogEntry(
            timestamp: time,
            level: line.stream == .output ? .info : .error,
            message: line.text,
            instance: instance,
            version: version
        )
    }

    private func structuredEntry(_ text: String, readAt time: Date) -> LogEntry? {
        guard text.utf8.first == UInt8(ascii: "{"), text.utf8.last == UInt8(ascii: "}") else { return nil }
        // Any other line in braces is somebody's text.
        guard var object = try? JSONDecoder().decode([String: JSONValue].self, from: Data(text.utf8)) else {
            return nil
        }
        func take(_ names: String...) -> JSONValue? {
            for name in names {
                if let value = object.removeValue(forKey: name), value != .null { return value }
            }
            return nil
        }
        guard let message = take("message", "msg") else { return nil }
        return LogEntry(
            timestamp: take("timestamp", "time", "ts").flatMap(\.date) ?? time,
            level: take("level", "severity", "lvl").flatMap(\.logLevel) ?? .info,
            message: message.text,
            instance: instance,
            version: version,
            requestID: take("request_id", "requestId")?.text,
            traceID: take("trace_id", "traceId")?.text,
            fields: object.mapValues(\.text)
        )
    }
}

extension JSONValue {
    /// The text itself, or compact JSON.
    fileprivate var text: String {
        if case .string(let text) = self { return text }
        // What was decoded can be encoded.
        return (try? document).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// An RFC 3339 time, or seconds or milliseconds since 1970.
    fileprivate var date: Date? {
        switch self {
        case .string(let text): WireDate.parse(text)
        case .integer(let value): Self.date(Double(value))
        case .number(let value): Self.date(value)
        default: nil
        }
    }

    /// A name, or a number as pino and bunyan write it.
    fileprivate var logLevel: LogLevel? {
        switch self {
        case .string(let name): LogLevel(name: name)
        case .integer(10): .trace
        case .integer(20): .debug
        case .integer(30): .info
        case .integer(40): .warn
        case .integer(50): .error
        case .integer(60): .fatal
        default: nil
        }
    }

    private static func date(_ value: Double) -> Date? {
        guard value > 0 else { return nil }
        // Seconds reach 1e11 in the year 5138.
        return Date(timeIntervalSince1970: value < 1e11 ? value : value / 1000)
    }
}
