import Foundation

/// Puts values that steps kept in the place of `${name}`; `$${` stands for `${` itself.
struct CaseValues {
    private let values: [String: JSONValue]
    private let nodes: CaseNodes

    /// Fills in these values; `nodes` locates faults.
    init(_ values: [String: JSONValue], nodes: CaseNodes) {
        self.values = values
        self.nodes = nodes
    }

    /// The tree with every name replaced, keys apart.
    /// - Throws: `case_invalid`, located, for a name without a value.
    func filled(_ node: YAMLNode, isPattern: Bool = false) throws -> YAMLNode {
        var node = node
        switch node.content {
        case .map(var entries):
            for index in entries.indices {
                entries[index].value = try filled(entries[index].value, isPattern: entries[index].key == "matches")
            }
            node.content = .map(entries)
        case .list(let items): node.content = .list(try items.map { try filled($0) })
        case .scalar(let scalar): node.content = try filled(scalar, at: node, isPattern: isPattern)
        case .alias: break
        }
        return node
    }

    private func filled(_ scalar: YAMLNode.Scalar, at node: YAMLNode, isPattern: Bool) throws -> YAMLNode.Content {
        guard scalar.kind == .text, scalar.text.contains("${") else { return .scalar(scalar) }
        var text = ""
        var rest = scalar.text[...]
        while let start = rest.range(of: "${") {
            if start.lowerBound > rest.startIndex, rest[rest.index(before: start.lowerBound)] == "$" {
                text += rest[..<start.lowerBound].dropLast() + "${"
                rest = rest[start.upperBound...]
                continue
            }
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else { break }
            let name = String(rest[start.upperBound..<end])
            guard let value = values[name] else { throw unknown(name, at: node) }
            if start.lowerBound == scalar.text.startIndex, scalar.text.index(after: end) == scalar.text.endIndex {
                if !isPattern { return content(of: value, like: node) }
            }
            let word = Self.text(value)
            text += rest[..<start.lowerBound] + (isPattern ? NSRegularExpression.escapedPattern(for: word) : word)
            rest = rest[rest.index(after: end)...]
        }
        return .scalar(.init(text: text + rest, kind: .text, style: .doubleQuoted))
    }

    private func unknown(_ name: String, at node: YAMLNode) -> FuncError {
        let known = values.keys.sorted()
        let nearest = NearestMatch.of(name, in: known).map { "did you mean '${\($0)}'?" }
        let names = known.isEmpty ? "no step before keeps a value" : "known here: " + known.joined(separator: ", ")
        return nodes.fault(
            "no step before captures \(name.quotedForMessage)",
            at: node,
            hint: nearest ?? "\(names); write '$${' for '${' itself"
        )
    }

    private static func text(_ value: JSONValue) -> String {
        if case .string(let text) = value { return text }
        return (try? value.document).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// A value as it would have been read.
    private func content(of value: JSONValue, like node: YAMLNode) -> YAMLNode.Content {
        func inner(_ value: JSONValue) -> YAMLNode {
            YAMLNode(content: content(of: value, like: node), mark: node.mark)
        }
        func scalar(_ text: String, _ kind: YAMLNode.ScalarKind) -> YAMLNode.Content {
            .scalar(.init(text: text, kind: kind, style: kind == .text ? .doubleQuoted : .plain))
        }
        switch value {
        case .null: return scalar("null", .null)
        case .bool(let value): return scalar(value ? "true" : "false", .boolean)
        case .integer(let value): return scalar("\(value)", .integer)
        case .number(let value): return scalar("\(value)", .number)
        case .string(let text): return scalar(text, .text)
        case .array(let items): return .list(items.map(inner))
        case .object(let members):
            return .map(
                members.sorted { $0.key < $1.key }.map {
                    .init(key: $0.key, keyMark: node.mark, value: inner($0.value))
                }
            )
        }
    }
}
