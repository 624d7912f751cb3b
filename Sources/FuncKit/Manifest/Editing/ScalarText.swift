/// Writes scalars as YAML that every reader, of YAML 1.1 and 1.2 alike, takes for the same value.
enum ScalarText {
    /// A text, plain where it can be and in double quotes else, unless a style is asked for that works.
    static func write(_ text: String, style: YAMLNode.ScalarStyle = .plain, inFlow: Bool = false) -> String {
        switch style {
        case .singleQuoted where text.unicodeScalars.allSatisfy(isPrintable):
            return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
        case .doubleQuoted, .singleQuoted:
            return doubleQuoted(text)
        case .plain, .literal, .folded:
            return isPlain(text, inFlow: inFlow) && !looksTyped(text) ? text : doubleQuoted(text)
        }
    }

    /// Whether a text can stand without quotes, whatever it is then taken for.
    static func isPlain(_ text: String, inFlow: Bool) -> Bool {
        guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return false }
        guard first != " ", last != " ", last != ":", !"-?:,[]{}#&*!|>'\"%@`".unicodeScalars.contains(first) else {
            return false
        }
        guard text.unicodeScalars.allSatisfy(isPrintable), !text.hasPrefix("..."), text != "<<", text != "=" else {
            return false
        }
        var previous: Unicode.Scalar = "x"
        for scalar in text.unicodeScalars {
            if previous == ":", scalar == " " { return false }
            if previous == " ", scalar == "#" { return false }
            if inFlow, ",[]{}:".unicodeScalars.contains(scalar) { return false }
            previous = scalar
        }
        return true
    }

    /// Whether some reader could take the plain text for a number, a truth value, a date or nothing.
    private static func looksTyped(_ text: String) -> Bool {
        guard YAMLNode.ScalarKind.of(plain: text) == .text else { return true }
        if ["yes", "no", "on", "off", "y", "n"].contains(text.lowercased()) { return true }
        guard let first = text.unicodeScalars.first, "0123456789+-.".unicodeScalars.contains(first) else {
            return false
        }
        return text.unicodeScalars.allSatisfy { "0123456789abcdefABCDEFxXoO_.:+-TZ ".unicodeScalars.contains($0) }
    }

    private static func doubleQuoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where isPrintable(scalar): quoted.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                quoted += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return quoted + "\""
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: false
        default: true
        }
    }
}
