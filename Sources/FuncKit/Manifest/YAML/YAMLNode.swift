/// One value of a manifest with the place where it stands.
struct YAMLNode: Sendable {
    /// What a plain or quoted scalar is, by the core schema of YAML 1.2.
    enum ScalarKind: Hashable, Sendable {
        /// The kinds that the manifest tells apart.
        case null, boolean, integer, number, text
    }

    /// How a scalar is written.
    enum ScalarStyle: Hashable, Sendable {
        /// Without quotes, in quotes, or as a block behind `|` or `>`.
        case plain, singleQuoted, doubleQuoted, literal, folded
    }

    /// Text as written (for plain scalars) or as meant (for quoted ones).
    struct Scalar: Sendable {
        /// The characters without quotes and escapes.
        var text: String
        /// What the text is taken for.
        var kind: ScalarKind
        /// How it is written.
        var style: ScalarStyle
    }

    /// A key with its value.
    struct Entry: Sendable {
        /// The key without quotes.
        var key: String
        /// Where the key starts.
        var keyMark: SourceMark
        /// How the key is written.
        var keyStyle: ScalarStyle = .plain
        /// What belongs to the key.
        var value: YAMLNode
    }

    /// What a value is made of.
    indirect enum Content: Sendable {
        /// A single value.
        case scalar(Scalar)
        /// Keys with values, in the order of the file.
        case map([Entry])
        /// Values in a row.
        case list([YAMLNode])
        /// The name behind `*`; only in a tree whose aliases are not filled in.
        case alias(String)
    }

    /// The value itself.
    var content: Content
    /// Where the value starts, with its anchor and tag.
    var mark: SourceMark
    /// Whether a map or list is written in brackets.
    var isFlow = false
    /// Name after `&`, if any.
    var anchor: String?

    /// Entries of a map; none for anything else.
    var entries: [Entry] {
        get {
            guard case .map(let entries) = content else { return [] }
            return entries
        }
        set { content = .map(newValue) }
    }

    /// Items of a list; none for anything else.
    var items: [YAMLNode] {
        guard case .list(let items) = content else { return [] }
        return items
    }

    /// The scalar, if it is one.
    var scalar: Scalar? {
        guard case .scalar(let scalar) = content else { return nil }
        return scalar
    }

    /// Text of a scalar that is not null.
    var text: String? {
        guard let scalar, scalar.kind != .null else { return nil }
        return scalar.text
    }

    /// A whole number written in decimal without leading zeros.
    var integer: Int? {
        guard let scalar, scalar.kind == .integer, !scalar.text.hasLeadingZero else { return nil }
        return Int(scalar.text)
    }

    /// True or false.
    var boolean: Bool? {
        guard let scalar, scalar.kind == .boolean else { return nil }
        return scalar.text.lowercased() == "true"
    }

    /// Whether this is a map.
    var isMap: Bool {
        guard case .map = content else { return false }
        return true
    }

    /// Whether this is a list.
    var isList: Bool {
        guard case .list = content else { return false }
        return true
    }

    /// Whether there is no value.
    var isNull: Bool { scalar?.kind == .null }

    /// The value of a key of a map.
    subscript(key: String) -> YAMLNode? {
        entries.first { $0.key == key }?.value
    }

    /// The value at a path of keys.
    subscript(path path: [String]) -> YAMLNode? {
        path.reduce(Optional(self)) { node, key in node?[key] }
    }
}

extension String {
    /// Whether a number starts with a zero that could be taken for an octal mark.
    fileprivate var hasLeadingZero: Bool {
        let digits = drop { $0 == "-" || $0 == "+" }
        return digits.count > 1 && digits.first == "0"
    }
}

extension YAMLNode.ScalarKind {
    /// What a plain scalar is, by the core schema of YAML 1.2.2, section 10.3.2.
    static func of(plain text: String) -> YAMLNode.ScalarKind {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE", "false", "False", "FALSE": return .boolean
        case ".inf", ".Inf", ".INF", "+.inf", "-.inf", ".nan", ".NaN", ".NAN": return .number
        default: break
        }
        var rest = text.utf8[...]
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let whole = rest.prefix(while: isDigit)
        rest = rest.dropFirst(whole.count)
        if rest.isEmpty { return whole.isEmpty ? .text : .integer }
        var hasFraction = false
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix(while: isDigit)
            hasFraction = !fraction.isEmpty
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard !whole.isEmpty || hasFraction else { return .text }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
            guard !rest.isEmpty, rest.allSatisfy(isDigit) else { return .text }
            return .number
        }
        return rest.isEmpty ? .number : .text
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}

/// The values of a tree without places and styles, to compare what two texts mean.
indirect enum YAMLValue: Hashable, Sendable {
    /// Text and kind; all ways to write null are equal.
    case scalar(String, YAMLNode.ScalarKind)
    /// Keys in any order.
    case map([String: YAMLValue])
    /// Values in a row.
    case list([YAMLValue])

    /// Takes the values of a tree.
    init(_ node: YAMLNode) {
        switch node.content {
        case .scalar(let scalar): self = .scalar(scalar.kind == .null ? "" : scalar.text, scalar.kind)
        case .list(let items): self = .list(items.map(YAMLValue.init))
        case .map(let entries):
            self = .map(
                Dictionary(entries.map { ($0.key, YAMLValue($0.value)) }, uniquingKeysWith: { first, _ in first })
            )
        case .alias(let name): self = .scalar("*" + name, .text)
        }
    }
}
