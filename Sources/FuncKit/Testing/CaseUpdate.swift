import Foundation

/// Writes the answers that were seen into the file of a case, and leaves comments, order and everything else as it is.
///
/// Only what is expected already changes: status, headers, `json`, `jsonExact` and `body`; an empty `expect: {}` gets
/// status and body. Patterns, schemas, log lines and what holds `${…}` stay, as a person has to decide about them.
public struct CaseUpdate {
    /// One value that was replaced.
    public struct Change: Hashable, Sendable {
        /// Where, such as `steps[1].expect.json.id`.
        public var path: String
        /// What stood there.
        public var before: String
        /// What stands there now.
        public var after: String
    }

    /// Headers whose values differ from call to call.
    private static let volatile: Set = [
        "date", "x-request-id", "traceparent", "tracestate", "set-cookie", "etag", "age",
    ]

    private let document: YAMLDocument
    private let extents: SourceExtents
    private var edits: [ManifestChange.Edit] = []
    private var changes: [Change] = []

    private init(_ document: YAMLDocument) {
        self.document = document
        extents = SourceExtents(source: document.source)
    }

    /// Writes the answers of a run into the file of a case below the folder of a project.
    /// - Returns: The case as it is now, and what changed; no change leaves the file alone.
    /// - Throws: ``FuncError`` with code `unsupported` where that cannot be done in place; `file_system`.
    public static func apply(
        _ run: CaseRunRecord,
        to test: RequestCase,
        inProject folder: String
    ) throws -> (test: RequestCase, changes: [Change]) {
        let file = URL(fileURLWithPath: folder + "/" + test.file)
        do {
            let text = try ManifestText.decode(Data(contentsOf: file), file: test.file)
            let update = try apply(run, to: text, of: test)
            guard !update.changes.isEmpty else { return (test, []) }
            try Data(update.text.utf8).write(to: file, options: .atomic)
            return (try RequestCaseReader.read(update.text, file: test.file), update.changes)
        } catch let error where !(error is FuncError) {
            throw FuncError(.fileSystem, "cannot write the answers into '\(test.file)'", because: error)
        }
    }

    /// The text of a file with the answers of a run in it, and what changed.
    /// - Throws: ``FuncError`` with code `unsupported` where that cannot be done in place.
    static func apply(
        _ run: CaseRunRecord,
        to text: String,
        of test: RequestCase
    ) throws -> (text: String, changes: [Change]) {
        let document = try YAMLDocument(SourceText(text, file: test.file))
        var update = CaseUpdate(document)
        let steps = document.raw["steps"]?.items
        for (index, answer) in run.answers.enumerated() where test.steps.indices.contains(index) {
            let node = steps.map { $0.indices.contains(index) ? $0[index] : document.raw } ?? document.raw
            guard let entry = node.entries.first(where: { $0.key == "expect" }) else { continue }
            let expectation = try test.steps[index].resolved(run.values[index]).expectation
            let path = steps == nil ? "expect" : "steps[\(index)].expect"
            try update.take(answer, expectation, entry, path: path, inFlow: node.isFlow)
        }
        return (try update.result(file: test.file), update.changes)
    }

    private func result(file: String) throws -> String {
        let text = document.source.replacing(edits)
        do {
            _ = try RequestCaseReader.read(text, file: file)
        } catch {
            throw FuncError(
                .unsupported,
                "the answers cannot be written into \(file) without changing more of it",
                hint: "change it in an editor",
                because: error
            )
        }
        return text
    }

    // MARK: Expectations

    private mutating func take(
        _ answer: CaseAnswer,
        _ expectation: CaseExpectation,
        _ entry: YAMLNode.Entry,
        path: String,
        inFlow: Bool
    ) throws {
        let node = entry.value
        if node.isMap, node.entries.isEmpty { return try fill(node, answer, entry, path: path, inFlow: inFlow) }
        let inFlow = inFlow || node.isFlow
        for member in node.entries {
            let path = "\(path).\(member.key)"
            let place = Place(node: member.value, column: member.keyMark.column, inFlow: inFlow, path: path)
            switch member.key {
            case "status" where expectation.status != answer.status:
                try replace(place, with: .integer(answer.status))
            case "headers": try takeHeaders(answer, member.value, path: path, inFlow: inFlow)
            case "body":
                if let text = answer.text, expectation.body != text { try replace(place, with: .string(text)) }
            case "json", "jsonExact":
                guard let actual = answer.json else { continue }
                try update(place, to: actual, isExact: member.key == "jsonExact")
            default: continue
            }
        }
    }

    private mutating func fill(
        _ node: YAMLNode,
        _ answer: CaseAnswer,
        _ entry: YAMLNode.Entry,
        path: String,
        inFlow: Bool
    ) throws {
        var lines = ["status: \(answer.status)"]
        if let json = answer.json {
            lines.append("json: \(try Self.flow(json))")
        } else if let text = answer.text, !text.isEmpty {
            lines.append("body: \(ScalarText.write(text, style: .doubleQuoted))")
        }
        let indent = document.source.lineBreak + String(repeating: " ", count: entry.keyMark.column + 1)
        let text = inFlow ? "{ \(lines.joined(separator: ", ")) }" : lines.map { indent + $0 }.joined()
        let start = inFlow ? extents.contentStart(of: node) : try extents.colonEnd(of: entry)
        let end = try extents.end(of: node, parentColumn: entry.keyMark.column)
        edits.append(ManifestChange.Edit(range: start..<end, replacement: text))
        changes.append(Change(path: path, before: "{}", after: lines.joined(separator: ", ")))
    }

    private mutating func takeHeaders(
        _ answer: CaseAnswer,
        _ node: YAMLNode,
        path: String,
        inFlow: Bool
    ) throws {
        for member in node.entries where !Self.volatile.contains(member.key.lowercased()) {
            guard let text = member.value.text ?? (member.value.isNull ? "" : nil) else { continue }
            let values = answer.values(member.key.lowercased())
            guard let first = values.first, !values.contains(text) else { continue }
            try replace(
                Place(
                    node: member.value,
                    column: member.keyMark.column,
                    inFlow: inFlow || node.isFlow,
                    path: "\(path).\(member.key)"
                ),
                with: .string(first)
            )
        }
    }

    // MARK: Values

    private struct Place {
        var node: YAMLNode
        /// Column of the key or dash that the value belongs to.
        var column: Int
        var inFlow: Bool
        var path: String
    }

    private mutating func update(_ place: Place, to actual: JSONValue, isExact: Bool) throws {
        let inFlow = place.inFlow || place.node.isFlow
        switch (place.node.content, actual) {
        case (.map(let entries), .object(let members))
        where entries.allSatisfy({ members[$0.key] != nil }) && (!isExact || entries.count == members.count):
            for entry in entries {
                guard let value = members[entry.key] else { continue }
                let path = "\(place.path).\(entry.key)"
                let inner = Place(node: entry.value, column: entry.keyMark.column, inFlow: inFlow, path: path)
                try update(inner, to: value, isExact: isExact)
            }
        case (.list(let items), .array(let values)) where items.count == values.count:
            for (index, item) in items.enumerated() {
                let column = max(1, item.mark.column - 2)
                let inner = Place(node: item, column: column, inFlow: inFlow, path: "\(place.path)[\(index)]")
                try update(inner, to: values[index], isExact: isExact)
            }
        case (.alias, _): return
        default:
            let nodes = CaseNodes(source: document.source, file: document.source.file, isSequence: false)
            guard try !nodes.json(place.node).isSameValue(as: actual) else { return }
            try replace(place, with: actual)
        }
    }

    private mutating func replace(_ place: Place, with value: JSONValue) throws {
        let node = place.node
        let start = extents.contentStart(of: node)
        let end = try extents.end(of: node, parentColumn: place.column)
        let before = document.source.string(start..<end)
        // A name stands for what was captured: a value in its place would hold for this run alone.
        guard !before.contains("${"), !before.contains("*") || node.scalar != nil else { return }
        let text = try Self.text(value, instead: node, inFlow: place.inFlow)
        edits.append(ManifestChange.Edit(range: start..<end, replacement: text))
        changes.append(
            Change(path: place.path, before: CaseText.shortened(before), after: CaseText.json(value))
        )
    }

    private static func text(_ value: JSONValue, instead node: YAMLNode, inFlow: Bool) throws -> String {
        switch value {
        case .string(let text):
            let style = node.scalar?.style ?? .plain
            return ScalarText.write(text, style: text.contains("\n") ? .doubleQuoted : style, inFlow: inFlow)
        case .object(let members) where !inFlow && !node.isFlow && node.scalar == nil && !members.isEmpty:
            return try block(value, column: node.mark.column)
        case .array(let items) where !inFlow && !node.isFlow && node.scalar == nil && !items.isEmpty:
            return try block(value, column: node.mark.column)
        default: return try flow(value)
        }
    }

    private static func flow(_ value: JSONValue) throws -> String {
        String(decoding: try value.document, as: UTF8.self)
    }

    private static func block(_ value: JSONValue, column: Int) throws -> String {
        let lines = try YAMLText.from(json: value.document).split(separator: "\n", omittingEmptySubsequences: false)
        let indent = "\n" + String(repeating: " ", count: column - 1)
        return lines.dropLast(lines.last?.isEmpty == true ? 1 : 0).joined(separator: indent)
    }
}

/// What a run of a case saw, step by step, as far as it came.
public struct CaseRunRecord: Sendable {
    /// The answers.
    public var answers: [CaseAnswer]
    /// The captured values that were known before each step.
    public var values: [[String: JSONValue]]

    /// Starts with nothing.
    public init() {
        answers = []
        values = []
    }
}
