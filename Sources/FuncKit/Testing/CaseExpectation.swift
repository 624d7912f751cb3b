import Foundation

/// What must hold of an answer.
public struct CaseExpectation: Sendable {
    /// What a header or a log line must hold.
    public enum Text: Hashable, Sendable {
        /// It is this text; a log line holds it.
        case literal(String)
        /// A regular expression matches a part of it.
        case pattern(String)

        /// As it stands in messages.
        var shown: String {
            switch self {
            case .literal(let text): "'\(text)'"
            case .pattern(let pattern): "/\(pattern)/"
            }
        }
    }

    /// A line that must have been logged.
    public struct Line: Hashable, Sendable {
        /// What it holds.
        public var text: Text
        /// Its level; any where nil.
        public var level: LogLevel?

        /// Whether a line is it.
        public func matches(level: LogLevel, message: String) -> Bool {
            guard self.level == nil || self.level == level else { return false }
            switch text {
            case .literal(let text): return message.contains(text)
            case .pattern(let pattern): return message.range(of: pattern, options: .regularExpression) != nil
            }
        }

        /// As it stands in messages.
        public var shown: String { text.shown + (level.map { " at level \($0.rawValue)" } ?? "") }
    }

    /// How many differences are told of one answer.
    private static let differenceLimit = 20

    /// Status, if it matters.
    public var status: Int?
    /// Header fields, names in lower case.
    public var headers: [String: Text] = [:]
    /// JSON that the body contains: objects may have further members, all else is equal.
    public var json: JSONValue?
    /// JSON that the body is.
    public var jsonExact: JSONValue?
    /// The whole body as text.
    public var body: String?
    /// The whole body where it is no text.
    public var bytes: Data?
    /// A regular expression that matches a part of the body.
    public var matches: String?
    /// What the body as JSON is valid against.
    public var schema: JSONSchema?
    /// Lines that were logged since the step began.
    public var logs: [Line] = []

    /// Expects nothing.
    public init() {}

    /// What of an answer is not as expected; log lines are for whoever has the log.
    public func failures(_ answer: CaseAnswer) -> [TestReport.Failure] {
        var failures: [TestReport.Failure] = []
        if let status, answer.status != status {
            var message = "status is \(answer.status), not \(status)"
            if answer.status >= 400, !answer.body.isEmpty { message += "; the body is '\(answer.shownBody)'" }
            failures.append(.init(message, path: "status", expected: "\(status)", actual: "\(answer.status)"))
        }
        for (name, expected) in headers.sorted(by: { $0.key < $1.key }) {
            if let failure = Self.failure(name, expected, answer.values(name)) { failures.append(failure) }
        }
        failures += textFailures(answer)
        let differences = jsonFailures(answer)
        failures += differences.prefix(Self.differenceLimit)
        if differences.count > Self.differenceLimit {
            failures.append(.init("and \(differences.count - Self.differenceLimit) more differences"))
        }
        return failures
    }

    private static func failure(_ name: String, _ expected: Text, _ values: [String]) -> TestReport.Failure? {
        let isThere =
            switch expected {
            case .literal(let text): values.contains(text)
            case .pattern(let pattern):
                values.contains { $0.range(of: pattern, options: .regularExpression) != nil }
            }
        guard !isThere else { return nil }
        let path = "header '\(name)'"
        guard let actual = values.first else {
            return .init("\(path) is missing", path: path, expected: expected.shown, actual: nil)
        }
        let verb: String
        if case .literal = expected { verb = "is '\(actual)', not" } else { verb = "is '\(actual)' and does not match" }
        return .init("\(path) \(verb) \(expected.shown)", path: path, expected: expected.shown, actual: "'\(actual)'")
    }

    private func textFailures(_ answer: CaseAnswer) -> [TestReport.Failure] {
        var failures: [TestReport.Failure] = []
        if let body, answer.text != body {
            let wanted = CaseText.shortened(body)
            let message = "body is '\(answer.shownBody)', not '\(wanted)'"
            failures.append(.init(message, path: "body", expected: "'\(wanted)'", actual: "'\(answer.shownBody)'"))
        }
        if let bytes, answer.body != bytes {
            let differs = zip(bytes, answer.body).enumerated().first { $1.0 != $1.1 }?.offset
            let place = differs ?? min(bytes.count, answer.body.count)
            failures.append(
                .init(
                    "body has \(answer.body.count) bytes that differ at offset \(place) from the \(bytes.count) expected"
                )
            )
        }
        if let matches, answer.text?.range(of: matches, options: .regularExpression) == nil {
            failures.append(.init("body '\(answer.shownBody)' does not match '\(matches)'"))
        }
        return failures
    }

    private func jsonFailures(_ answer: CaseAnswer) -> [TestReport.Failure] {
        guard json != nil || jsonExact != nil || schema != nil else { return [] }
        guard let actual = answer.json else { return [.init("body is not JSON: '\(answer.shownBody)'")] }
        var failures: [TestReport.Failure] = []
        if let json { failures += JSONDifference(isExact: false).failures(json, actual) }
        if let jsonExact { failures += JSONDifference(isExact: true).failures(jsonExact, actual) }
        if let schema { failures += schema.violations(of: actual).map { TestReport.Failure($0) } }
        return failures
    }
}

/// Where two JSON values differ.
struct JSONDifference {
    /// Whether members that are not expected count as well.
    let isExact: Bool

    /// The differences, outermost path `body`.
    func failures(_ expected: JSONValue, _ actual: JSONValue, at path: String = "body") -> [TestReport.Failure] {
        switch (expected, actual) {
        case (.object(let wanted), .object(let found)):
            let missing = wanted.sorted { $0.key < $1.key }.flatMap { key, value -> [TestReport.Failure] in
                let path = Self.path(path, key)
                if let found = found[key] { return failures(value, found, at: path) }
                return [.init("\(path) is missing", path: path, expected: CaseText.json(value), actual: nil)]
            }
            guard isExact else { return missing }
            return missing
                + found.keys.filter { wanted[$0] == nil }.sorted().map {
                    .init("\(Self.path(path, $0)) is not expected: \(CaseText.json(found[$0] ?? .null))")
                }
        case (.array(let wanted), .array(let found)) where wanted.count == found.count:
            return zip(wanted, found).enumerated().flatMap { index, pair in
                failures(pair.0, pair.1, at: "\(path)[\(index)]")
            }
        default:
            guard !expected.isSameValue(as: actual) else { return [] }
            let (wanted, found) = (CaseText.json(expected), CaseText.json(actual))
            return [.init("\(path) is \(found), not \(wanted)", path: path, expected: wanted, actual: found)]
        }
    }

    private static func path(_ path: String, _ key: String) -> String {
        let isPlain = key.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        return isPlain && !key.isEmpty ? "\(path).\(key)" : "\(path)[\(CaseText.json(.string(key)))]"
    }
}

extension JSONValue {
    /// Whether both mean the same: a number is the same however it is written.
    func isSameValue(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.integer(let first), .number(let second)): Double(first) == second
        case (.number(let first), .integer(let second)): first == Double(second)
        case (.array(let first), .array(let second)):
            first.count == second.count && zip(first, second).allSatisfy { $0.isSameValue(as: $1) }
        case (.object(let first), .object(let second)):
            first.count == second.count
                && first.allSatisfy { key, value in second[key].map { value.isSameValue(as: $0) } ?? false }
        default: self == other
        }
    }
}
