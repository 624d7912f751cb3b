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

    /// The JSON document that a YAML text stands for.
    /// - Throws: `file_system` where the text is no YAML document of JSON's types.
    public static func json(from text: String) throws -> Data {
        do {
            let value = try YAMLDecoder().decode(JSONValue.self, from: text)
            return try JSONEncoder.functionAPI.encode(value)
        } catch {
            throw FuncError(.fileSystem, "the text is not a YAML document", because: error)
        }
    }
}

extension JSONValue {
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
