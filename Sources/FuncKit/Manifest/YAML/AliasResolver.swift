/// Puts anchored values in the place of their aliases and merges `<<` maps, within bounds.
struct AliasResolver {
    /// A resolved value with what it adds to the document wherever it is used.
    private struct Anchored {
        var node: YAMLNode
        var values: Int
        var depth: Int
    }

    /// Turns marks into locations.
    let source: SourceText
    private var anchors: [String: Anchored] = [:]
    private var values = 0

    /// Starts without anchors.
    init(source: SourceText) {
        self.source = source
    }

    /// The tree with every alias filled in.
    ///
    /// - Throws: `manifest_invalid`, located.
    mutating func resolve(_ root: YAMLNode) throws -> YAMLNode {
        try resolve(root, depth: 0).node
    }

    private mutating func resolve(_ node: YAMLNode, depth: Int) throws -> Anchored {
        let before = values
        var result = Anchored(node: node, values: 0, depth: 1)
        switch node.content {
        case .alias(let name):
            guard let anchored = anchors[name] else {
                throw fault(
                    "the alias \(("*" + name).quotedForMessage) has no anchor before it",
                    at: node.mark,
                    hint: NearestMatch.of(name, in: anchors.keys.sorted()).map { "did you mean '*\($0)'?" }
                )
            }
            try add(anchored.values, depth: depth + anchored.depth, at: node.mark)
            return anchored
        case .scalar:
            try add(1, depth: depth, at: node.mark)
        case .list(let items):
            try add(1, depth: depth, at: node.mark)
            let resolved = try items.map { try resolve($0, depth: depth + 1) }
            result.node.content = .list(resolved.map(\.node))
            result.depth += resolved.map(\.depth).max() ?? 0
        case .map(let entries):
            try add(1, depth: depth, at: node.mark)
            result.depth += try resolveEntries(entries, into: &result.node, depth: depth + 1)
        }
        result.values = values - before
        if let anchor = node.anchor { anchors[anchor] = result }
        return result
    }

    /// Fills in a map's entries; entries of its own win over merged ones.
    private mutating func resolveEntries(
        _ entries: [YAMLNode.Entry],
        into map: inout YAMLNode,
        depth: Int
    ) throws -> Int {
        var own: [YAMLNode.Entry] = []
        var merged: [YAMLNode.Entry] = []
        var deepest = 0
        for entry in entries {
            let value = try resolve(entry.value, depth: depth)
            deepest = max(deepest, value.depth)
            if entry.key == "<<", entry.keyStyle == .plain {
                merged += try mergedEntries(of: value.node, at: entry.value.mark)
            } else {
                var entry = entry
                entry.value = value.node
                own.append(entry)
            }
        }
        var known = Set(own.map(\.key))
        own += merged.filter { known.insert($0.key).inserted }
        map.entries = own
        return deepest
    }

    private func mergedEntries(of value: YAMLNode, at mark: SourceMark) throws -> [YAMLNode.Entry] {
        switch value.content {
        case .map(let entries): return entries
        case .list(let items) where items.allSatisfy(\.isMap): return items.flatMap(\.entries)
        default: throw fault("'<<' merges maps, and this is none", at: mark)
        }
    }

    private mutating func add(_ count: Int, depth: Int, at mark: SourceMark) throws {
        values += count
        guard values <= YAMLDocument.Limits.values, depth <= YAMLDocument.Limits.depth else {
            throw fault(
                "aliases make this more than \(YAMLDocument.Limits.values) values or nest them more than "
                    + "\(YAMLDocument.Limits.depth) deep",
                at: mark
            )
        }
    }

    private func fault(_ message: String, at mark: SourceMark, hint: String? = nil) -> FuncError {
        FuncError(.manifestInvalid, message, hint: hint, location: source.location(mark))
    }
}
