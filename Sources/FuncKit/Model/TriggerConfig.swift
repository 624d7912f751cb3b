/// The settings of a trigger as flat text, whatever shape a client gave them.
public enum TriggerConfig {
    /// Nested keys are joined by dots, lists of plain values by commas; in other lists the place of an element is a key.
    /// A null is as good as a missing key.
    public static func flat(_ values: [String: JSONValue]) -> [String: String] {
        var result: [String: String] = [:]
        for (key, value) in values { add(value, key, to: &result) }
        return result
    }

    private static func add(_ value: JSONValue, _ key: String, to result: inout [String: String]) {
        switch value {
        case .null: break
        case .array(let items):
            let texts = items.compactMap(\.scalarText)
            if texts.count == items.count {
                result[key] = texts.joined(separator: ",")
            } else {
                for (index, item) in items.enumerated() { add(item, "\(key).\(index)", to: &result) }
            }
        case .object(let fields):
            for (name, field) in fields { add(field, "\(key).\(name)", to: &result) }
        case .bool, .integer, .number, .string: result[key] = value.scalarText
        }
    }
}

extension JSONValue {
    /// The text of a plain value; nil for null, lists and objects.
    fileprivate var scalarText: String? {
        switch self {
        case .bool(let value): String(value)
        case .integer(let value): String(value)
        case .number(let value): String(value)
        case .string(let value): value
        case .null, .array, .object: nil
        }
    }
}
