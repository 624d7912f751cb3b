import Foundation

/// What a function answered to a step.
public struct CaseAnswer: Sendable {
    /// Status code.
    public var status: Int
    /// Headers in order, names in lower case.
    public var headers: [(name: String, value: String)]
    /// Body.
    public var body: Data

    /// Holds an answer.
    public init(status: Int, headers: [(name: String, value: String)], body: Data) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The body as JSON; nil where it is none.
    public var json: JSONValue? { try? JSONValue(parsing: body) }

    /// The body as text; nil where it is none.
    public var text: String? { String(data: body, encoding: .utf8) }

    /// Values of a header.
    func values(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }

    /// The body for a message: its text, or how long it is where it is no text.
    var shownBody: String { text.map(CaseText.shortened) ?? "\(body.count) bytes that are no text" }
}

/// A part of an answer that a step keeps: `json.items[0].id`, `header.location`, `status` or `body`.
public enum AnswerPart: Hashable, Sendable {
    /// A key or an index within JSON.
    public enum Part: Hashable, Sendable {
        case key(String)
        case index(Int)
    }

    case status
    case body
    case header(String)
    case json([Part])

    /// What may be written, for messages.
    static let forms = "json.KEY, json.LIST[0].KEY, header.NAME, status or body"

    /// Reads the written form; nil where it is none.
    public init?(_ text: String) {
        if text == "status" {
            self = .status
        } else if text == "body" {
            self = .body
        } else if text.hasPrefix("header."), text.count > 7 {
            self = .header(text.dropFirst(7).lowercased())
        } else if text == "json" || text.hasPrefix("json.") || text.hasPrefix("json[") {
            guard let parts = Self.parts(text.dropFirst(4)) else { return nil }
            self = .json(parts)
        } else {
            return nil
        }
    }

    private static func parts(_ text: Substring) -> [Part]? {
        var rest = text
        var parts: [Part] = []
        while let first = rest.popFirst() {
            if first == "[" {
                guard let end = rest.firstIndex(of: "]"), let index = Int(rest[..<end]), index >= 0 else { return nil }
                parts.append(.index(index))
                rest = rest[rest.index(after: end)...]
            } else {
                let key = rest.prefix { $0 != "." && $0 != "[" }
                guard first == ".", !key.isEmpty else { return nil }
                parts.append(.key(String(key)))
                rest = rest.dropFirst(key.count)
            }
        }
        return parts
    }

    /// The part of an answer; nil where it has none.
    public func value(of answer: CaseAnswer) -> JSONValue? {
        switch self {
        case .status: return .integer(answer.status)
        case .body: return answer.text.map(JSONValue.string)
        case .header(let name): return answer.values(name).first.map(JSONValue.string)
        case .json(let parts):
            return parts.reduce(answer.json) { value, part in
                switch (value, part) {
                case (.object(let members)?, .key(let key)): members[key]
                case (.array(let items)?, .index(let index)): items.indices.contains(index) ? items[index] : nil
                default: nil
                }
            }
        }
    }
}

/// How values stand in messages about cases.
enum CaseText {
    /// A JSON value.
    static func json(_ value: JSONValue) -> String {
        (try? value.document).map { shortened(String(decoding: $0, as: UTF8.self)) } ?? "not JSON"
    }

    /// The start of a long text.
    static func shortened(_ text: String) -> String {
        text.count <= 200 ? text : text.prefix(200) + "…"
    }
}
