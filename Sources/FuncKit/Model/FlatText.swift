/// Settings as flat text, from whatever shape a server or an older client gave them: numbers and flags are written out, lists
/// are joined by commas, nested names by dots (wire reference, C15).
struct FlatText: Decodable {
    let values: [String: String]

    init(from decoder: any Decoder) throws {
        let fields = try decoder.singleValueContainer().decode([String: JSONValue].self)
        var values: [String: String] = [:]
        for (name, value) in fields { Self.add(value, as: name, to: &values) }
        self.values = values
    }

    private static func add(_ value: JSONValue, as name: String, to values: inout [String: String]) {
        if case .object(let fields) = value {
            for (key, inner) in fields { add(inner, as: "\(name).\(key)", to: &values) }
        } else if let text = text(value) {
            values[name] = text
        }
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .null, .object: nil
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .string(let text): text
        case .array(let items): items.compactMap(text).joined(separator: ",")
        }
    }
}
