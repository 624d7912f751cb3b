/// Works out which characters of a manifest change for one value.
struct ManifestChange {
    /// A piece of the text and what comes in its place.
    struct Edit: Sendable {
        /// Offsets in Unicode scalars.
        var range: Range<Int>
        /// What stands there afterwards.
        var replacement: String
    }

    /// The manifest before the change.
    let document: YAMLDocument
    /// Keys down to the value.
    let path: [String]
    /// The value as it is read back.
    private(set) var written = YAMLValue.map([:])

    /// The text before the change.
    var source: SourceText { document.source }
    /// Finds where values end.
    var extents: SourceExtents { SourceExtents(source: document.source) }

    /// Prepares the change of one value.
    init(document: YAMLDocument, path: [String]) {
        self.document = document
        self.path = path
    }

    /// Edits that set the value; none where it is there already.
    ///
    /// - Throws: `unsupported`.
    mutating func set(_ value: ManifestValue) throws -> [Edit] {
        var node = document.raw
        var parent: YAMLNode.Entry?
        for (index, key) in path.enumerated() {
            if node.isNull, let parent {
                return [try fill(parent, with: Array(path[index...]), value)]
            }
            try checkPlainMap(node, path.prefix(index))
            guard let entry = node.entries.first(where: { $0.key == key }) else {
                return [try insert(Array(path[index...]), value, into: node, parent: parent)]
            }
            parent = entry
            node = entry.value
        }
        guard let parent else { return [] }
        return try replace(parent, with: value)
    }

    /// A map of its own, not one that an alias shares.
    func checkPlainMap(_ node: YAMLNode, _ path: ArraySlice<String>) throws {
        let name = path.isEmpty ? "the manifest" : "'\(path.joined(separator: "."))'"
        switch node.content {
        case .map: return
        case .alias: throw unsupported("\(name) is an alias of a value that is used elsewhere", node.mark)
        case .list: throw unsupported("\(name) is a list, and lists are not changed in place", node.mark)
        case .scalar: throw unsupported("\(name) is \(node.whatItIs) and not a map", node.mark)
        }
    }

    /// The error for what only a person can change.
    func unsupported(_ reason: String, _ mark: SourceMark) -> FuncError {
        FuncError(.unsupported, reason, hint: "change it in an editor", location: source.location(mark))
    }

    // MARK: - A value that is there

    private mutating func replace(_ entry: YAMLNode.Entry, with value: ManifestValue) throws -> [Edit] {
        let node = entry.value
        guard let scalar = node.scalar else {
            throw unsupported("'\(path.joined(separator: "."))' is \(node.whatItIs), not a single value", node.mark)
        }
        guard node.anchor == nil else {
            throw unsupported("'\(path.joined(separator: "."))' has an anchor and is used elsewhere", node.mark)
        }
        let inFlow = isInFlow(entry)
        let rendered = render(value, style: scalar.style, old: scalar, inFlow: inFlow)
        if rendered.value == YAMLValue(node) {
            written = rendered.value
            return []
        }
        written = rendered.value
        let start = extents.contentStart(of: node)
        guard !scalar.text.isEmpty || scalar.style != .plain else {
            let colon = try extents.colonEnd(of: entry)
            return [Edit(range: colon..<colon, replacement: " " + rendered.text)]
        }
        let end = try extents.end(of: node, parentColumn: entry.keyMark.column)
        return [Edit(range: start..<end, replacement: rendered.text)]
    }

    /// Whether an entry stands in brackets: then its key is not the first thing of a block map.
    private func isInFlow(_ entry: YAMLNode.Entry) -> Bool {
        var node = document.raw
        for key in path.dropLast() {
            if node.isFlow { return true }
            node = node[key] ?? node
        }
        return node.isFlow
    }

    /// The text of a value, and what it is read back as.
    private func render(
        _ value: ManifestValue,
        style: YAMLNode.ScalarStyle,
        old: YAMLNode.Scalar?,
        inFlow: Bool
    ) -> (text: String, value: YAMLValue) {
        switch value {
        case .integer(let number): return (String(number), .scalar(String(number), .integer))
        case .boolean(let flag): return (flag ? "true" : "false", .scalar(flag ? "true" : "false", .boolean))
        case .text(let text):
            // Variables take any scalar as text: a plain 8080 stays plain when it becomes 9090.
            let kind = YAMLNode.ScalarKind.of(plain: text)
            if let old, old.style == .plain, old.kind == kind, kind != .null, takesAnyScalar,
                ScalarText.isPlain(text, inFlow: inFlow)
            {
                return (text, .scalar(text, kind))
            }
            return (ScalarText.write(text, style: style, inFlow: inFlow), .scalar(text, .text))
        }
    }

    private var takesAnyScalar: Bool {
        path.count >= 2 && path[path.count - 2] == "environment"
    }

    // MARK: - A key that is missing

    /// Puts the first value into `key:` with nothing behind it.
    private mutating func fill(_ parent: YAMLNode.Entry, with keys: [String], _ value: ManifestValue) throws -> Edit {
        guard parent.value.anchor == nil else {
            throw unsupported("'\(parent.key)' has an anchor and is used elsewhere", parent.value.mark)
        }
        let colon = try extents.colonEnd(of: parent)
        if isInFlow(parent) || parent.value.scalar?.text.isEmpty == false {
            let end = try extents.end(of: parent.value, parentColumn: parent.keyMark.column)
            return Edit(
                range: colon..<max(colon, end),
                replacement: " { " + flowEntry(keys, value, quoted: false) + " }"
            )
        }
        let line = source.mark(at: colon).line
        let column = parent.keyMark.column + indentation
        return lineInsertion(blockEntry(keys, value, column: column), afterLine: line)
    }

    private mutating func insert(
        _ keys: [String],
        _ value: ManifestValue,
        into map: YAMLNode,
        parent: YAMLNode.Entry?
    ) throws -> Edit {
        let start = extents.contentStart(of: map)
        guard map.isFlow else {
            guard let first = map.entries.first, let last = map.entries.last else {
                throw unsupported("the map is empty in a way that is not understood", map.mark)
            }
            let end = try extents.end(of: last.value, parentColumn: last.keyMark.column)
            let line = lastCommentLine(after: source.mark(at: end).line, column: first.keyMark.column)
            return lineInsertion(blockEntry(keys, value, column: first.keyMark.column), afterLine: line)
        }
        let isQuoted = map.entries.first?.keyStyle == .doubleQuoted
        let text = flowEntry(keys, value, quoted: isQuoted)
        guard let last = map.entries.last else {
            let end = try extents.end(of: map, parentColumn: 0)
            return Edit(range: start..<end, replacement: "{ \(text) }")
        }
        let end = max(try extents.end(of: last.value, parentColumn: 0), try extents.end(ofKey: last))
        return Edit(range: end..<end, replacement: ", " + text)
    }

    /// Comments that are indented like the map's keys, or deeper, belong to it.
    private func lastCommentLine(after line: Int, column: Int) -> Int {
        var last = line
        var next = line + 1
        while next <= source.lineStarts.count {
            let content = source.scalars[source.lineStarts[next - 1]..<source.contentEnd(ofLine: next)]
            let indent = content.prefix { $0 == " " }.count
            if content.count > indent {
                guard content.dropFirst(indent).first == "#", indent >= max(column - 1, 1) else { break }
                last = next
            }
            next += 1
        }
        return last
    }

    private func lineInsertion(_ lines: [String], afterLine line: Int) -> Edit {
        let offset = source.start(ofLineAfter: line)
        let lineBreak = source.lineBreak
        let text = lines.joined(separator: lineBreak)
        // Without a line break at its end the file's last line is not closed yet.
        let isOpen = offset == source.scalars.count && source.contentEnd(ofLine: line) == offset
        return Edit(range: offset..<offset, replacement: isOpen ? lineBreak + text : text + lineBreak)
    }

    private mutating func blockEntry(_ keys: [String], _ value: ManifestValue, column: Int) -> [String] {
        let rendered = render(value, style: .plain, old: nil, inFlow: false)
        written = rendered.value
        var lines: [String] = []
        for (depth, key) in keys.enumerated() {
            let indent = String(repeating: " ", count: column - 1 + depth * indentation)
            let tail = depth == keys.count - 1 ? " " + rendered.text : ""
            lines.append("\(indent)\(ScalarText.write(key)):\(tail)")
        }
        return lines
    }

    private mutating func flowEntry(_ keys: [String], _ value: ManifestValue, quoted: Bool) -> String {
        let style: YAMLNode.ScalarStyle = quoted ? .doubleQuoted : .plain
        let rendered = render(value, style: style, old: nil, inFlow: true)
        written = rendered.value
        var text = rendered.text
        for (depth, key) in keys.enumerated().reversed() {
            text = "\(ScalarText.write(key, style: style, inFlow: true)): \(text)"
            if depth > 0 { text = "{ \(text) }" }
        }
        return text
    }

    /// How far the file indents; two blanks where it does not say.
    private var indentation: Int {
        for entry in document.raw.entries where entry.value.isMap && !entry.value.isFlow {
            if let inner = entry.value.entries.first, inner.keyMark.column > entry.keyMark.column {
                return inner.keyMark.column - entry.keyMark.column
            }
        }
        return 2
    }
}
