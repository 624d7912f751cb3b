import Yams

/// A parsed manifest: the tree as written, and the same with aliases and merge keys filled in.
struct YAMLDocument: Sendable {
    /// Bounds that no honest manifest comes near; they keep hostile ones from using up memory or time.
    enum Limits {
        /// Length of the file.
        static let bytes = 1 << 20
        /// Maps and lists within each other.
        static let depth = 48
        /// Scalars, maps and lists, with aliases filled in.
        static let values = 20_000
    }

    /// The text with its lines.
    let source: SourceText
    /// Aliases stay aliases here; what an edit works on.
    let raw: YAMLNode
    /// What the text means.
    let root: YAMLNode

    /// Parses one document.
    ///
    /// - Throws: `manifest_invalid`, located.
    init(_ source: SourceText) throws {
        self.source = source
        try Self.checkCharacters(source)
        let placeholder = Self.placeholder(for: source)
        raw = try Self.parse(source, placeholder: placeholder)
        var resolver = AliasResolver(source: source)
        root = try resolver.resolve(raw)
    }

    /// libYAML stops at what it cannot print, without saying which character it was and where.
    private static func checkCharacters(_ source: SourceText) throws {
        guard source.text.utf8.count <= Limits.bytes else {
            throw FuncError(
                .manifestInvalid,
                "the file has \(source.text.utf8.count) bytes, and a manifest may have \(Limits.bytes)",
                location: SourceLocation(file: source.file, line: 1, column: 1)
            )
        }
        guard let index = source.scalars.firstIndex(where: { !isAllowed($0) }) else { return }
        let code = String(source.scalars[index].value, radix: 16, uppercase: true)
        let digits = String(repeating: "0", count: max(0, 4 - code.count)) + code
        throw FuncError(
            .manifestInvalid,
            "the control character U+\(digits) is not allowed in YAML",
            location: source.location(source.mark(at: index))
        )
    }

    /// The printable set of YAML 1.2.2, section 5.1.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x85, 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF:
            true
        default: false
        }
    }

    /// A private-use character that the text does not contain.
    private static func placeholder(for source: SourceText) -> Unicode.Scalar? {
        guard source.scalars.contains("*") else { return nil }
        let used = Set(source.scalars)
        return (0xE000...0xF8FF).lazy.compactMap(Unicode.Scalar.init).first { !used.contains($0) }
    }

    /// Parses with every `*` replaced, so that aliases arrive as scalars.
    ///
    /// Yams puts the anchored value in an alias's place and hashes keys while it parses, so that a few nested aliases
    /// used as a key would take for ever. A plain scalar cannot start with `*`, hence nothing is mistaken for an alias.
    private static func parse(_ source: SourceText, placeholder: Unicode.Scalar?) throws -> YAMLNode {
        var text = source.text
        if let placeholder {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: source.scalars.map { $0 == "*" ? placeholder : $0 })
            text = String(view)
        }
        do {
            let parser = try Yams.Parser(yaml: text, resolver: .basic, encoding: .utf8)
            // Anchors are weak references into the parser.
            return try withExtendedLifetime(parser) {
                guard let node = try parser.singleRoot() else {
                    throw FuncError(
                        .manifestInvalid,
                        "the file holds no YAML value",
                        location: SourceLocation(file: source.file, line: 1, column: 1)
                    )
                }
                var reader = YAMLNodeReader(source: source, placeholder: placeholder)
                return try reader.read(node, depth: 0)
            }
        } catch let error as YamlError {
            throw YAMLSyntaxFault(source: source, placeholder: placeholder).describe(error)
        }
    }
}
