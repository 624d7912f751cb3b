/// Finds where values end in the text. (YAML marks say only where they start.)
struct SourceExtents {
    /// The text to look in.
    let source: SourceText

    /// Offset just behind a value.
    ///
    /// - Parameters:
    ///   - node: A value of the tree as written.
    ///   - parentColumn: Column of the key or dash that the value belongs to; block scalars end by it.
    /// - Returns: An offset in Unicode scalars.
    /// - Throws: `unsupported` where the text is written in a way that is not understood.
    func end(of node: YAMLNode, parentColumn: Int) throws -> Int {
        let start = contentStart(of: node)
        switch node.content {
        case .alias(let name): return start + 1 + name.unicodeScalars.count
        case .scalar(let scalar):
            return try end(of: scalar.text, style: scalar.style, from: start, parentColumn: parentColumn)
        case .map(let entries):
            if node.isFlow { return try closing(of: node, from: start) }
            guard let last = entries.last else { return start }
            return try end(of: last.value, parentColumn: last.keyMark.column)
        case .list(let items):
            if node.isFlow { return try closing(of: node, from: start) }
            guard let last = items.last else { return start }
            return try end(of: last, parentColumn: source.mark(at: start).column)
        }
    }

    /// Offset just behind a key.
    ///
    /// - Throws: `unsupported` where the text is written in a way that is not understood.
    func end(ofKey entry: YAMLNode.Entry) throws -> Int {
        let start = source.offset(of: entry.keyMark)
        return try end(of: entry.key, style: entry.keyStyle, from: start, parentColumn: entry.keyMark.column)
    }

    /// Offset just behind the colon of a key.
    ///
    /// - Throws: `unsupported` where the text is written in a way that is not understood.
    func colonEnd(of entry: YAMLNode.Entry) throws -> Int {
        var index = try end(ofKey: entry)
        while index < source.scalars.count, source.scalars[index] == " " { index += 1 }
        guard index < source.scalars.count, source.scalars[index] == ":" else {
            throw notUnderstood(at: entry.keyMark)
        }
        return index + 1
    }

    /// Offset of a value behind its anchor and tag.
    func contentStart(of node: YAMLNode) -> Int {
        var index = source.offset(of: node.mark)
        while index < source.scalars.count, source.scalars[index] == "&" || source.scalars[index] == "!" {
            while index < source.scalars.count, !isSpace(source.scalars[index]) { index += 1 }
            let end = index
            while index < source.scalars.count, isSpace(source.scalars[index]) { index += 1 }
            // A block collection starts in a later line; an empty value has nothing behind its anchor.
            if node.isNull { return end }
        }
        return index
    }

    private func end(
        of text: String,
        style: YAMLNode.ScalarStyle,
        from start: Int,
        parentColumn: Int
    ) throws -> Int {
        switch style {
        case .plain: try plainEnd(of: text, from: start)
        case .singleQuoted, .doubleQuoted: try quotedEnd(from: start)
        case .literal, .folded: blockScalarEnd(from: start, parentColumn: parentColumn)
        }
    }

    /// A plain scalar may go over several lines; apart from white space it stands in the text as it reads.
    private func plainEnd(of text: String, from start: Int) throws -> Int {
        let wanted = Array(text.unicodeScalars)
        var index = start
        var position = 0
        while position < wanted.count {
            guard index < source.scalars.count else { throw notUnderstood(at: source.mark(at: start)) }
            if isSpace(wanted[position]), isSpace(source.scalars[index]) {
                while position < wanted.count, isSpace(wanted[position]) { position += 1 }
                while index < source.scalars.count, isSpace(source.scalars[index]) { index += 1 }
            } else if wanted[position] == source.scalars[index] {
                position += 1
                index += 1
            } else {
                throw notUnderstood(at: source.mark(at: start))
            }
        }
        return index
    }

    private func quotedEnd(from start: Int) throws -> Int {
        guard start < source.scalars.count else { throw notUnderstood(at: source.mark(at: start)) }
        let quote = source.scalars[start]
        guard quote == "\"" || quote == "'" else { throw notUnderstood(at: source.mark(at: start)) }
        var index = start + 1
        while index < source.scalars.count {
            let scalar = source.scalars[index]
            if quote == "\"", scalar == "\\" {
                index += 2
            } else if scalar == quote {
                guard quote == "'", index + 1 < source.scalars.count, source.scalars[index + 1] == "'" else {
                    return index + 1
                }
                index += 2
            } else {
                index += 1
            }
        }
        throw notUnderstood(at: source.mark(at: start))
    }

    private func blockScalarEnd(from start: Int, parentColumn: Int) -> Int {
        let header = source.mark(at: start).line
        var end = source.contentEnd(ofLine: header)
        let keepsBlankLines = source.scalars[start..<end].prefix { $0 != "#" }.contains("+")
        var line = header + 1
        while line <= source.lineStarts.count {
            let first = source.lineStarts[line - 1]
            let last = source.contentEnd(ofLine: line)
            let indent = source.scalars[first..<last].prefix { $0 == " " }.count
            let isBlank = indent == last - first
            guard isBlank || indent >= parentColumn else { break }
            if !isBlank || keepsBlankLines { end = last }
            line += 1
        }
        return end
    }

    /// Offset behind the bracket that closes a flow collection.
    private func closing(of node: YAMLNode, from start: Int) throws -> Int {
        var index = start + 1
        if let last = node.entries.last {
            index = max(try end(ofKey: last), try end(of: last.value, parentColumn: 0))
        } else if let last = node.items.last {
            index = try end(of: last, parentColumn: 0)
        }
        while index < source.scalars.count {
            switch source.scalars[index] {
            case "}", "]": return index + 1
            case "#": index = source.contentEnd(ofLine: source.mark(at: index).line)
            case ",", ":": index += 1
            case let scalar where isSpace(scalar): index += 1
            default: throw notUnderstood(at: source.mark(at: index))
            }
        }
        throw notUnderstood(at: node.mark)
    }

    private func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t" || SourceText.isBreak(scalar)
    }

    private func notUnderstood(at mark: SourceMark) -> FuncError {
        FuncError(
            .unsupported,
            "the file cannot be changed in place: its form here is not understood",
            hint: "change it in an editor",
            location: source.location(mark)
        )
    }
}
