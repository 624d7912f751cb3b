@testable import FuncKit

/// JSON as the schema checker sees it.
indirect enum JSON: Decodable, Hashable, Sendable {
    case null
    case boolean(Bool)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSON].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }

    /// What a YAML document is in JSON.
    init(_ node: YAMLNode) {
        switch node.content {
        case .map(let entries):
            self = .object(
                Dictionary(entries.map { ($0.key, JSON($0.value)) }, uniquingKeysWith: { first, _ in first })
            )
        case .list(let items): self = .array(items.map(JSON.init))
        case .alias(let name): self = .string("*" + name)
        case .scalar(let scalar):
            switch scalar.kind {
            case .null: self = .null
            case .boolean: self = .boolean(scalar.text.lowercased() == "true")
            case .integer, .number: self = .number(Double(scalar.text) ?? .nan)
            case .text: self = .string(scalar.text)
            }
        }
    }

    subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    var members: [String: JSON] {
        guard case .object(let members) = self else { return [:] }
        return members
    }

    var items: [JSON] {
        guard case .array(let items) = self else { return [] }
        return items
    }
}

/// A keyword that the checker does not know: the schema has grown, the checker has to as well.
struct UnknownKeyword: Error {
    let name: String
}

/// Checks JSON against the part of JSON Schema 2020-12 that the manifest's schema uses.
struct SchemaChecker {
    /// Whether the schema accepts the value.
    func accepts(_ value: JSON, _ schema: JSON) throws -> Bool {
        for (keyword, rule) in schema.members {
            guard try holds(keyword, rule, value, schema) else { return false }
        }
        return true
    }

    private func holds(_ keyword: String, _ rule: JSON, _ value: JSON, _ schema: JSON) throws -> Bool {
        switch (keyword, rule, value) {
        case ("$schema", _, _), ("title", _, _), ("description", _, _), ("examples", _, _), ("default", _, _):
            return true
        case ("type", .string(let type), _): return isOf(type, value)
        case ("type", .array(let types), _):
            return types.contains { type in
                guard case .string(let type) = type else { return false }
                return isOf(type, value)
            }
        case ("enum", .array(let choices), _): return choices.contains(value)
        case ("anyOf", .array(let schemas), _): return try schemas.contains { try accepts(value, $0) }
        case ("oneOf", .array(let schemas), _): return try schemas.filter { try accepts(value, $0) }.count == 1
        case ("not", _, _): return try !accepts(value, rule)
        case ("pattern", .string(let pattern), .string(let text)): return try text.contains(Regex(pattern))
        case ("minLength", .number(let count), .string(let text)): return Double(text.count) >= count
        case ("maxLength", .number(let count), .string(let text)): return Double(text.count) <= count
        case ("minimum", .number(let bound), .number(let number)): return number >= bound
        case ("maximum", .number(let bound), .number(let number)): return number <= bound
        case ("exclusiveMinimum", .number(let bound), .number(let number)): return number > bound
        case ("items", _, .array(let items)): return try items.allSatisfy { try accepts($0, rule) }
        case ("uniqueItems", _, .array(let items)): return Set(items).count == items.count
        case ("required", .array(let keys), .object(let members)):
            return keys.allSatisfy { key in members.keys.contains { .string($0) == key } }
        case ("properties", .object(let known), .object(let members)):
            return try known.allSatisfy { key, schema in try members[key].map { try accepts($0, schema) } ?? true }
        case ("propertyNames", _, .object(let members)):
            return try members.keys.allSatisfy { try accepts(.string($0), rule) }
        case ("additionalProperties", _, .object(let members)):
            let others = members.filter { schema["properties"]?[$0.key] == nil }
            if case .boolean(let allowed) = rule { return allowed || others.isEmpty }
            return try others.values.allSatisfy { try accepts($0, rule) }
        case ("pattern", _, _), ("minLength", _, _), ("maxLength", _, _), ("minimum", _, _), ("maximum", _, _),
            ("exclusiveMinimum", _, _), ("items", _, _), ("uniqueItems", _, _), ("required", _, _),
            ("properties", _, _), ("propertyNames", _, _), ("additionalProperties", _, _):
            // These say something about one kind of value only.
            return true
        default: throw UnknownKeyword(name: keyword)
        }
    }

    private func isOf(_ type: String, _ value: JSON) -> Bool {
        switch (type, value) {
        case ("null", .null), ("boolean", .boolean), ("number", .number), ("string", .string), ("array", .array),
            ("object", .object):
            true
        case ("integer", .number(let number)): number == number.rounded()
        default: false
        }
    }
}
