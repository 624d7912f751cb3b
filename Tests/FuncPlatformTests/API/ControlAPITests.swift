import Foundation
import FuncKit
import Hummingbird
import HummingbirdTesting
import NIOCore
import TestSupport
import Testing

@testable import FuncPlatform

/// The control API on the wire.
struct ControlAPITests {
    private let fixture: ControlFixture

    init() throws {
        fixture = try ControlFixture()
    }

    private struct Answer {
        var status: Int
        var headers: HTTPFields
        var json: [String: Any]

        func text(_ key: String) -> String? { json[key] as? String }
        func list(_ key: String) -> [[String: Any]] { json[key] as? [[String: Any]] ?? [] }
    }

    private static let base = "/api/v1/workspaces/default"

    private func with(_ body: @Sendable (any TestClientProtocol) async throws -> Void) async throws {
        try await fixture.application().test(.router, body)
    }

    private func send(
        _ client: any TestClientProtocol,
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String? = nil,
        headers: HTTPFields = [:],
        token: String? = "secret"
    ) async throws -> Answer {
        var headers = headers
        headers[.authorization] = token.map { "Bearer \($0)" }
        let uri = path.hasPrefix("/health") || path.hasPrefix("/ready") ? path : Self.base + path
        return try await client.execute(
            uri: uri,
            method: method,
            headers: headers,
            body: body.map { ByteBuffer(string: $0) }
        ) { response in
            let data = Data(response.body.readableBytesView)
            let json = data.isEmpty ? [:] : try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
            return Answer(status: response.status.code, headers: response.headers, json: json)
        }
    }

    private func deployBody(_ text: String, _ more: String = "") async throws -> String {
        let digest = try await fixture.upload(text)
        return #"{"name":"hello","runtime":"python3.11","handler":"main.handler","source_digest":"\#(digest)"\#(more)}"#
    }

    private func create(_ client: any TestClientProtocol) async throws {
        let answer = try await send(client, .post, "/functions/?project_id=default", deployBody("v1"))
        #expect(answer.status == 201)
        try await fixture.settled()
    }

    @Test func `a deploy that insists on a version is refused where it is missing`() async throws {
        try await with { client in
            let body = try await deployBody("v1", #","strict_runtime":true"#)
            #expect(try await send(client, .post, "/functions/", body).status == 201)
            try await fixture.settled()
            let other = body.replacingOccurrences(of: "python3.11", with: "python3.8")
            let refused = try await send(client, .post, "/functions/hello/versions", other)
            #expect(refused.status == 422)
            #expect(refused.text("code") == "toolchain_missing")
            let lenient = other.replacingOccurrences(of: "true", with: "false")
            #expect(try await send(client, .post, "/functions/hello/versions", lenient).status == 201)
            try await fixture.settled()
        }
    }

    @Test func `probes need no token, all else does`() async throws {
        try await with { client in
            let health = try await send(client, .get, "/health", token: nil)
            #expect(health.status == 200)
            #expect(health.text("status") == "healthy")
            #expect(health.text("version") == "1.2.3")
            #expect(try await send(client, .get, "/ready", token: nil).status == 200)
            for token in [nil, "wrong", "secre", "secret2", ""] {
                let answer = try await send(client, .get, "/functions/", token: token)
                #expect(answer.status == 401)
                #expect(answer.text("code") == "unauthenticated")
            }
            #expect(try await send(client, .get, "/no/such/route", token: nil).status != 200)
        }
    }

    @Test func `every answer carries a request id`() async throws {
        try await with { client in
            let own = try await send(client, .get, "/functions", headers: [.requestID: "mine-1"])
            #expect(own.headers[.requestID] == "mine-1")
            let made = try await send(client, .get, "/functions", headers: [.requestID: "not printable \u{1}"])
            #expect(made.headers[.requestID]?.hasPrefix("req-") == true)
            let missing = try await send(client, .get, "/nowhere")
            #expect(missing.status == 404)
            #expect(missing.text("code") == "not_found")
            #expect(missing.headers[.requestID]?.isEmpty == false)
        }
    }

    @Test func `a function from creation to deletion`() async throws {
        try await with { client in
            let empty = try await send(client, .get, "/functions/?project_id=default")
            #expect(empty.list("functions").isEmpty)
            #expect(empty.json["functions"] is [Any])
            let created = try await send(client, .post, "/functions/?project_id=default", deployBody("v1"))
            #expect(created.status == 201)
            #expect(created.text("change") == "version")
            #expect(created.json["latest_version_number"] as? Int == 1)
            #expect(created.text("status") == "building")
            try await fixture.settled()
            let twice = try await send(client, .post, "/functions", deployBody("v1"))
            #expect(twice.status == 409)
            #expect(twice.text("code") == "already_exists")
            let shown = try await send(client, .get, "/functions/hello")
            #expect(shown.text("status") == "ready")
            #expect(shown.text("url") == "http://hello.default.localhost:8787/")
            #expect(shown.text("runtime") == "python3.11")
            #expect(shown.json["ready_instances"] as? Int == 1)
            #expect(shown.headers[.eTag] == "\"\(shown.json["revision"] as? Int ?? -1)\"")
            let byID = try await send(client, .get, "/functions/\(shown.text("id") ?? "")?project_id=default")
            #expect(byID.text("name") == "hello")
            #expect(try await send(client, .delete, "/functions/hello").status == 204)
            let gone = try await send(client, .get, "/functions/hello")
            #expect(gone.status == 404)
            #expect(gone.text("code") == "function_not_found")
            #expect(try await send(client, .delete, "/functions/hello").status == 404)
        }
    }

    @Test func `versions, unchanged deploys and changes of settings`() async throws {
        try await with { client in
            try await create(client)
            let same = try await send(client, .post, "/functions/hello/versions", deployBody("v1"))
            #expect(same.status == 200)
            #expect(same.text("change") == "none")
            #expect(same.json["version"] as? Int == 1)
            let labels = try await send(
                client,
                .post,
                "/functions/hello/versions",
                deployBody("v1", #","labels":{"a":"b"}"#)
            )
            #expect(labels.status == 200)
            #expect(labels.text("change") == "settings")
            let second = try await send(client, .post, "/functions/hello/versions", deployBody("v2"))
            #expect(second.status == 201)
            #expect(second.json["version"] as? Int == 2)
            try await fixture.settled()
            let list = try await send(client, .get, "/functions/hello/versions")
            #expect(list.list("versions").map { $0["version"] as? Int } == [2, 1])
            #expect(try await send(client, .get, "/functions/hello/versions/v1").json["version"] as? Int == 1)
            #expect(try await send(client, .get, "/functions/hello/versions/9").status == 404)
            let conflict = try await send(
                client,
                .post,
                "/functions/hello/versions",
                deployBody("v3", #","if_version":1"#)
            )
            #expect(conflict.status == 409)
            #expect(conflict.text("code") == "version_conflict")
        }
    }

    @Test func `partial changes of settings`() async throws {
        try await with { client in
            try await create(client)
            let body = #"{"scaling":{"min_scale":1},"description":"d","if_version":1}"#
            let settings = try await send(client, .put, "/functions/hello", body)
            #expect(settings.status == 200)
            #expect(settings.text("change") == "settings")
            let scaling = try #require(settings.json["scaling"] as? [String: Any])
            #expect(scaling["min_scale"] as? Int == 1)
            #expect(scaling["max_scale"] as? Int == 100)
            let version = try await send(client, .put, "/functions/hello", #"{"environment":{"A":"b"}}"#)
            #expect(version.text("change") == "version")
            #expect(version.json["latest_version_number"] as? Int == 2)
            try await fixture.settled()
            let shown = try await send(client, .get, "/functions/hello")
            #expect(shown.json["environment"] as? [String: String] == ["A": "b"])
            #expect(shown.text("description") == "d")
            #expect(try await send(client, .put, "/functions/hello", #"{"description":"d"}"#).text("change") == "none")
            let renamed = try await send(client, .put, "/functions/hello", #"{"name":"other"}"#)
            #expect(renamed.status == 400)
            #expect(renamed.text("code") == "name_immutable")
        }
    }

    @Test func `rollback, activation and traffic`() async throws {
        try await with { client in
            try await create(client)
            #expect(try await send(client, .post, "/functions/hello/rollback").status == 409)
            _ = try await send(client, .post, "/functions/hello/versions", deployBody("v2"))
            try await fixture.settled()
            let trial = try await send(client, .post, "/functions/hello/rollback", #"{"dry_run":true}"#)
            #expect(trial.json["to"] as? Int == 1)
            #expect(try await send(client, .get, "/functions/hello").json["active_version_number"] as? Int == 2)
            let back = try await send(client, .post, "/functions/hello/rollback", #"{"message":"bad"}"#)
            #expect(back.status == 200)
            #expect(back.json["from"] as? Int == 2)
            #expect(back.json["to"] as? Int == 1)
            #expect(back.json["changed"] as? Bool == true)
            #expect(try await send(client, .put, "/functions/hello/versions/2/active").status == 200)
            let named = try await send(client, .post, "/functions/hello/rollback", #"{"version":1}"#)
            #expect(named.json["to"] as? Int == 1)
            let split = #"{"routes":[{"version":1,"percent":60},{"version":2,"percent":40,"tag":"next"}]}"#
            #expect(try await send(client, .put, "/functions/hello/traffic", split).status == 200)
            let traffic = try await send(client, .get, "/functions/hello/traffic")
            #expect(traffic.list("routes").map { $0["percent"] as? Int } == [60, 40])
            let short = try await send(
                client,
                .put,
                "/functions/hello/traffic",
                #"{"routes":[{"version":1,"percent":60}]}"#
            )
            #expect(short.status == 400)
            #expect(short.text("error")?.contains("60") == true)
            let events = try await send(client, .get, "/functions/hello/events?limit=3")
            let types = events.list("events").map { $0["type"] as? String }
            #expect(types == ["traffic_changed", "rolled_back", "version_activated"])
        }
    }

    @Test func `calls`() async throws {
        try await with { client in
            try await create(client)
            let call = try await send(client, .post, "/functions/hello/invoke", #"{"path":"/x"}"#)
            #expect(call.status == 200)
            #expect(call.json["status_code"] as? Int == 200)
            #expect(call.text("body").flatMap { Data(base64Encoded: $0) } == Data("/x v-".utf8))
            let id = try #require(call.text("invocation_id"))
            #expect(try await send(client, .get, "/functions/invocations/\(id)").text("status") == "completed")
            let later = try await send(client, .post, "/functions/hello/invoke-async", "{}")
            #expect(later.status == 202)
            let list = try await send(client, .get, "/functions/hello/invocations?limit=1")
            #expect(list.list("invocations").count == 1)
            #expect(
                try await send(client, .get, "/functions/invocations/inv-none").text("code") == "invocation_not_found"
            )
            #expect(try await send(client, .post, "/functions/hello/invoke", #"{"body":1}"#).status == 400)
            fixture.invoker.answer(with: .failure(FuncError(.overloaded, "too many calls")))
            let busy = try await send(client, .post, "/functions/hello/invoke", "{}")
            #expect(busy.status == 503)
            #expect(busy.headers[.retryAfter] == "1")
        }
    }

    @Test func `sources`() async throws {
        let text = "a source"
        let digest = Digest.sha256(Data(text.utf8))
        try await with { client in
            let missing = try await send(client, .head, "/functions/sources/\(digest)")
            #expect(missing.status == 404)
            #expect(missing.headers[.uploadOffset] == "0")
            let path = "/functions/sources/\(digest)"
            let part = try await send(client, .put, path, "a so", headers: [.contentRange: "bytes 0-3/8"])
            #expect(part.status == 202)
            #expect(part.json["received"] as? Int == 4)
            #expect(try await send(client, .head, path).headers[.uploadOffset] == "4")
            let gap = try await send(client, .put, path, "e", headers: [.contentRange: "bytes 7-7/8"])
            #expect(gap.status == 409)
            #expect((gap.json["details"] as? [String: Any])?["offset"] as? Int == 4)
            let rest = try await send(client, .put, path, "urce", headers: [.contentRange: "bytes 4-7/8"])
            #expect(rest.status == 201)
            #expect(try await send(client, .head, path).status == 200)
            #expect(try await send(client, .put, path, text).status == 200)
            let other = String(repeating: "0", count: 64)
            let wrong = try await send(client, .put, "/functions/sources/\(other)", text)
            #expect(wrong.status == 400)
            #expect(wrong.text("code") == "archive_invalid")
            #expect(try await send(client, .put, "/functions/sources/xyz", text).status == 400)
            let large = String(repeating: "x", count: (1 << 20) + 1)
            #expect(try await send(client, .put, "/functions/sources/\(other)", large).status == 413)
        }
    }

    @Test(
        arguments: [
            (#"{"name":"Hello"}"#, 400, "Hello"), (#"{"name":"provider"}"#, 400, "provider"),
            (#"{"name":"#, 400, "JSON"), ("", 400, "body"), ("[]", 400, "body"),
            (#"{"name":"hello","timeout":"x"}"#, 400, "timeout"),
            (#"{"name":"hello","runtime":"python","timeout":0}"#, 400, "timeout"),
            (#"{"name":"hello","runtime":"python","scaling":{"min_scale":"a"}}"#, 400, "scaling.min_scale"),
            (#"{"name":"hello","runtime":"python","scaling":{"min_scale":5,"max_scale":2}}"#, 400, "min_scale"),
            (#"{"name":"hello","runtime":"python","environment":{"PORT":"1"}}"#, 400, "PORT"),
            (#"{"name":"hello","runtime":"python","environment":{"A B":"1"}}"#, 400, "A B"),
            (#"{"name":"hello","runtime":"python","environment":{"K_X":"1"}}"#, 400, "K_X"),
            (#"{"name":"hello","runtime":"python","tag":"No"}"#, 400, "No"),
            (#"{"name":"hello","runtime":"python","source_digest":"12"}"#, 400, "source_digest"),
            (#"{"name":"hello","runtime":"python"}"#, 400, "source_digest"),
            (#"{"name":"hello","runtime":"pyton"}"#, 422, "pyton"),
            (#"{"name":"hello","runtime":"python","secrets":[{"env":"PORT","secret":"b"}]}"#, 400, "PORT"),
            (#"{"name":"hello","runtime":"python","secrets":[{"env":"A","file":"a","secret":"b"}]}"#, 400, "secrets.0"),
            (#"{"name":"hello","runtime":"python","secrets":[{"secret":"b"}]}"#, 400, "secrets.0"),
            (#"{"name":"hello","runtime":"python","secrets":[{"file":"../x","secret":"b"}]}"#, 400, "../x"),
            (#"{"name":"hello","runtime":"python","secrets":["DB_KEY"]}"#, 400, "DB_KEY"),
            (#"{"name":"hello","runtime":"python","environment":{"A":"1"},"secrets":["a"]}"#, 400, "twice"),
        ]
    )
    func `requests that make no sense are refused with the value at fault`(
        body: String,
        status: Int,
        word: String
    ) async throws {
        try await with { client in
            let answer = try await send(client, .post, "/functions/?project_id=default", body)
            #expect(answer.status == status)
            #expect(answer.text("error")?.contains(word) == true, "\(answer.text("error") ?? "")")
            #expect(answer.text("message") == answer.text("error"))
        }
    }

    @Test func `a body beyond the limit is refused`() async throws {
        try await with { client in
            let body = #"{"name":"hello","description":""# + String(repeating: "x", count: 3 << 20) + #""}"#
            let answer = try await send(client, .post, "/functions/", body)
            #expect(answer.status == 413)
        }
    }

    @Test func `projects and workspaces`() async throws {
        try await with { client in
            #expect(try await send(client, .post, "/projects/", #"{"name":"shop"}"#).status == 201)
            #expect(try await send(client, .post, "/projects/", #"{"name":"shop"}"#).status == 409)
            #expect(try await send(client, .post, "/projects/", #"{"name":"No"}"#).status == 400)
            let page = try await send(client, .get, "/projects/?page_size=1&page=2&sort_by=name&sort_order=asc")
            #expect(page.list("projects").map { $0["name"] as? String } == ["shop"])
            #expect(page.json["total"] as? Int == 2)
            #expect(try await send(client, .get, "/functions/?project_id=none").text("code") == "project_not_found")
            let capabilities = try await send(client, .get, "/functions/provider/capabilities")
            #expect(capabilities.text("version") == "1.2.3")
            let status = try await client.execute(
                uri: "/api/v1/workspaces/none/functions/",
                method: .get,
                headers: [.authorization: "Bearer secret"]
            ) { $0.status.code }
            #expect(status == 404)
        }
    }

    @Test func `what goes wrong inside stays inside`() async throws {
        try await with { client in
            try await create(client)
            try fixture.registry.close()
            let answer = try await send(client, .get, "/functions/hello")
            #expect(answer.status == 500)
            #expect(answer.text("code") == "internal_error")
            #expect(answer.text("error")?.lowercased().contains("sql") == false)
        }
    }
}
