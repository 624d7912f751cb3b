/// The ignore files in force in a folder: those of the folder itself and of all above it up to the tree's root.
///
/// What git does (gitignore(5)): the last line that speaks of a path decides; a file's lines come after those of the
/// folders above. Whoever walks a tree must not enter an ignored folder, which is why nothing in it can be taken back.
struct IgnoreRules: Hashable, Sendable {
    private struct Layer: Hashable {
        var folder: EntryName
        var patterns: [IgnorePattern]
    }

    private var layers: [Layer] = []

    /// No rules at all.
    static let none = IgnoreRules()

    /// What is ignored unless an ignore file or `include` says otherwise: what is made anew on every machine.
    static let builtIn = IgnoreRules.none.adding(
        lines: ["node_modules/", "__pycache__/", ".venv/"],
        in: .root
    )

    /// Names of ignore files, in the order in which they are read.
    static let fileNames = [".gitignore", ".funcignore"]

    /// These rules and, above them, the content of an ignore file.
    ///
    /// - Parameters:
    ///   - file: The bytes of the file.
    ///   - folder: The folder it lies in.
    /// - Returns: All rules together.
    func adding(file: [UInt8], in folder: EntryName) -> IgnoreRules {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = file.starts(with: mark) ? file.dropFirst(mark.count) : file[...]
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
        return adding(
            patterns: lines.compactMap { line in
                IgnorePattern(line: line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
            },
            in: folder
        )
    }

    /// These rules and, above them, lines such as an ignore file has.
    func adding(lines: [String], in folder: EntryName) -> IgnoreRules {
        adding(patterns: lines.compactMap { IgnorePattern(line: Array($0.utf8)[...]) }, in: folder)
    }

    /// What the rules say of a path: true for ignored, false for taken back, nil for nothing.
    ///
    /// The folders above it are not looked at.
    func verdict(_ name: EntryName, isFolder: Bool) -> Bool? {
        let last = EntryName.last(of: name.bytes[...])
        for layer in layers.reversed() {
            let depth = layer.folder.bytes.isEmpty ? 0 : layer.folder.bytes.count + 1
            let path = name.bytes[depth...]
            let match = layer.patterns.last { $0.matches(path, last: last, isFolder: isFolder) }
            if let match { return !match.isNegated }
        }
        return nil
    }

    private func adding(patterns: [IgnorePattern], in folder: EntryName) -> IgnoreRules {
        guard !patterns.isEmpty else { return self }
        var rules = self
        rules.layers.append(Layer(folder: folder, patterns: patterns))
        return rules
    }
}
