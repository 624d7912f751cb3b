import Foundation

extension CaseNodes {
    // MARK: Input

    func input(_ kind: String, _ root: YAMLNode) throws -> CaseInput {
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

    // MARK: Expectation

    func expectation(_ node: YAMLNode) throws -> CaseExpectation {
        try check(
            node,
            keys: ["status", "headers", "json", "jsonExact", "body", "base64", "matches", "schema", "logs"]
        )
        var expectation = CaseExpectation()
        if let status = node["status"] {
            guard let number = status.integer, (100...599).contains(number) else {
                throw fault("'status' is a number from 100 to 599", at: status)
            }
            expectation.status = number
        }
        if let headers = node["headers"] {
            guard headers.isMap else { throw fault("header fields are 'name: value'", at: headers) }
            for entry in headers.entries {
                expectation.headers[entry.key.lowercased()] = try text(entry.value, literal: nil)
            }
        }
        expectation.json = try node["json"].map(json)
        expectation.jsonExact = try node["jsonExact"].map(json)
        expectation.body = node["body"].map { $0.text ?? "" }
        expectation.bytes = try node["base64"].map(base64)
        expectation.matches = try node["matches"].map(pattern)
        expectation.schema = try node["schema"].map { try JSONSchema(json($0), at: $0, nodes: self) }
        if let logs = node["logs"] {
            guard logs.isList else { throw fault("'logs' is a list of lines", at: logs) }
            expectation.logs = try logs.items.map(line)
        }
        return expectation
    }

    /// A text, or `{ matches: … }`.
    private func text(_ node: YAMLNode, literal: String?) throws -> CaseExpectation.Text {
        guard node.isMap else {
            guard node.scalar != nil else { throw fault("here belongs a text or 'matches'", at: node) }
            return .literal(node.text ?? "")
        }
        try check(node, keys: literal.map { [$0, "level", "matches"] } ?? ["matches"])
        if let pattern = node["matches"] {
            guard literal.map({ node[$0] == nil }) ?? true else {
                throw fault("'\(literal ?? "")' and 'matches' exclude each other", at: node)
            }
            return .pattern(try self.pattern(pattern))
        }
        guard let literal else { throw fault("here belongs 'matches'", at: node) }
        return .literal(node[literal]?.text ?? "")
    }

    private func line(_ node: YAMLNode) throws -> CaseExpectation.Line {
        let text = try text(node, literal: "text")
        guard let level = node["level"] else { return CaseExpectation.Line(text: text) }
        guard let name = level.text, let value = LogLevel(rawValue: name.lowercased()) else {
            let names = LogLevel.allCases.map(\.rawValue).joined(separator: ", ")
            throw fault("'level' is one of \(names)", at: level)
        }
        return CaseExpectation.Line(text: text, level: value)
    }
}
