import Foundation
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

/// An answer of the control API.
struct APIAnswer {
    var status: Int
    var headers: HTTPFields
    var body: Data

    /// The body's fields; none where it is no JSON object.
    var json: [String: Any] { (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:] }
    var code: String? { text("code") }

    func text(_ key: String) -> String? { json[key] as? String }
    func object(_ key: String) -> [String: Any]? { json[key] as? [String: Any] }
    func list(_ key: String) -> [[String: Any]]? { json[key] as? [[String: Any]] }

    /// Whether access was refused before any route saw the request.
    var isRefused: Bool {
        (status == 401 && text("error") == "missing authorization header") || (status == 403 && code == "forbidden")
    }
}

/// Sends requests to the control API by whole paths.
struct APISession: Sendable {
    let client: any TestClientProtocol
    /// Bearer token of requests that name no other.
    var token: String? = "secret"

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String? = nil,
        headers: HTTPFields = [:]
    ) async throws -> APIAnswer {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        return try await client.execute(
            uri: path,
            method: method,
            headers: headers,
            body: body.map { ByteBuffer(string: $0) }
        ) { response in
            APIAnswer(
                status: response.status.code,
                headers: response.headers,
                body: Data(response.body.readableBytesView)
            )
        }
    }

    /// The same client with another token.
    func with(_ token: String?) -> APISession {
        APISession(client: client, token: token)
    }
}
