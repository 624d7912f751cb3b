import Foundation

/// Reads the request cases of a project: `tests/cases/*.yaml`.
public enum RequestCaseReader {
    /// Where the cases lie in a project.
    public static let folder = "tests/cases"

    /// All cases of a project, sorted by file; none where the folder is missing.
    /// - Throws: ``FuncError`` with code `case_invalid`, located, with `failures` where several files are wrong.
    public static func read(project: String) throws -> [RequestCase] {
        let path = project + "/" + folder
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
            .filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
        var failures: [FuncError] = []
        var cases: [RequestCase] = []
        for name in names.sorted() {
            let file = folder + "/" + name
            do {
                let data = try Data(contentsOf: URL(fileURLWithPath: path + "/" + name))
                cases.append(try read(ManifestText.decode(data, file: file), file: file))
            } catch var error as FuncError {
                error.code = .caseInvalid
                failures.append(error)
            }
        }
        if failures.count == 1 { throw failures[0] }
        guard failures.isEmpty else {
            throw FuncError(.caseInvalid, "\(failures.count) request cases are malformed", failures: failures)
        }
        return cases
    }

    /// One case from the text of a file.
    /// - Throws: ``FuncError``, located.
    static func read(_ text: String, file: String) throws -> RequestCase {
        let document = try YAMLDocument(SourceText(text, file: file))
        return try CaseNodes(source: document.source, file: file).read(document.root)
    }
}

/// Turns the values of one file into a case.
private struct CaseNodes {
    let source: SourceText
    let file: String

    func read(_ root: YAMLNode) throws -> RequestCase {
        let inputs = ["request", "event", "schedule", "records"]
        try check(root, keys: ["name", "source", "expect"] + inputs)
        let given = inputs.filter { root[$0] != nil }
        guard given.count == 1 else {
            throw fault("a case has exactly one of \(inputs.joined(separator: ", "))", at: root)
        }
        guard let expect = root["expect"] else { throw fault("'expect' is missing", at: root) }
        let fallback = file.split(separator: "/").last.map(String.init) ?? file
        return RequestCase(
            name: root["name"]?.text ?? fallback,
            file: file,
            input: try input(given[0], root),
            expectation: try expectation(expect)
        )
    }

    private func input(_ kind: String, _ root: YAMLNode) throws -> RequestCase.Input {
        guard let node = root[kind] else { throw fault("'\(kind)' is missing", at: root) }
        switch kind {
        case "request": return .request(try request(node))
        case "event": return .event(try event(node))
        case "schedule":
            try check(node, keys: ["schedule", "scheduledTime", "firedTime"])
            let scheduled = try time(node["scheduledTime"]) ?? Date()
            return .schedule(
                name: node["schedule"]?.text ?? "manual",
                scheduledTime: scheduled,
                firedTime: try time(node["firedTime"]) ?? scheduled
            )
        default:
            guard node.isList else { throw fault("'records' is a list", at: node) }
            return .records(try node.items.map(json), source: root["source"]?.text ?? "test")
        }
    }

    private func request(_ node: YAMLNode) throws -> InvokeRequest {
        try check(node, keys: ["method", "path", "headers", "json", "body"])
        var headers = try texts(node["headers"]).mapValues { [$0] }
        var body = node["body"]?.text.map { Data($0.utf8) }
        if let value = node["json"] {
            guard body == nil else { throw fault("'json' and 'body' exclude each other", at: value) }
            body = try json(value).document
            if !headers.keys.contains(where: { $0.lowercased() == "content-type" }) {
                headers["Content-Type"] = ["application/json"]
            }
        }
        let path = node["path"]?.text ?? "/"
        guard path.hasPrefix("/") else { throw fault("'path' starts with '/'", at: node["path"] ?? node) }
        let method = node["method"]?.text ?? (body == nil ? "GET" : "POST")
        return InvokeRequest(method: method.uppercased(), path: path, headers: headers, body: body)
    }

    private func event(_ node: YAMLNode) throws -> CloudEvent {
        try check(node, keys: nil)
        guard let type = node["type"]?.text else { throw fault("the event has no 'type'", at: node) }
        var event = CloudEvent(
            id: node["id"]?.text ?? UUID().uuidString.lowercased(),
            source: node["source"]?.text ?? "/test",
            type: type,
            subject: node["subject"]?.text,
            time: try time(node["time"]),
            dataContentType: node["datacontenttype"]?.text ?? "application/json"
        )
        let known: Set = ["id", "source", "type", "subject", "time", "datacontenttype", "data", "specversion"]
        for entry in node.entries where !known.contains(entry.key) {
            guard CloudEvent.isAttributeName(entry.key), let text = entry.value.text else {
                throw fault("'\(entry.key)' cannot be an attribute of a CloudEvent", at: entry.value)
            }
            event.extensions[entry.key] = text
        }
        if let data = node["data"] {
            let isText = event.dataContentType?.contains("json") == false
            event.data = isText ? data.text.map { Data($0.utf8) } : try json(data).document
        }
        return event
    }

    private func expectation(_ node: YAMLNode) throws -> RequestCase.Expectation {
        try check(node, keys: ["status", "headers", "json", "body", "matches", "logs"])
        var expectation = RequestCase.Expectation()
        if let status = node["status"] {
            guard let number = status.integer, (100...599).contains(number) else {
                throw fault("'status' is a number from 100 to 599", at: status)
            }
            expectation.status = number
        }
        let headers = try texts(node["headers"])
        expectation.headers = Dictionary(headers.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
        expectation.json = try node["json"].map(json)
        expectation.body = node["body"]?.text
        expectation.logs = node["logs"]?.items.compactMap(\.text) ?? []
        if let pattern = node["matches"] {
            guard let text = pattern.text, (try? NSRegularExpression(pattern: text)) != nil else {
                throw fault("'matches' is not a regular expression", at: pattern)
            }
            expectation.matches = text
        }
        return expectation
    }

    // MARK: Values

    private func json(_ node: YAMLNode) throws -> JSONValue {
        switch node.content {
        case .map(let entries):
            return .object(Dictionary(try entries.map { ($0.key, try json($0.value)) }) { first, _ in first })
        case .list(let items): return .array(try items.map(json))
        case .alias(let name): throw fault("the alias '\(name)' is not known", at: node)
        case .scalar(let scalar):
            switch scalar.kind {
            case .null: return .null
            case .boolean: return .bool(node.boolean ?? false)
            case .integer: return node.integer.map(JSONValue.integer) ?? .string(scalar.text)
            case .number: return Double(scalar.text).map(JSONValue.number) ?? .string(scalar.text)
            case .text: return .string(scalar.text)
            }
        }
    }

    private func texts(_ node: YAMLNode?) throws -> [String: String] {
        guard let node else { return [:] }
        guard node.isMap else { throw fault("header fields are 'name: value'", at: node) }
        return Dictionary(node.entries.map { ($0.key, $0.value.text ?? "") }) { first, _ in first }
    }

    private func time(_ node: YAMLNode?) throws -> Date? {
        guard let node, let text = node.text else { return nil }
        guard let date = WireDate.parse(text) else {
            throw fault("\(text.quotedForMessage) is not a time such as 2026-01-31T12:00:00Z", at: node)
        }
        return date
    }

    /// Makes sure that a node is a map with no other keys; nil allows any.
    private func check(_ node: YAMLNode, keys: [String]?) throws {
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

    private func fault(_ message: String, at node: YAMLNode) -> FuncError {
        FuncError(.caseInvalid, message, location: source.location(node.mark))
    }
}
