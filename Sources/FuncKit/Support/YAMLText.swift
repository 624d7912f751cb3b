import Foundation
import Yams

/// JSON documents written as YAML.
public enum YAMLText {
    /// The YAML text of a JSON document, keys sorted, in block style.
    /// - Throws: an error of the JSON reader where `json` is malformed.
    public static func from(json: Data) throws -> String {
        let value = try JSONDecoder().decode(JSONValue.self, from: json)
        return try Yams.serialize(node: value.node, allowUnicode: true, sortKeys: true)
    }
}

/// A JSON value of any shape.
public enum JSONValue: Codable, Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Reads any JSON value.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// Writes the value as it is.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }

    fileprivate var node: Node {
        switch self {
        case .null: Node("null", Tag(.null))
        case .bool(let value): Node(value ? "true" : "false", Tag(.bool))
        case .integer(let value): Node(String(value), Tag(.int))
        case .number(let value): Node(String(value), Tag(.float))
        case .string(let value): Self.stringNode(value)
        case .array(let values): Node(values.map(\.node), Tag(.seq))
        case .object(let values):
            Node(values.sorted { $0.key < $1.key }.map { (Self.stringNode($0.key), $0.value.node) }, Tag(.map))
        }
    }

    /// Text that a reader could take for another type is quoted.
    private static func stringNode(_ text: String) -> Node {
        let plain = Node(text, Tag(.implicit))
        let readsAsText = Resolver.default.resolveTag(of: plain) == .str && !text.isEmpty
        if text.contains("\n") { return Node(text, Tag(.str), .literal) }
        return Node(text, Tag(.str), readsAsText ? .any : .doubleQuoted)
    }
}
