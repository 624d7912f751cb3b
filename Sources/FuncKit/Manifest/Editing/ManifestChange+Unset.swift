extension ManifestChange {
    /// Edits that remove the key; nil where it is not there.
    ///
    /// - Throws: `unsupported`.
    func unset() throws -> [Edit]? {
        var map = document.raw
        var parent: YAMLNode.Entry?
        for (index, key) in path.enumerated() {
            if map.isNull { return nil }
            try checkPlainMap(map, path.prefix(index))
            guard let position = map.entries.firstIndex(where: { $0.key == key }) else { return nil }
            if index == path.count - 1 {
                if map.isFlow { return try removeFromFlow(position, of: map) }
                return try removeLines(position, of: map, parent: parent)
            }
            parent = map.entries[position]
            map = map.entries[position].value
        }
        return nil
    }

    private func removeLines(_ position: Int, of map: YAMLNode, parent: YAMLNode.Entry?) throws -> [Edit] {
        let entry = map.entries[position]
        let start = source.lineStarts[entry.keyMark.line - 1]
        let before = source.scalars[start..<source.offset(of: entry.keyMark)]
        guard before.allSatisfy({ $0 == " " }) else {
            throw unsupported("'\(path.joined(separator: "."))' does not start a line", entry.keyMark)
        }
        let end = try extents.end(of: entry.value, parentColumn: entry.keyMark.column)
        let removed = start..<source.start(ofLineAfter: source.mark(at: end).line)
        guard map.entries.count == 1 else { return [Edit(range: removed, replacement: "")] }
        // A map without entries would be read as nothing at all.
        guard let parent else { return [Edit(range: removed, replacement: "{}" + source.lineBreak)] }
        let colon = try extents.colonEnd(of: parent)
        return [Edit(range: removed, replacement: ""), Edit(range: colon..<colon, replacement: " {}")]
    }

    private func removeFromFlow(_ position: Int, of map: YAMLNode) throws -> [Edit] {
        let entry = map.entries[position]
        let start = source.offset(of: entry.keyMark)
        let end = max(try extents.end(ofKey: entry), try extents.end(of: entry.value, parentColumn: 0))
        if position + 1 < map.entries.count {
            let next = source.offset(of: map.entries[position + 1].keyMark)
            guard !source.scalars[end..<next].contains("#") else {
                let comma = source.scalars[end..<next].firstIndex(of: ",") ?? end
                return [Edit(range: start..<comma + 1, replacement: "")]
            }
            return [Edit(range: start..<next, replacement: "")]
        }
        guard position > 0 else { return [Edit(range: start..<end, replacement: "")] }
        let previous = map.entries[position - 1]
        let previousEnd = max(
            try extents.end(ofKey: previous),
            try extents.end(of: previous.value, parentColumn: 0)
        )
        guard !source.scalars[previousEnd..<start].contains("#") else {
            let comma = source.scalars[previousEnd..<start].firstIndex(of: ",") ?? start
            return [
                Edit(range: comma..<min(comma + 1, start), replacement: ""), Edit(range: start..<end, replacement: ""),
            ]
        }
        return [Edit(range: previousEnd..<end, replacement: "")]
    }
}
