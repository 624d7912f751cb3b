/// Writes a tree as block YAML and puts each comment with the key it stood at.
struct ManifestEmitter {
    private let comments: SourceComments
    private var lines: [String] = []
    /// Comments to write in front of what stood in a line.
    private var leading: [Int: [String]] = [:]
    private var trailing: [Int: String] = [:]
    /// Lines in front of which the source has an empty one.
    private var spaced: Set<Int> = []
    /// Comments behind the last key.
    private var last: [String] = []

    private init(_ comments: SourceComments) {
        self.comments = comments
    }

    /// The lines of the text.
    static func lines(of root: YAMLNode, comments: SourceComments) -> [String] {
        var emitter = ManifestEmitter(comments)
        var anchors: Set<Int> = []
        collectLines(of: root, into: &anchors)
        emitter.assignComments(to: anchors.sorted())
        emitter.emit(root.entries, indent: 0)
        return emitter.lines + emitter.last
    }

    /// Lines of the source whose keys and items get a line of their own again.
    private static func collectLines(of node: YAMLNode, into lines: inout Set<Int>) {
        guard !node.isFlow else { return }
        for entry in node.entries {
            lines.insert(entry.keyMark.line)
            collectLines(of: entry.value, into: &lines)
        }
        for item in node.items {
            lines.insert(item.mark.line)
            collectLines(of: item, into: &lines)
        }
    }

    private mutating func assignComments(to anchors: [Int]) {
        var moved = comments.full
        for (line, text) in comments.trailing {
            if anchors.contains(line) { trailing[line] = text } else { moved[line] = text }
        }
        for (line, text) in moved.sorted(by: { $0.key < $1.key }) {
            guard let owner = anchors.first(where: { $0 > line }) else {
                last.append(text)
                continue
            }
            leading[owner, default: []].append(text)
            if comments.blank.contains(line - 1) { spaced.insert(owner) }
        }
        for line in anchors where comments.blank.contains(line - 1) { spaced.insert(line) }
    }

    private mutating func emit(_ entries: [YAMLNode.Entry], indent: Int, firstPrefix: String? = nil) {
        for (index, entry) in entries.enumerated() {
            let blanks = String(repeating: " ", count: indent)
            emitLeading(entry.keyMark.line, indent: firstPrefix == nil || index > 0 ? indent : indent - 2)
            let prefix = index == 0 ? firstPrefix ?? blanks : blanks
            emit(
                entry.value,
                after: prefix + ScalarText.write(entry.key) + ":",
                line: entry.keyMark.line,
                indent: indent
            )
        }
    }

    private mutating func emit(_ value: YAMLNode, after head: String, line: Int, indent: Int) {
        if let inline = inline(value) {
            append(inline.isEmpty ? head : "\(head) \(inline)", line: line)
        } else if value.isMap {
            append(head, line: line)
            emit(value.entries, indent: indent + 2)
        } else if value.isList {
            append(head, line: line)
            for item in value.items { emitItem(item, indent: indent + 2) }
        } else {
            append(head + " " + blockHeader(value), line: line)
            emitBlockText(value, indent: indent + 2)
        }
    }

    private mutating func emitItem(_ item: YAMLNode, indent: Int) {
        let dash = String(repeating: " ", count: indent) + "-"
        emitLeading(item.mark.line, indent: indent)
        if let inline = inline(item) {
            append("\(dash) \(inline)", line: item.mark.line)
        } else if item.isMap {
            emit(item.entries, indent: indent + 2, firstPrefix: dash + " ")
        } else if item.isList {
            append(dash, line: item.mark.line)
            for inner in item.items { emitItem(inner, indent: indent + 2) }
        } else {
            append(dash + " " + blockHeader(item), line: item.mark.line)
            emitBlockText(item, indent: indent + 2)
        }
    }

    private mutating func emitLeading(_ line: Int, indent: Int) {
        if spaced.remove(line) != nil, !lines.isEmpty { lines.append("") }
        for comment in leading.removeValue(forKey: line) ?? [] {
            lines.append(String(repeating: " ", count: indent) + comment)
        }
    }

    private mutating func append(_ text: String, line: Int) {
        let comment = trailing.removeValue(forKey: line).map { "  " + $0 } ?? ""
        lines.append(text + comment)
    }

    // MARK: - Values

    /// A value that fits behind its key: scalars, brackets, and what is empty.
    private func inline(_ node: YAMLNode, inFlow: Bool = false) -> String? {
        switch node.content {
        case .alias(let name): return "*" + name
        case .scalar(let scalar):
            guard scalar.kind == .text else { return scalar.text }
            if !inFlow, scalar.style == .literal || scalar.style == .folded, isBlockText(scalar.text) { return nil }
            return ScalarText.write(scalar.text, style: scalar.style, inFlow: inFlow)
        case .list(let items):
            guard node.isFlow || inFlow || items.isEmpty else { return nil }
            return "[" + items.compactMap { inline($0, inFlow: true) }.joined(separator: ", ") + "]"
        case .map(let entries):
            guard node.isFlow || inFlow || entries.isEmpty else { return nil }
            let pairs = entries.compactMap { entry in
                inline(entry.value, inFlow: true).map {
                    ScalarText.write(entry.key, style: entry.keyStyle, inFlow: true) + ($0.isEmpty ? ":" : ": \($0)")
                }
            }
            return pairs.isEmpty ? "{}" : "{ " + pairs.joined(separator: ", ") + " }"
        }
    }

    /// Whether a text reads back unchanged as a literal block.
    private func isBlockText(_ text: String) -> Bool {
        guard let first = text.first, !first.isWhitespace, !text.hasSuffix("\n\n") else { return false }
        return text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && $0.value < 0x7F) || $0.value > 0xA0 }
    }

    private func blockHeader(_ node: YAMLNode) -> String {
        node.scalar?.text.hasSuffix("\n") == true ? "|" : "|-"
    }

    private mutating func emitBlockText(_ node: YAMLNode, indent: Int) {
        var text = (node.scalar?.text ?? "")[...]
        if text.hasSuffix("\n") { text = text.dropLast() }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            lines.append(line.isEmpty ? "" : String(repeating: " ", count: indent) + line)
        }
    }
}
