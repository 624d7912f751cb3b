import Foundation

/// Events as JSON documents (CloudEvents JSON format 1.0.2): one event, a batch, or one event a line.
public struct CloudEventDocument: Hashable, Sendable {
    /// Media type of one event.
    public static let eventType = "application/cloudevents+json"
    /// Media type of a batch.
    public static let batchType = "application/cloudevents-batch+json"

    /// Media type of `body`.
    public var contentType: String
    /// What is sent.
    public var body: Data

    /// What is taken where a single event does not say it.
    public struct Defaults: Hashable, Sendable {
        /// For a missing `id`.
        public var id: String
        /// For a missing `source`.
        public var source: String

        /// Holds both.
        public init(id: String, source: String) {
            self.id = id
            self.source = source
        }
    }

    /// Reads a document that has to be one or several events. Missing `specversion`, `id` and `source` of a single event
    /// are filled in; all else stays byte for byte.
    /// - Throws: `invalid_argument` naming the attribute, located where the JSON is malformed.
    public static func read(_ document: Data, file: String, defaults: Defaults) throws -> CloudEventDocument {
        if let lines = JSONText.lines(document) { return try batch(JSONText.list(of: lines), file: file) }
        switch try JSONText.parse(document, file: file) {
        case .array: return try batch(document, file: file)
        case .object(let members):
            var missing: [(String, String)] = []
            if members["specversion"] == nil { missing.append(("specversion", "1.0")) }
            if members["id"] == nil { missing.append(("id", defaults.id)) }
            if members["source"] == nil { missing.append(("source", defaults.source)) }
            var complete = members
            for (name, value) in missing { complete[name] = .string(value) }
            try check(complete, "the event in '\(file)'")
            return CloudEventDocument(contentType: eventType, body: try adding(missing, to: document))
        default:
            throw FuncError(
                .invalidArgument,
                "'\(file)' is no event",
                hint: "an event is an object with 'type', 'source', 'id' and 'data'"
            )
        }
    }

    private static func batch(_ document: Data, file: String) throws -> CloudEventDocument {
        guard case .array(let events) = try JSONText.parse(document, file: file) else {
            throw FuncError(.invalidArgument, "'\(file)' is no list of events")
        }
        for (index, event) in events.enumerated() {
            guard case .object(let members) = event else {
                throw FuncError(.invalidArgument, "entry \(index + 1) in '\(file)' is no event")
            }
            try check(members, "event \(index + 1) in '\(file)'")
        }
        return CloudEventDocument(contentType: batchType, body: document)
    }

    /// Whether a document looks like one or several events, which all name the version of the specification.
    public static func isEvents(_ value: JSONValue) -> Bool {
        switch value {
        case .object(let members): members["specversion"] != nil
        case .array(let items):
            !items.isEmpty && items.allSatisfy { if case .object = $0 { isEvents($0) } else { false } }
        default: false
        }
    }

    // MARK: - Rules (CloudEvents 1.0.2, sections 2 and 3)

    private static func check(_ members: [String: JSONValue], _ what: String) throws {
        guard members["specversion"] == .string("1.0") else {
            throw FuncError(.invalidArgument, "\(what) has no 'specversion' of \"1.0\"")
        }
        for name in ["id", "source", "type"] {
            guard case .string(let text) = members[name], !text.isEmpty else {
                throw FuncError(
                    .invalidArgument,
                    "\(what) has no '\(name)'",
                    hint: "every event has a text as 'id', 'source' and 'type'"
                )
            }
        }
        if case .string(let time) = members["time"], WireDate.parse(time) == nil {
            throw FuncError(
                .invalidArgument,
                "'time' of \(what) is \(time.quotedForMessage), which is not a time such as 2026-01-31T12:00:00Z"
            )
        }
        try checkData(members, what)
        for (name, value) in members.sorted(by: { $0.key < $1.key }) where !["data", "data_base64"].contains(name) {
            try check(name, value, what)
        }
    }

    private static func checkData(_ members: [String: JSONValue], _ what: String) throws {
        guard let encoded = members["data_base64"] else { return }
        guard members["data"] == nil else {
            throw FuncError(.invalidArgument, "\(what) has both 'data' and 'data_base64'", hint: "keep one of them")
        }
        guard case .string(let text) = encoded, Data(base64Encoded: text) != nil else {
            throw FuncError(.invalidArgument, "'data_base64' of \(what) is no Base64")
        }
    }

    private static func check(_ name: String, _ value: JSONValue, _ what: String) throws {
        guard CloudEvent.isAttributeName(name) else {
            let lower = name.lowercased().filter { CloudEvent.isAttributeName(String($0)) }
            throw FuncError(
                .invalidArgument,
                "\(name.quotedForMessage) of \(what) cannot be an attribute of an event",
                hint: "names have lower-case letters and digits only" + (lower.isEmpty ? "" : ": '\(lower)'")
                    + "; what the event tells belongs below 'data'"
            )
        }
        switch value {
        case .string, .bool, .integer, .null: return
        case .number, .array, .object:
            throw FuncError(
                .invalidArgument,
                "'\(name)' of \(what) is no text, whole number, true or false",
                hint: "what the event tells belongs below 'data'"
            )
        }
    }

    /// The document with members in front of its own.
    private static func adding(_ members: [(String, String)], to document: Data) throws -> Data {
        guard !members.isEmpty, let brace = document.firstIndex(of: UInt8(ascii: "{")) else { return document }
        let rest = document[document.index(after: brace)...]
        let isEmpty = rest.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "}")
        let texts = try members.map { name, value in
            Data("\"\(name)\":".utf8) + (try JSONValue.string(value).document)
        }
        return Data("{".utf8) + Data(texts.joined(separator: Data(",".utf8))) + Data((isEmpty ? "" : ",").utf8) + rest
    }
}
