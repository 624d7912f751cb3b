import Foundation

/// A part of JSON Schema (draft 2020-12) that is small enough to be told in a page: what is not known is refused, never
/// passed over.
public struct JSONSchema: Sendable {
    /// Keywords that say something about a value.
    static let keywords = [
        "type", "enum", "const", "properties", "required", "additionalProperties", "minProperties", "maxProperties",
        "items", "prefixItems", "minItems", "maxItems", "uniqueItems", "minLength", "maxLength", "pattern", "format",
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "anyOf", "allOf", "oneOf", "not",
        "$ref", "$defs",
    ]
    /// Keywords for people.
    static let annotations = ["$schema", "$id", "$comment", "title", "description", "default", "examples"]
    /// How deep schemas may refer to others for one value.
    static let depthLimit = 100
    /// How many violations are told.
    private static let violationLimit = 20

    private let root: JSONValue

    /// Reads a schema, and makes sure that all of it is understood.
    /// - Throws: ``FuncError`` with code `case_invalid`, located.
    init(_ root: JSONValue, at node: YAMLNode, nodes: CaseNodes) throws {
        self.root = root
        try SchemaReader(root: root, nodes: nodes).check(root, at: node)
    }

    /// What of a value breaks it, one sentence each.
    func violations(of value: JSONValue) -> [String] {
        var check = SchemaCheck(root: root)
        check.check(value, against: root, at: "body", depth: 0)
        guard check.violations.count > Self.violationLimit else { return check.violations }
        return check.violations.prefix(Self.violationLimit)
            + ["and \(check.violations.count - Self.violationLimit) more violations"]
    }

    /// The schema that `#`, `#/$defs/name` or the like stands for; nil where there is none.
    static func resolve(_ reference: String, in root: JSONValue) -> JSONValue? {
        guard reference.hasPrefix("#") else { return nil }
        let pointer = reference.dropFirst()
        guard pointer.isEmpty || pointer.hasPrefix("/") else { return nil }
        return pointer.split(separator: "/").reduce(Optional(root)) { value, part in
            let key = String(part).replacing("~1", with: "/").replacing("~0", with: "~")
            guard case .object(let members)? = value else { return nil }
            return members[key]
        }
    }
}

/// Makes sure that a schema is one that can be checked.
private struct SchemaReader {
    static let types: Set = ["object", "array", "string", "number", "integer", "boolean", "null"]

    let root: JSONValue
    let nodes: CaseNodes

    func check(_ schema: JSONValue, at node: YAMLNode) throws {
        if case .bool = schema { return }
        guard case .object(let members) = schema else {
            throw nodes.fault("a schema is a map, true or false", at: node)
        }
        for (key, value) in members.sorted(by: { $0.key < $1.key }) {
            let place = node[key] ?? node
            guard JSONSchema.keywords.contains(key) else {
                if JSONSchema.annotations.contains(key) { continue }
                let nearest = NearestMatch.of(key, in: JSONSchema.keywords).map { "did you mean '\($0)'? " } ?? ""
                throw nodes.fault(
                    "the keyword \(key.quotedForMessage) of JSON Schema is not supported",
                    at: place,
                    hint: nearest + "supported are " + JSONSchema.keywords.joined(separator: ", ")
                )
            }
            try check(key, value, at: place)
        }
    }

    private func check(_ keyword: String, _ value: JSONValue, at node: YAMLNode) throws {
        switch (keyword, value) {
        case ("properties", .object(let members)), ("$defs", .object(let members)):
            for (key, schema) in members { try check(schema, at: node[key] ?? node) }
        case ("items", _), ("additionalProperties", _), ("not", _): try check(value, at: node)
        case ("anyOf", .array(let all)), ("allOf", .array(let all)), ("oneOf", .array(let all)),
            ("prefixItems", .array(let all)):
            guard !all.isEmpty else { throw nodes.fault("'\(keyword)' is a list of schemas", at: node) }
            for (index, schema) in all.enumerated() {
                try check(schema, at: node.items.indices.contains(index) ? node.items[index] : node)
            }
        case ("$ref", .string(let reference)):
            guard JSONSchema.resolve(reference, in: root) != nil else {
                throw nodes.fault(
                    "\(reference.quotedForMessage) is not in this schema",
                    at: node,
                    hint: "references are local: #/$defs/NAME"
                )
            }
        case ("type", .string(let name)) where Self.types.contains(name): return
        case ("type", .array(let names)) where names.allSatisfy({ Self.isType($0) }) && !names.isEmpty: return
        case ("pattern", .string(let text)):
            guard (try? NSRegularExpression(pattern: text)) != nil else {
                throw nodes.fault("'pattern' is not a regular expression", at: node)
            }
        case ("format", .string(let name)):
            guard SchemaFormat(rawValue: name) != nil else {
                let known = SchemaFormat.allCases.map(\.rawValue).joined(separator: ", ")
                throw nodes.fault(
                    "the format \(name.quotedForMessage) is not supported",
                    at: node,
                    hint: "use \(known)"
                )
            }
        case ("const", _), ("enum", .array), ("uniqueItems", .bool): return
        case ("required", .array(let names)) where names.allSatisfy({ if case .string = $0 { true } else { false } }):
            return
        case ("minimum", _), ("maximum", _), ("exclusiveMinimum", _), ("exclusiveMaximum", _):
            guard value.double != nil else { throw nodes.fault("'\(keyword)' is a number", at: node) }
        case ("multipleOf", _):
            guard let number = value.double, number > 0 else {
                throw nodes.fault("'multipleOf' is a number above 0", at: node)
            }
        case (_, .integer(let count)) where count >= 0 && (keyword.hasPrefix("min") || keyword.hasPrefix("max")): return
        default: throw nodes.fault("'\(keyword)' cannot have this value", at: node)
        }
    }

    private static func isType(_ value: JSONValue) -> Bool {
        if case .string(let name) = value { types.contains(name) } else { false }
    }
}

/// Formats that are checked.
enum SchemaFormat: String, CaseIterable {
    case dateTime = "date-time"
    case date
    case uuid
    case uri
    case email

    /// Whether a text has it.
    func fits(_ text: String) -> Bool {
        switch self {
        case .dateTime: WireDate.parse(text) != nil
        case .date: text.wholeMatch(of: /\d{4}-\d{2}-\d{2}/) != nil && WireDate.parse(text + "T00:00:00Z") != nil
        case .uuid: UUID(uuidString: text) != nil
        case .uri: URL(string: text)?.scheme != nil
        case .email: text.wholeMatch(of: /[^@\s]+@[^@\s]+/) != nil
        }
    }
}

extension JSONValue {
    /// A number of either kind.
    var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}
