/// One line of an ignore file.
struct IgnorePattern: Hashable, Sendable {
    /// Whether the line takes back what an earlier one ignores (`!`).
    let isNegated: Bool
    /// Whether it stands for folders only (a slash at its end).
    let isForFoldersOnly: Bool
    /// Whether it is matched against the whole path from the ignore file on, not only against the last component.
    private let isForWholePath: Bool
    /// What stands in front of the first wildcard, compared as it is.
    private let prefix: [UInt8]
    /// The rest; nil if there is none.
    private let glob: Glob?

    /// Reads a line; nil for empty lines and comments.
    ///
    /// - Parameter line: The line without its end.
    init?(line: ArraySlice<UInt8>) {
        // A zero byte ends the line, as C's strings do in git.
        var text = Self.trimmed(line.prefix { $0 != 0 })
        guard let first = text.first, first != UInt8(ascii: "#") else { return nil }
        isNegated = first == UInt8(ascii: "!")
        if isNegated { text = text.dropFirst() }
        isForFoldersOnly = text.last == UInt8(ascii: "/")
        if isForFoldersOnly { text = text.dropLast() }
        isForWholePath = text.contains(UInt8(ascii: "/"))
        guard !text.isEmpty else { return nil }
        if isForWholePath, text.first == UInt8(ascii: "/") { text = text.dropFirst() }
        // Git compares this part alone and matches only the rest as a wildcard, so that in 'a**/b' the stars stand at
        // the start of a wildcard and do cross slashes.
        prefix = Array(text.prefix { !Self.wildcards.contains($0) })
        glob = prefix.count == text.count ? nil : Glob(text.dropFirst(prefix.count))
    }

    /// Whether the pattern speaks of a path.
    ///
    /// - Parameters:
    ///   - path: The path from the ignore file's folder on.
    ///   - last: The last component of it.
    ///   - isFolder: Whether it is a folder, not through a link.
    /// - Returns: Whether the pattern decides, in whatever way.
    func matches(_ path: ArraySlice<UInt8>, last: ArraySlice<UInt8>, isFolder: Bool) -> Bool {
        guard isFolder || !isForFoldersOnly else { return false }
        let text = isForWholePath ? path : last
        guard text.count >= prefix.count, glob != nil || text.count == prefix.count, text.starts(with: prefix) else {
            return false
        }
        return glob?.matches(text.dropFirst(prefix.count)) ?? true
    }

    /// The same for a path whose last component has not been cut off yet.
    func matches(_ path: ArraySlice<UInt8>, isFolder: Bool) -> Bool {
        matches(path, last: EntryName.last(of: path), isFolder: isFolder)
    }

    /// Drops spaces at the end unless a backslash stands in front of them; other white space stays, as in git.
    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var end = line.startIndex
        var index = line.startIndex
        while index < line.endIndex {
            let isEscape = line[index] == UInt8(ascii: "\\")
            let isSpace = line[index] == UInt8(ascii: " ")
            index += isEscape ? 2 : 1
            if !isSpace { end = min(index, line.endIndex) }
        }
        return line[..<end]
    }

    private static let wildcards = Set("*?[\\".utf8)
}
