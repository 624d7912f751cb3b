/// A position as libYAML counts it: lines and columns from 1, columns in Unicode scalars.
struct SourceMark: Hashable, Sendable, Comparable {
    /// First line is 1.
    var line: Int
    /// First column is 1.
    var column: Int

    /// Orders by line, then by column.
    static func < (first: SourceMark, second: SourceMark) -> Bool {
        (first.line, first.column) < (second.line, second.column)
    }
}

/// The text of a manifest with its line table: turns YAML marks into offsets and into locations for people.
struct SourceText: Sendable {
    /// Name of the file as messages show it.
    let file: String
    /// The text without a byte order mark.
    let text: String
    /// Whether the file starts with a byte order mark, which an edit has to keep.
    let hasByteOrderMark: Bool
    /// The text as libYAML counts it.
    let scalars: [Unicode.Scalar]
    /// Offset of each line's first scalar.
    let lineStarts: [Int]

    /// Splits a text into lines.
    init(_ text: String, file: String) {
        self.file = file
        let all = Array(text.unicodeScalars)
        hasByteOrderMark = all.first == "\u{FEFF}"
        scalars = hasByteOrderMark ? Array(all.dropFirst()) : all
        self.text = hasByteOrderMark ? String(text.unicodeScalars.dropFirst()) : text
        lineStarts = Self.lineStarts(of: scalars)
    }

    /// Line breaks of YAML 1.1, which libYAML counts lines by.
    static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\n" || scalar == "\r" || scalar == "\u{85}" || scalar == "\u{2028}" || scalar == "\u{2029}"
    }

    private static func lineStarts(of scalars: [Unicode.Scalar]) -> [Int] {
        var starts = [0]
        for (index, scalar) in scalars.enumerated() where isBreak(scalar) {
            if scalar == "\r", index + 1 < scalars.count, scalars[index + 1] == "\n" { continue }
            starts.append(index + 1)
        }
        return starts
    }

    /// Offset of a mark, at most the end of the text.
    func offset(of mark: SourceMark) -> Int {
        guard mark.line <= lineStarts.count else { return scalars.count }
        return min(lineStarts[max(mark.line, 1) - 1] + max(mark.column, 1) - 1, scalars.count)
    }

    /// The mark of an offset.
    func mark(at offset: Int) -> SourceMark {
        var low = 0
        var high = lineStarts.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle - 1 }
        }
        return SourceMark(line: low + 1, column: offset - lineStarts[low] + 1)
    }

    /// The place for a message, with the column in characters.
    func location(_ mark: SourceMark) -> SourceLocation {
        let end = offset(of: mark)
        let start = mark.line <= lineStarts.count ? lineStarts[max(mark.line, 1) - 1] : end
        return SourceLocation(file: file, line: max(mark.line, 1), column: string(start..<max(start, end)).count + 1)
    }

    /// Offset just behind the last scalar of a line, before its line break.
    func contentEnd(ofLine line: Int) -> Int {
        var end = line < lineStarts.count ? lineStarts[line] : scalars.count
        let start = lineStarts[line - 1]
        while end > start, Self.isBreak(scalars[end - 1]) { end -= 1 }
        return end
    }

    /// Offset of the line behind `line`, or the end of the text.
    func start(ofLineAfter line: Int) -> Int {
        line < lineStarts.count ? lineStarts[line] : scalars.count
    }

    /// The text between two offsets.
    func string(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[range])
        return String(view)
    }

    /// The whole text with edits made, which do not overlap.
    func replacing(_ edits: [ManifestChange.Edit]) -> String {
        var changed = scalars
        for edit in edits.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
            changed.replaceSubrange(edit.range, with: Array(edit.replacement.unicodeScalars))
        }
        var view = String.UnicodeScalarView()
        if hasByteOrderMark { view.append("\u{FEFF}") }
        view.append(contentsOf: changed)
        return String(view)
    }

    /// The line break that the file uses first; a plain line feed where it has none.
    var lineBreak: String {
        guard lineStarts.count > 1 else { return "\n" }
        let end = lineStarts[1]
        return string(contentEnd(ofLine: 1)..<end)
    }
}
