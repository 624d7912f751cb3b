import Yams

/// Turns the tree of Yams into ours: with anchors as names, aliases unresolved, and text keys only.
struct YAMLNodeReader {
    /// The text that was parsed.
    let source: SourceText
    /// Stands for `*` in what Yams read.
    let placeholder: Unicode.Scalar?
    private var count = 0

    /// Starts a document.
    init(source: SourceText, placeholder: Unicode.Scalar?) {
        self.source = source
        self.placeholder = placeholder
    }

    /// Reads one value with all that is in it.
    ///
    /// - Throws: `manifest_invalid`, located.
    mutating func read(_ node: Node, depth: Int) throws -> YAMLNode {
        let mark = SourceMark(node.mark)
        count += 1
        guard count <= YAMLDocument.Limits.values else {
            throw fault("the file has more than \(YAMLDocument.Limits.values) values", at: mark)
        }
        guard depth <= YAMLDocument.Limits.depth else {
            throw fault("values are nested more than \(YAMLDocument.Limits.depth) deep", at: mark)
        }
        let anchor = node.anchor.map { original($0.rawValue) }
        switch node {
        case .scalar(let scalar):
            return try read(scalar, mark: mark, anchor: anchor)
        case .sequence(let sequence):
            try checkTag(sequence.tag.description, allowed: "seq", at: mark)
            let items = try sequence.map { try read($0, depth: depth + 1) }
            return YAMLNode(content: .list(items), mark: mark, isFlow: isFlow(at: mark), anchor: anchor)
        case .mapping(let mapping):
            try checkTag(mapping.tag.description, allowed: "map", at: mark)
            let entries = try mapping.map { try readEntry($0.key, $0.value, depth: depth + 1) }
            return YAMLNode(content: .map(entries), mark: mark, isFlow: isFlow(at: mark), anchor: anchor)
        case .alias:
            throw fault("unexpected alias", at: mark)
        }
    }

    private mutating func readEntry(_ key: Node, _ value: Node, depth: Int) throws -> YAMLNode.Entry {
        let mark = SourceMark(key.mark)
        guard case .scalar(let scalar) = key, alias(scalar) == nil else {
            throw fault("a key must be text, not a map, a list or an alias", at: mark)
        }
        return YAMLNode.Entry(
            key: original(scalar.string),
            keyMark: mark,
            keyStyle: YAMLNode.ScalarStyle(scalar.style),
            value: try read(value, depth: depth)
        )
    }

    private func read(_ scalar: Node.Scalar, mark: SourceMark, anchor: String?) throws -> YAMLNode {
        if let name = alias(scalar) {
            guard !name.isEmpty, name.unicodeScalars.allSatisfy(isNameCharacter), anchor == nil else {
                throw fault(
                    "\(("*" + name).quotedForMessage) is not an alias",
                    at: mark,
                    hint: "put text that starts with '*' in quotes"
                )
            }
            return YAMLNode(content: .alias(name), mark: mark)
        }
        let style = YAMLNode.ScalarStyle(scalar.style)
        let text = original(scalar.string)
        let kind = try kind(of: text, style: style, tag: scalar.tag.description, at: mark)
        return YAMLNode(content: .scalar(.init(text: text, kind: kind, style: style)), mark: mark, anchor: anchor)
    }

    private func kind(
        of text: String,
        style: YAMLNode.ScalarStyle,
        tag: String,
        at mark: SourceMark
    ) throws -> YAMLNode.ScalarKind {
        if tag.isEmpty { return style == .plain ? .of(plain: text) : .text }
        try checkTag(tag, allowed: "str", at: mark)
        return .text
    }

    private func checkTag(_ tag: String, allowed: String, at mark: SourceMark) throws {
        guard !tag.isEmpty, tag != "tag:yaml.org,2002:\(allowed)" else { return }
        throw fault("the tag \(tag.quotedForMessage) is not supported", at: mark, hint: "write the value without a tag")
    }

    /// The name behind `*`, where the scalar stands for an alias.
    private func alias(_ scalar: Node.Scalar) -> String? {
        guard let placeholder, scalar.style == .plain, scalar.string.unicodeScalars.first == placeholder else {
            return nil
        }
        return original(String(scalar.string.unicodeScalars.dropFirst()))
    }

    private func original(_ text: String) -> String {
        guard let placeholder, text.unicodeScalars.contains(placeholder) else { return text }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: text.unicodeScalars.map { $0 == placeholder ? "*" : $0 })
        return String(view)
    }

    private func isNameCharacter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && (scalar.properties.isAlphabetic || scalar == "-" || scalar == "_" || ("0"..."9") ~= scalar)
    }

    /// Whether a collection starts with a bracket, looking past its anchor and tag. (Yams reads the style from the
    /// event that ends the collection, where libYAML does not give it.)
    private func isFlow(at mark: SourceMark) -> Bool {
        var index = source.offset(of: mark)
        while index < source.scalars.count {
            let scalar = source.scalars[index]
            if scalar == "&" || scalar == "!" {
                while index < source.scalars.count, !isBlank(source.scalars[index]) { index += 1 }
            } else if isBlank(scalar) {
                index += 1
            } else {
                return scalar == "{" || scalar == "["
            }
        }
        return false
    }

    private func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t" || SourceText.isBreak(scalar)
    }

    private func fault(_ message: String, at mark: SourceMark, hint: String? = nil) -> FuncError {
        FuncError(.manifestInvalid, message, hint: hint, location: source.location(mark))
    }
}

extension SourceMark {
    /// The mark that Yams gives; the start of the text where it gives none.
    init(_ mark: Mark?) {
        self.init(line: mark?.line ?? 1, column: mark?.column ?? 1)
    }
}

extension YAMLNode.ScalarStyle {
    /// Our name of a Yams style.
    init(_ style: Node.Scalar.Style) {
        switch style {
        case .any, .plain: self = .plain
        case .singleQuoted: self = .singleQuoted
        case .doubleQuoted: self = .doubleQuoted
        case .literal: self = .literal
        case .folded: self = .folded
        }
    }
}
