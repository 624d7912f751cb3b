import Foundation

/// A request with the answer that is expected, from a file below `tests/cases`.
public struct RequestCase: Hashable, Sendable {
    /// What must hold of the answer.
    public struct Expectation: Hashable, Sendable {
        /// Status, if it matters.
        public var status: Int?
        /// Header fields that the answer has, names in lower case.
        public var headers: [String: String] = [:]
        /// JSON that the body contains: objects may have further members, all else is equal.
        public var json: JSONValue?
        /// The whole body as text.
        public var body: String?
        /// A regular expression that matches a part of the body.
        public var matches: String?
        /// Texts, each of which stands in a log line of the call.
        public var logs: [String] = []
    }

    /// What the function is given.
    public enum Input: Hashable, Sendable {
        case request(InvokeRequest)
        case event(CloudEvent)
        case schedule(name: String, scheduledTime: Date, firedTime: Date)
        case records([JSONValue], source: String)

        /// The type of function that takes it.
        public var type: FunctionType {
            switch self {
            case .request: .http
            case .event: .event
            case .schedule: .scheduled
            case .records: .stream
            }
        }
    }

    /// What a person calls it.
    public var name: String
    /// The file, relative to the project.
    public var file: String
    /// What the function is given.
    public var input: Input
    /// What it must answer.
    public var expectation: Expectation

    /// The request that delivers the input.
    /// - Throws: an error of the JSON writer.
    public func request(now: Date) throws -> InvokeRequest {
        switch input {
        case .request(let request): return request
        case .event(let event):
            return InvokeRequest(method: "POST", headers: event.binaryHeaders, body: event.data)
        case .schedule(let name, let scheduledTime, let firedTime):
            let event = try EventRequest.schedule(
                name,
                scheduledTime: scheduledTime,
                firedTime: firedTime,
                id: UUID().uuidString.lowercased(),
                source: "/schedules/\(name)"
            )
            return InvokeRequest(method: "POST", headers: event.binaryHeaders, body: event.data)
        case .records(let records, let source):
            let batch = JSONValue.object([
                "source": .string(source),
                "records": .array(records.enumerated().map { Self.completed($1, at: $0, now: now) }),
            ])
            return InvokeRequest(
                method: "POST",
                headers: ["Content-Type": ["application/json"]],
                body: try batch.document
            )
        }
    }

    /// A record with everything that a platform sends and the case leaves out.
    private static func completed(_ record: JSONValue, at offset: Int, now: Date) -> JSONValue {
        guard case .object(let given) = record else { return record }
        let usual: [String: JSONValue] = [
            "id": .string("\(offset)"), "partition": .integer(0), "offset": .integer(offset), "key": .null,
            "timestamp": .string(WireDate.format(now)), "data": .null,
        ]
        return .object(usual.merging(given) { $1 })
    }
}

extension RequestCase.Expectation {
    /// What of an answer is not as expected, one line each.
    public func failures(status: Int, headers: [(name: String, value: String)], body: Data) -> [String] {
        var failures: [String] = []
        if let expected = self.status, status != expected {
            failures.append("status is \(status), not \(expected)")
        }
        for (name, expected) in self.headers.sorted(by: { $0.key < $1.key }) {
            let values = headers.filter { $0.name == name }.map(\.value)
            guard !values.contains(expected) else { continue }
            failures.append(
                values.isEmpty
                    ? "header '\(name)' is missing" : "header '\(name)' is '\(values[0])', not '\(expected)'"
            )
        }
        let text = String(decoding: body, as: UTF8.self)
        if let expected = self.body, text != expected {
            failures.append("body is '\(Self.shortened(text))', not '\(Self.shortened(expected))'")
        }
        if let pattern = matches, text.range(of: pattern, options: .regularExpression) == nil {
            failures.append("body '\(Self.shortened(text))' does not match '\(pattern)'")
        }
        if let json { failures += Self.differences(json, in: body) }
        return failures
    }

    private static func differences(_ expected: JSONValue, in body: Data) -> [String] {
        guard let actual = try? JSONValue(parsing: body) else {
            return ["body is not JSON: '\(shortened(String(decoding: body, as: UTF8.self)))'"]
        }
        return differences(expected, actual, at: "body")
    }

    private static func differences(_ expected: JSONValue, _ actual: JSONValue, at path: String) -> [String] {
        switch (expected, actual) {
        case (.object(let wanted), .object(let found)):
            return wanted.sorted { $0.key < $1.key }.flatMap { key, value in
                found[key].map { differences(value, $0, at: "\(path).\(key)") } ?? ["\(path).\(key) is missing"]
            }
        case (.array(let wanted), .array(let found)) where wanted.count == found.count:
            return zip(wanted, found).enumerated().flatMap { index, pair in
                differences(pair.0, pair.1, at: "\(path)[\(index)]")
            }
        case (.integer(let wanted), .number(let found)) where Double(wanted) == found: return []
        case (.number(let wanted), .integer(let found)) where wanted == Double(found): return []
        default: return expected == actual ? [] : ["\(path) is \(text(actual)), not \(text(expected))"]
        }
    }

    private static func text(_ value: JSONValue) -> String {
        (try? value.document).map { shortened(String(decoding: $0, as: UTF8.self)) } ?? "not JSON"
    }

    private static func shortened(_ text: String) -> String {
        text.count <= 200 ? text : text.prefix(200) + "…"
    }
}
