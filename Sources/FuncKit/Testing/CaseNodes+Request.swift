import Foundation

extension CaseNodes {
    /// Keys of a request.
    static let requestKeys = ["method", "path", "query", "headers", "json", "body", "base64"]

    /// A request as cases and samples describe it.
    /// - Throws: `case_invalid`, located.
    func request(_ node: YAMLNode) throws -> InvokeRequest {
        try check(node, keys: Self.requestKeys)
        var headers = try requestHeaders(node["headers"])
        let body = try requestBody(node, &headers)
        let path = try text("path", of: node) ?? "/"
        guard path.hasPrefix("/"), !path.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F }) else {
            throw fault("'path' starts with '/' and has no spaces; write them as %20", at: node["path"] ?? node)
        }
        let method = try text("method", of: node) ?? (body == nil ? "GET" : "POST")
        guard method.allSatisfy({ $0.isASCII && ($0.isLetter || $0 == "-") }), !method.isEmpty else {
            throw fault("\(method.quotedForMessage) is no method", at: node["method"] ?? node)
        }
        return InvokeRequest(
            method: method.uppercased(),
            path: path,
            headers: headers,
            query: try node["query"].map { try texts($0, "query items are 'name: value'") } ?? [:],
            body: body
        )
    }

    private func requestBody(_ node: YAMLNode, _ headers: inout [String: [String]]) throws -> Data? {
        let bodies = ["json", "body", "base64"].filter { node[$0] != nil }
        guard bodies.count <= 1 else {
            throw fault("'\(bodies[0])' and '\(bodies[1])' exclude each other", at: node[bodies[1]] ?? node)
        }
        if let value = node["json"] {
            if !headers.keys.contains(where: { $0.lowercased() == "content-type" }) {
                headers["Content-Type"] = ["application/json"]
            }
            return try json(value).document
        }
        if let encoded = node["base64"] { return try base64(encoded) }
        return try text("body", of: node).map { Data($0.utf8) }
    }

    private func requestHeaders(_ node: YAMLNode?) throws -> [String: [String]] {
        guard let node else { return [:] }
        let headers = try texts(node, "header fields are 'name: value'")
        for (name, values) in headers.sorted(by: { $0.key < $1.key }) {
            let isSafe = (values + [name]).allSatisfy { text in
                !text.unicodeScalars.contains { $0 == "\r" || $0 == "\n" || $0 == "\0" }
            }
            guard isSafe, !name.isEmpty, !name.contains(":"), !name.contains(" ") else {
                throw fault("\(name.quotedForMessage) is no header field of one line", at: node[name] ?? node)
            }
        }
        return headers
    }

    /// Names with a text each, or with a list of them.
    private func texts(_ node: YAMLNode, _ form: String) throws -> [String: [String]] {
        guard node.isMap else { throw fault(form, at: node) }
        var texts: [String: [String]] = [:]
        for entry in node.entries {
            texts[entry.key] = try (entry.value.isList ? entry.value.items : [entry.value]).map { value in
                guard value.scalar != nil else { throw fault(form, at: value) }
                return value.text ?? ""
            }
        }
        return texts
    }

    /// The text of a key; nil where it is missing or has no value.
    private func text(_ key: String, of node: YAMLNode) throws -> String? {
        guard let value = node[key] else { return nil }
        guard value.scalar != nil else {
            throw fault("'\(key)' is a text", at: value, hint: key == "body" ? "use 'json' for JSON" : nil)
        }
        return value.text
    }
}
