/// The manifest's `build.include`: what is packed although an ignore file says otherwise.
///
/// Patterns have the form of ignore files but always start at the project's root, so that it is clear which ignored
/// folders have to be looked into: `dist` or `generated/*.json` opens one folder, not every `node_modules`.
struct IncludeRules: Hashable, Sendable {
    private struct Rule: Hashable {
        var pattern: IgnorePattern
        /// Patterns for the folders on the way.
        var folders: [IgnorePattern]
        /// Whether the way is open from some folder on, because of `**`.
        var isOpenEnded: Bool
    }

    private let rules: [Rule]

    /// Reads the patterns of the manifest.
    init(_ patterns: [String]) {
        rules = patterns.compactMap(Self.rule)
    }

    /// Whether a path is named itself; what lies in a named folder is up to the caller.
    func names(_ name: EntryName, isFolder: Bool) -> Bool {
        rules.contains { $0.pattern.matches(name.bytes[...], isFolder: isFolder) }
    }

    /// Whether something inside a folder may be named.
    func mayNameInside(_ folder: EntryName) -> Bool {
        let depth = folder.components.count
        return rules.contains { rule in
            if depth <= rule.folders.count {
                return rule.folders[depth - 1].matches(folder.bytes[...], isFolder: true)
            }
            guard rule.isOpenEnded else { return false }
            guard let last = rule.folders.last else { return true }
            let start = EntryName(components: folder.components.prefix(rule.folders.count))
            return last.matches(start.bytes[...], isFolder: true)
        }
    }

    private static func rule(_ text: String) -> Rule? {
        let clean = text.hasPrefix("./") ? text.dropFirst(2) : text.drop { $0 == "/" }
        let components = EntryName(Array(clean.utf8)).components
        guard let pattern = IgnorePattern(line: Array("/\(clean)".utf8)[...]) else { return nil }
        let way = components.dropLast().prefix { !$0.elementsEqual("**".utf8) }
        let folders = way.indices.compactMap { index in
            IgnorePattern(line: (Array("/".utf8) + EntryName(components: way[...index]).bytes)[...])
        }
        return Rule(pattern: pattern, folders: folders, isOpenEnded: way.count < components.count - 1)
    }
}
