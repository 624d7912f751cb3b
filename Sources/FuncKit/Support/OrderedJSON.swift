import Foundation

/// JSON whose keys keep the order in which they are given, for texts that people read and diff.
public indirect enum OrderedJSON: Sendable {
    /// Members in the order in which they are written.
    case object([(String, OrderedJSON)])
    /// Items in a row.
    case array([OrderedJSON])
    /// A text, to be quoted.
    case string(String)
    /// A whole number.
    case integer(Int)
    /// True or false.
    case boolean(Bool)
    /// Text that is JSON already.
    case raw(String)

    /// The text, indented by two spaces; arrays of scalars stay on one line.
    public var text: String { text(indent: "") }

    private func text(indent: String) -> String {
        let deeper = indent + "  "
        switch self {
        case .object(let members):
            guard !members.isEmpty else { return "{}" }
            let lines = members.map { "\(deeper)\(Self.quoted($0.0)): \($0.1.text(indent: deeper))" }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        case .array(let items):
            guard items.contains(where: \.isCollection) else {
                return "[" + items.map { $0.text(indent: indent) }.joined(separator: ", ") + "]"
            }
            let lines = items.map { deeper + $0.text(indent: deeper) }
            return "[\n" + lines.joined(separator: ",\n") + "\n\(indent)]"
        case .string(let text): return Self.quoted(text)
        case .integer(let number): return String(number)
        case .boolean(let value): return value ? "true" : "false"
        case .raw(let text): return text
        }
    }

    private var isCollection: Bool {
        switch self {
        case .object, .array: true
        default: false
        }
    }

    /// A JSON string, in ASCII where JSON asks for escapes.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                quoted += "\\u" + String(repeating: "0", count: scalar.value < 0x10 ? 3 : 2)
                quoted += String(scalar.value, radix: 16)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
