import Foundation

/// Holds a value against a schema that was understood.
struct SchemaCheck {
    let root: JSONValue
    private(set) var violations: [String] = []

    init(root: JSONValue) {
        self.root = root
    }

    mutating func check(_ value: JSONValue, against schema: JSONValue, at path: String, depth: Int) {
        guard depth < JSONSchema.depthLimit else {
            return violations.append("the schema refers to itself without end at \(path)")
        }
        if case .bool(let allows) = schema {
            if !allows { violations.append("\(path) is not allowed") }
            return
        }
        guard case .object(let keywords) = schema else { return }
        for (keyword, parameter) in keywords.sorted(by: { $0.key < $1.key }) {
            if let problem = Self.scalarProblem(keyword, parameter, value) {
                violations.append("\(path) \(problem)")
            }
            combine(keyword, parameter, value, path, depth)
        }
        if case .object(let members) = value { checkMembers(members, keywords, path, depth) }
        if case .array(let items) = value { checkItems(items, keywords, path, depth) }
    }

    // MARK: Parts

    private mutating func checkMembers(
        _ members: [String: JSONValue],
        _ keywords: [String: JSONValue],
        _ path: String,
        _ depth: Int
    ) {
        var known: [String: JSONValue] = [:]
        if case .object(let properties)? = keywords["properties"] { known = properties }
        for (key, value) in members.sorted(by: { $0.key < $1.key }) {
            if let schema = known[key] {
                check(value, against: schema, at: "\(path).\(key)", depth: depth + 1)
            } else if let schema = keywords["additionalProperties"] {
                check(value, against: schema, at: "\(path).\(key)", depth: depth + 1)
            }
        }
        guard case .array(let required)? = keywords["required"] else { return }
        for case .string(let name) in required where members[name] == nil {
            violations.append("\(path).\(name) is missing")
        }
    }

    private mutating func checkItems(
        _ items: [JSONValue],
        _ keywords: [String: JSONValue],
        _ path: String,
        _ depth: Int
    ) {
        var first: [JSONValue] = []
        if case .array(let schemas)? = keywords["prefixItems"] { first = schemas }
        for (index, item) in items.enumerated() {
            let schema = first.indices.contains(index) ? first[index] : keywords["items"]
            if let schema { check(item, against: schema, at: "\(path)[\(index)]", depth: depth + 1) }
        }
    }

    private mutating func combine(
        _ keyword: String,
        _ parameter: JSONValue,
        _ value: JSONValue,
        _ path: String,
        _ depth: Int
    ) {
        switch (keyword, parameter) {
        case ("$ref", .string(let reference)):
            guard let schema = JSONSchema.resolve(reference, in: root) else { return }
            check(value, against: schema, at: path, depth: depth + 1)
        case ("allOf", .array(let schemas)):
            for schema in schemas { check(value, against: schema, at: path, depth: depth + 1) }
        case ("anyOf", .array(let schemas)):
            let found = schemas.map { problems(value, $0, path, depth) }
            guard !found.contains(where: \.isEmpty) else { return }
            violations.append("\(path) fits none of 'anyOf': " + found.compactMap(\.first).joined(separator: "; "))
        case ("oneOf", .array(let schemas)):
            let found = schemas.map { problems(value, $0, path, depth) }
            let count = found.count(where: \.isEmpty)
            guard count != 1 else { return }
            let reasons = count == 0 ? ": " + found.compactMap(\.first).joined(separator: "; ") : ""
            violations.append("\(path) fits \(count) of 'oneOf'\(reasons)")
        case ("not", _):
            if problems(value, parameter, path, depth).isEmpty { violations.append("\(path) fits 'not'") }
        default: return
        }
    }

    private func problems(_ value: JSONValue, _ schema: JSONValue, _ path: String, _ depth: Int) -> [String] {
        var check = SchemaCheck(root: root)
        check.check(value, against: schema, at: path, depth: depth + 1)
        return check.violations
    }

    // MARK: Keywords that look at the value alone

    private static func scalarProblem(_ keyword: String, _ parameter: JSONValue, _ value: JSONValue) -> String? {
        switch keyword {
        case "type":
            var names: [String] = []
            if case .string(let name) = parameter { names = [name] }
            if case .array(let list) = parameter {
                names = list.compactMap { if case .string(let name) = $0 { name } else { nil } }
            }
            return names.contains { isType($0, value) }
                ? nil : "is \(typeName(value)), not \(names.joined(separator: " or "))"
        case "const":
            return parameter.isSameValue(as: value)
                ? nil : "is \(CaseText.json(value)), not \(CaseText.json(parameter))"
        case "enum":
            guard case .array(let all) = parameter else { return nil }
            return all.contains { $0.isSameValue(as: value) }
                ? nil : "is \(CaseText.json(value)), none of \(CaseText.json(parameter))"
        case "pattern", "format", "minLength", "maxLength":
            guard case .string(let text) = value else { return nil }
            return textProblem(keyword, parameter, text)
        case "minItems", "maxItems", "uniqueItems":
            guard case .array(let items) = value else { return nil }
            if keyword == "uniqueItems" { return parameter == .bool(true) ? repetition(items) : nil }
            return countProblem(keyword, parameter, items.count, "items")
        case "minProperties", "maxProperties":
            guard case .object(let members) = value else { return nil }
            return countProblem(keyword, parameter, members.count, "members")
        default:
            guard let number = value.double, let limit = parameter.double else { return nil }
            return numberProblem(keyword, limit, number).map {
                "is \(CaseText.json(value)), \($0) \(CaseText.json(parameter))"
            }
        }
    }

    private static func textProblem(_ keyword: String, _ parameter: JSONValue, _ text: String) -> String? {
        switch (keyword, parameter) {
        case ("pattern", .string(let pattern)):
            let shown = CaseText.shortened(text)
            return text.range(of: pattern, options: .regularExpression) == nil
                ? "is '\(shown)', which does not match '\(pattern)'" : nil
        case ("format", .string(let name)):
            return SchemaFormat(rawValue: name)?.fits(text) == false
                ? "is '\(CaseText.shortened(text))', no \(name)" : nil
        default: return countProblem(keyword, parameter, text.unicodeScalars.count, "characters")
        }
    }

    private static func countProblem(_ keyword: String, _ parameter: JSONValue, _ count: Int, _ unit: String) -> String?
    {
        guard case .integer(let limit) = parameter else { return nil }
        if keyword.hasPrefix("min"), count < limit { return "has \(count) \(unit), fewer than \(limit)" }
        if keyword.hasPrefix("max"), count > limit { return "has \(count) \(unit), more than \(limit)" }
        return nil
    }

    private static func numberProblem(_ keyword: String, _ limit: Double, _ number: Double) -> String? {
        switch keyword {
        case "minimum": return number < limit ? "less than" : nil
        case "maximum": return number > limit ? "more than" : nil
        case "exclusiveMinimum": return number <= limit ? "not more than" : nil
        case "exclusiveMaximum": return number >= limit ? "not less than" : nil
        case "multipleOf":
            let quotient = number / limit
            return abs(quotient - quotient.rounded()) < 1e-9 * max(1, abs(quotient)) ? nil : "no multiple of"
        default: return nil
        }
    }

    private static func repetition(_ items: [JSONValue]) -> String? {
        for (index, item) in items.enumerated() {
            if let first = items[..<index].firstIndex(where: { $0.isSameValue(as: item) }) {
                return "has the same item at \(first) and \(index)"
            }
        }
        return nil
    }

    private static func isType(_ name: String, _ value: JSONValue) -> Bool {
        switch (name, value) {
        case ("integer", .number(let number)): number == number.rounded() && number.isFinite
        case ("number", .integer): true
        default: typeName(value) == name
        }
    }

    private static func typeName(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
