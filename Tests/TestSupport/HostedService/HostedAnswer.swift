import Foundation
import FuncKit

/// An answer of the service.
struct HostedAnswer {
    var status: Int
    var body = ""
    var headers: [String: String] = [:]

    static func json(_ status: Int, _ value: some Encodable) -> HostedAnswer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        // The shapes here are plain values, which always encode.
        let body = (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return HostedAnswer(status: status, body: body, headers: ["content-type": "application/json; charset=utf-8"])
    }

    static func error(_ status: Int, _ text: String) -> HostedAnswer {
        json(status, ["error": text])
    }

    static func message(_ text: String) -> HostedAnswer {
        json(200, ["message": text])
    }

    /// A list under its plural name: null where it is empty.
    static func list(_ key: String, _ items: [JSONValue]) -> HostedAnswer {
        json(200, [key: items.isEmpty ? JSONValue.null : .array(items)])
    }

    /// A failure deep inside: no body at all.
    static let empty500 = HostedAnswer(status: 500)
}

/// Go's zero time.
let zeroTime = "0001-01-01T00:00:00Z"

extension JSONValue {
    static func map(_ values: [String: String]) -> JSONValue {
        .object(values.mapValues(JSONValue.string))
    }
}

extension ScriptedServer.Request {
    /// The body as a value.
    /// - Throws: `DecodingError` for what is no such JSON: an empty body, or a field of another type.
    func decoded<T: Decodable>(_ type: T.Type = T.self) throws -> T {
        try JSONDecoder().decode(type, from: Data(body))
    }
}
