import Foundation
import FuncKit
import Hummingbird

/// Reads the requests by which clients call functions, in the forms of all of them.
enum InvokeBody {
    /// A call may carry a body up to the gateway's own limit, which base64 makes a third longer.
    static func read(_ request: Request) async throws -> InvokeRequest {
        try decode(try await APIBody.data(request, upTo: APIBody.maxInvokeBytes))
    }

    /// Reads a body; none at all is an empty call.
    /// - Throws: `invalid_argument` naming the field.
    static func decode(_ data: Data) throws -> InvokeRequest {
        guard !data.isEmpty else { return InvokeRequest() }
        var fields = try APIBody.decode([String: JSONValue].self, from: data)
        var contents: [(name: String, bytes: Data, isJSON: Bool)] = []
        if let text = try take("body", from: &fields) {
            // A text that is no Base64 can only be meant as it is.
            contents.append(("body", Data(base64Encoded: text) ?? Data(text.utf8), false))
        }
        if let text = try take("body_text", from: &fields) { contents.append(("body_text", Data(text.utf8), false)) }
        if fields.removeValue(forKey: "payload") != nil, let payload = RawJSON.member("payload", of: data) {
            contents.append(("payload", payload, true))
        }
        guard contents.count < 2 else {
            let names = contents.map { "'\($0.name)'" }.joined(separator: " and ")
            throw FuncError(.invalidArgument, "\(names) are two bodies for one call: send one of them")
        }
        fields["headers"] = try lists(fields["headers"], "headers")
        let query = fields.removeValue(forKey: "query_params") ?? .null
        fields["query"] = try lists(fields["query"] ?? query, fields["query"] == nil ? "query_params" : "query")
        // They must be a plain text on the wire of every dialect: numbers of versions, too.
        if let version = fields["version"]?.plainText { fields["version"] = .string(version) }
        var call = try APIBody.decode(InvokeRequest.self, from: JSONValue.object(fields).document)
        if let content = contents.first {
            call.body = content.bytes
            let hasType = call.headers.keys.contains { $0.lowercased() == "content-type" }
            if content.isJSON, !hasType { call.headers["Content-Type"] = ["application/json"] }
        }
        return call
    }

    private static func take(_ name: String, from fields: inout [String: JSONValue]) throws -> String? {
        switch fields.removeValue(forKey: name) {
        case nil, .null: return nil
        case .string(let text): return text
        default:
            throw FuncError.field(name, "field '\(name)' is not a string", hint: "send a JSON value as 'payload'")
        }
    }

    /// Values of headers and query items: lists of strings, or single strings.
    private static func lists(_ value: JSONValue?, _ name: String) throws -> JSONValue {
        switch value {
        case nil, .null: return .object([:])
        case .object(let members):
            return .object(members.mapValues { if case .string = $0 { .array([$0]) } else { $0 } })
        default: throw FuncError.field(name, "field '\(name)' is not an object")
        }
    }
}
