/// The comments of a manifest with the lines they stand in, for texts that are written anew.
struct SourceComments {
    /// Comments by line, each with its `#`.
    private(set) var trailing: [Int: String] = [:]
    /// Comments that have a line of their own.
    private(set) var full: [Int: String] = [:]
    /// Lines with nothing in them.
    private(set) var blank: Set<Int> = []

    private let source: SourceText
    /// Offset up to which a line belongs to values; the whole line where a value goes on in the next one.
    private var covered: [Int: Int] = [:]

    /// Finds the comments of a document.
    ///
    /// - Throws: `unsupported` where the text is written in a way that is not understood.
    init(_ document: YAMLDocument) throws {
        source = document.source
        try cover(document.raw, parentColumn: 0)
        for line in 1...source.lineStarts.count { find(inLine: line) }
    }

    private mutating func find(inLine line: Int) {
        let start = source.lineStarts[line - 1]
        let end = source.contentEnd(ofLine: line)
        let from = max(start, covered[line] ?? start)
        if covered[line] == nil, source.scalars[start..<end].allSatisfy(isBlank) {
            blank.insert(line)
            return
        }
        guard from < end else { return }
        let hash = (from..<end).first { index in
            source.scalars[index] == "#" && (index == start || isBlank(source.scalars[index - 1]))
        }
        guard let hash else { return }
        if source.scalars[start..<hash].allSatisfy(isBlank) {
            full[line] = source.string(hash..<end)
        } else {
            trailing[line] = source.string(hash..<end)
        }
    }

    private mutating func cover(_ node: YAMLNode, parentColumn: Int) throws {
        let extents = SourceExtents(source: source)
        for entry in node.entries {
            cover(source.offset(of: entry.keyMark)..<(try extents.end(ofKey: entry)))
            try cover(entry.value, parentColumn: entry.keyMark.column)
        }
        for item in node.items { try cover(item, parentColumn: node.mark.column) }
        let end = try extents.end(of: node, parentColumn: parentColumn)
        if node.isFlow { cover(end - 1..<end) }
        if node.scalar != nil { cover(source.offset(of: node.mark)..<end) }
    }

    private mutating func cover(_ range: Range<Int>) {
        let first = source.mark(at: range.lowerBound).line
        let last = source.mark(at: range.upperBound).line
        for line in first...max(first, last) {
            let end = line < last ? Int.max : range.upperBound
            covered[line] = max(covered[line] ?? 0, end)
        }
    }

    private func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }
}
