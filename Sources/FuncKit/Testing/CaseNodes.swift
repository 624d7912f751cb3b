import Foundation

/// Turns the values of one file into a case.
struct CaseNodes: Sendable {
    static let inputs = ["request", "event", "schedule", "records"]

    let source: SourceText
    let file: String
    /// Whether the file has several steps, in which captured values are filled in.
    let isSequence: Bool

    func read(_ root: YAMLNode) throws -> RequestCase {
        if !isSequence {
            try check(root, keys: ["name", "source", "expect", "steps"] + Self.inputs)
        } else {
            try check(root, keys: ["name", "steps"])
        }
        let fallback = file.split(separator: "/").last.map(String.init) ?? file
        let steps = try isSequence ? self.steps(root) : [step(root, isOnly: true)]
        let types = try steps.map { try $0.resolved(placeholders(before: steps)).input.type }
        if let other = types.firstIndex(where: { $0 != types[0] }) {
            throw fault("all steps of a case are for one type of function", at: steps[other].node)
        }
        return RequestCase(
            name: root["name"]?.text ?? fallback,
            file: file,
            location: source.location(root["name"]?.mark ?? root.mark),
            type: types[0],
            steps: steps
        )
    }

    private func steps(_ root: YAMLNode) throws -> [RequestCase.Step] {
        guard let list = root["steps"], list.isList, !list.items.isEmpty else {
            throw fault("'steps' is a list of at least one step", at: root["steps"] ?? root)
        }
        var names: [String: JSONValue] = [:]
        return try list.items.map { node in
            try check(node, keys: ["name", "source", "expect", "capture"] + Self.inputs)
            let step = try step(node, isOnly: false)
            // The same as with real values, so that a name that is not known is told before anything runs.
            _ = try step.resolved(names)
            for capture in step.captures { names[capture.name] = .string("x") }
            return step
        }
    }

    private func placeholders(before steps: [RequestCase.Step]) -> [String: JSONValue] {
        Dictionary(steps.flatMap(\.captures).map { ($0.name, .string("x")) }) { first, _ in first }
    }

    private func step(_ node: YAMLNode, isOnly: Bool) throws -> RequestCase.Step {
        RequestCase.Step(
            name: isOnly ? nil : node["name"]?.text,
            captures: try captures(node["capture"]),
            node: node,
            nodes: self
        )
    }

    private func captures(_ node: YAMLNode?) throws -> [RequestCase.Capture] {
        guard let node else { return [] }
        guard node.isMap else { throw fault("'capture' is a map of names to \(AnswerPart.forms)", at: node) }
        return try node.entries.map { entry in
            let isName = entry.key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            guard isName, !entry.key.isEmpty else {
                throw fault("a name is made of letters, digits and '_'", at: entry.value)
            }
            guard let part = entry.value.text.flatMap(AnswerPart.init) else {
                throw fault("a captured value is \(AnswerPart.forms)", at: entry.value)
            }
            return RequestCase.Capture(name: entry.key, part: part)
        }
    }

    /// What a step sends and expects.
    func inputAndExpectation(_ node: YAMLNode) throws -> (input: CaseInput, expectation: CaseExpectation) {
        let given = Self.inputs.filter { node[$0] != nil }
        guard given.count == 1 else {
            let place = isSequence ? "a step" : "a case"
            let more = isSequence ? "" : ", or 'steps'"
            throw fault("\(place) has exactly one of \(Self.inputs.joined(separator: ", "))\(more)", at: node)
        }
        guard let expect = node["expect"] else { throw fault("'expect' is missing", at: node) }
        return (try input(given[0], node), try expectation(expect))
    }

    // MARK: Values

    func json(_ node: YAMLNode) throws -> JSONValue {
        switch node.content {
        case .map(let entries):
            return .object(Dictionary(try entries.map { ($0.key, try json($0.value)) }) { first, _ in first })
        case .list(let items): return .array(try items.map(json))
        case .alias(let name): throw fault("the alias '\(name)' is not known", at: node)
        case .scalar(let scalar):
            switch scalar.kind {
            case .null: return .null
            case .boolean: return .bool(node.boolean ?? false)
            case .integer:
                if let integer = node.integer { return .integer(integer) }
                // Either too large for an integer, or no number to JSON, such as 007.
                guard scalar.text.first(where: \.isNumber) != "0" else { return .string(scalar.text) }
                return .number(try number(scalar.text, at: node))
            case .number: return .number(try number(scalar.text, at: node))
            case .text: return .string(scalar.text)
            }
        }
    }

    private func number(_ text: String, at node: YAMLNode) throws -> Double {
        guard let number = Double(text), number.isFinite else {
            throw fault("\(text.quotedForMessage) is no number of JSON", at: node)
        }
        return number
    }

    func time(_ node: YAMLNode?) throws -> Date? {
        guard let node, let text = node.text else { return nil }
        guard let date = WireDate.parse(text) else {
            throw fault("\(text.quotedForMessage) is not a time such as 2026-01-31T12:00:00Z", at: node)
        }
        return date
    }

    func base64(_ node: YAMLNode) throws -> Data {
        guard let data = node.text.flatMap({ Data(base64Encoded: $0, options: .ignoreUnknownCharacters) }) else {
            throw fault("'base64' is not Base64", at: node)
        }
        return data
    }

    func pattern(_ node: YAMLNode) throws -> String {
        guard let text = node.text, (try? NSRegularExpression(pattern: text)) != nil else {
            throw fault("'matches' is not a regular expression", at: node)
        }
        return text
    }

    /// Makes sure that a node is a map with no other keys; nil allows any.
    func check(_ node: YAMLNode, keys: [String]?) throws {
        guard node.isMap else { throw fault("here belong keys with values", at: node) }
        guard let keys else { return }
        for entry in node.entries where !keys.contains(entry.key) {
            let hint = NearestMatch.of(entry.key, in: keys).map { "did you mean '\($0)'?" }
            throw FuncError(
                .caseInvalid,
                "the key \(entry.key.quotedForMessage) is not known here",
                hint: hint ?? "use " + keys.joined(separator: ", "),
                location: source.location(entry.keyMark)
            )
        }
    }

    func fault(_ message: String, at node: YAMLNode, hint: String? = nil) -> FuncError {
        FuncError(.caseInvalid, message, hint: hint, location: source.location(node.mark))
    }
}
