import Foundation
import FuncKit
import Hummingbird
import HummingbirdTesting
import NIOCore
import TestSupport
import Testing

@testable import FuncPlatform

/// `/secrets` on the wire.
@Suite struct SecretRoutesTests {
    private let fixture: ControlFixture
    private static let value = "correct-horse"

    init() throws {
        fixture = try ControlFixture()
    }

    private struct Answer {
        var status: Int
        var text: String
        var json: [String: Any]
    }

    private func send(_ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, token: String? = "secret")
        async throws -> Answer
    {
        try await fixture.application().test(.router) { client in
            var headers: HTTPFields = [:]
            headers[.authorization] = token.map { "Bearer \($0)" }
            return try await client.execute(
                uri: "/api/v1/workspaces/default" + path,
                method: method,
                headers: headers,
                body: body.map { ByteBuffer(string: $0) }
            ) { response in
                let text = String(buffer: response.body)
                let json = text.isEmpty ? nil : try JSONSerialization.jsonObject(with: Data(text.utf8))
                return Answer(status: response.status.code, text: text, json: json as? [String: Any] ?? [:])
            }
        }
    }

    private func body(_ value: String = value) -> String {
        #"{"value":"\#(Data(value.utf8).base64EncodedString())"}"#
    }

    @Test func `a secret's life, and no answer holds its value`() async throws {
        var answers = [try await send(.put, "/secrets/db?project_id=default", body())]
        answers.append(try await send(.put, "/secrets/db", body()))
        answers.append(try await send(.put, "/secrets/db", body("another")))
        answers.append(try await send(.get, "/secrets/db"))
        answers.append(try await send(.get, "/secrets"))
        answers.append(try await send(.get, "/secrets/?project_id=default"))
        answers.append(try await send(.delete, "/secrets/db"))
        answers.append(try await send(.delete, "/secrets/db"))
        answers.append(try await send(.get, "/secrets/db"))
        #expect(answers.map(\.status) == [201, 200, 200, 200, 200, 200, 204, 404, 404])
        #expect(answers[..<4].map { $0.json["revision"] as? Int } == [1, 1, 2, 2])
        #expect((answers[4].json["secrets"] as? [[String: Any]])?.map { $0["name"] as? String } == ["db"])
        #expect(answers[7].json["code"] as? String == "secret_not_found")
        let encoded = Data(Self.value.utf8).base64EncodedString()
        for answer in answers { #expect(!answer.text.contains(Self.value) && !answer.text.contains(encoded)) }
    }

    @Test(arguments: [
        ("db", #"{"value":"not base64!"}"#, 400, "value"), ("db", #"{"value":7}"#, 400, "value"),
        ("db", #"{"value":""}"#, 400, "empty"), ("db", "{}", 400, "value"), ("db", "", 400, "body"),
        ("DB", #"{"value":"YQ=="}"#, 400, "DB"), ("a_b", #"{"value":"YQ=="}"#, 400, "a_b"),
        ("a%2Fb", #"{"value":"YQ=="}"#, 400, "a/b"), ("-a", #"{"value":"YQ=="}"#, 400, "-a"),
    ])
    func `what makes no sense is refused without quoting it`(name: String, body: String, status: Int, word: String)
        async throws
    {
        let answer = try await send(.put, "/secrets/\(name)", body)
        #expect(answer.status == status)
        #expect((answer.json["error"] as? String)?.contains(word) == true, "\(answer.text)")
        #expect(!answer.text.contains("not base64!"))
    }

    @Test func `a value may be of any bytes, up to its largest size`() async throws {
        let largest = Data(repeating: 0, count: 64 << 10).base64EncodedString()
        #expect(try await send(.put, "/secrets/big", #"{"value":"\#(largest)"}"#).status == 201)
        let larger = Data(repeating: 0, count: (64 << 10) + 1).base64EncodedString()
        #expect(try await send(.put, "/secrets/big", #"{"value":"\#(larger)"}"#).status == 400)
        let huge = Data(repeating: 0, count: 3 << 20).base64EncodedString()
        #expect(try await send(.put, "/secrets/big", #"{"value":"\#(huge)"}"#).status == 413)
    }

    @Test func `without credentials there is nothing to see`() async throws {
        for (method, path) in [(HTTPRequest.Method.get, "/secrets"), (.put, "/secrets/a"), (.delete, "/secrets/a")] {
            #expect(try await send(method, path, body(), token: nil).status == 401)
        }
    }

    @Test func `developers of the project may, viewers may not`() throws {
        let routes = ["GET", "PUT", "DELETE"]
        let guarded = fixture.operations().filter { $0.path.contains("/secrets") }
        #expect(Set(guarded.map(\.method)) == Set(routes))
        for operation in guarded {
            let permission: Permission = operation.method == "GET" ? .readSecrets : .changeSecrets
            #expect(operation.access == .permission(permission, .project))
            #expect(permission.role == .developer)
        }
    }

    @Test func `a secret in use is a conflict, and goes by force`() async throws {
        #expect(try await send(.put, "/secrets/db", body()).status == 201)
        try await fixture.createHello { $0.secrets = [SecretReference(env: "DB", secret: "db")] }
        #expect(try await send(.get, "/secrets/db").json["used_by"] as? [String] == ["hello"])
        let refused = try await send(.delete, "/secrets/db")
        #expect(refused.status == 409)
        #expect(refused.text.contains("hello"))
        #expect(try await send(.delete, "/secrets/db?force=maybe").status == 400)
        #expect(try await send(.delete, "/secrets/db?force=true").status == 204)
    }

    @Test func `a deploy that names a missing secret is unprocessable`() async throws {
        let digest = try await fixture.upload("v1")
        let deploy =
            #"{"name":"hello","runtime":"python3.11","source_digest":"\#(digest)","secrets":[{"env":"A","secret":"db"}]}"#
        let refused = try await send(.post, "/functions/", deploy)
        #expect(refused.status == 422)
        #expect(refused.json["code"] as? String == "secret_not_found")
        #expect(try await send(.put, "/secrets/db", body()).status == 201)
        #expect(try await send(.post, "/functions/", deploy).status == 201)
        try await fixture.settled()
        let update = try await send(.put, "/functions/hello", #"{"secrets":[{"file":"x","secret":"none"}]}"#)
        #expect(update.status == 422)
    }

    @Test func `a lost key is said, and is no fault of the client`() async throws {
        #expect(try await send(.put, "/secrets/db", body()).status == 201)
        try FileManager.default.removeItem(atPath: fixture.vault.keyFile.path)
        let answer = try await send(.put, "/secrets/db", body("x"))
        #expect(answer.status == 503)
        #expect(answer.json["code"] as? String == "secret_key_invalid")
        #expect(try await send(.get, "/secrets").status == 200)
    }
}
