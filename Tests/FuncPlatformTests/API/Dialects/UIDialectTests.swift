import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

/// The web console's dialect, 1.5 A of the wire reference.
struct UIDialectTests {
    private let fixture: DialectFixture
    private let base = DialectFixture.console
    private static let form = [
        "name": "hello", "description": "greets", "runtime": "python39", "handler": "main.handler", "timeout": "30",
        "memory": "256", "environment_vars": #"{"A":"b"}"#, "triggers": #"["http"]"#,
    ]

    init() throws {
        fixture = try DialectFixture()
    }

    private func create(_ client: DialectClient, project: String = "default", form: [String: String] = form)
        async throws
        -> DialectClient.Answer
    {
        let archive = try await fixture.archive(["main.py": "def handler(e, c):\n    return 1\n"])
        return try await client.send(
            .post,
            "\(base)/projects/\(project)/functions",
            form: form,
            file: ("source.tar.gz", archive)
        )
    }

    @Test func `a function is created from a form`() async throws {
        try await fixture.with { client in
            let created = try await create(client)
            #expect(created.status == 201, "\(created.body)")
            #expect(created.text("status") == "deploying")
            #expect(created.text("version") == "v1")
            #expect(created.text("runtime") == "python39")
            #expect(created.number("timeout") == 30)
            #expect(created.number("memory") == 256)
            #expect(created.json["environment_vars"] as? [String: String] == ["A": "b"])
            #expect(created.json["triggers"] as? [String] == ["http"])
            try await fixture.settled()
            let shown = try await client.send(.get, "\(base)/functions/\(created.text("id") ?? "")?")
            #expect(shown.text("status") == "active")
            #expect(shown.text("last_deployed_at")?.hasSuffix("Z") == true)
            #expect(try await client.send(.get, "\(base)/functions/none").text("error")?.isEmpty == false)
        }
    }

    @Test func `lists of a project and of the workspace are filtered`() async throws {
        try await fixture.with { (client: DialectClient) async throws -> Void in
            #expect(try await create(client).status == 201)
            var other = Self.form.merging(["name": "other", "runtime": "nodejs18"]) { $1 }
            other["triggers"] = #"[{"name":"nightly","type":"schedule","config":{"cron":"0 3 * * *"}}]"#
            #expect(try await create(client, project: "shop", form: other).status == 201)
            func names(_ path: String) async throws -> [String] {
                let answer = try await client.send(.get, base + path)
                let names = answer.list("functions").compactMap { $0["name"] as? String }
                #expect(answer.number("total") == names.count)
                return names.sorted()
            }
            #expect(try await names("/functions?") == ["hello", "other"])
            #expect(try await names("/projects/shop/functions?") == ["other"])
            #expect(try await names("/functions?runtime=python") == ["hello"])
            #expect(try await names("/functions?runtime=nodejs") == ["other"])
            #expect(try await names("/functions?trigger=schedule") == ["other"])
            #expect(try await names("/functions?status=error").isEmpty)
        }
    }

    @Test func `changes are partial and keep triggers that are named by their type`() async throws {
        try await fixture.with { client in
            var form = Self.form
            form["triggers"] = #"[{"name":"nightly","type":"schedule","config":{"cron":"0 3 * * *"}}]"#
            #expect(try await create(client, form: form).status == 201)
            try await fixture.settled()
            let body = #"{"description":"new","triggers":["http","schedule"],"memory":512}"#
            let changed = try await client.send(.put, "\(base)/functions/hello", body)
            #expect(changed.status == 200, "\(changed.body)")
            #expect(changed.json["triggers"] as? [String] == ["http", "schedule"])
            #expect(changed.text("description") == "new")
            #expect(changed.number("memory") == 512)
            try await fixture.settled()
            #expect(try await client.send(.get, "\(base)/functions/hello").text("description") == "new")
            let settings = try await fixture.control.store.function(ControlFixture.hello).settings
            #expect(settings.triggers.map(\.config) == [["cron": "0 3 * * *"]])
            #expect(settings.environment == ["A": "b"])
            let vague = try await client.send(.put, "\(base)/functions/hello", #"{"triggers":["messagequeue"]}"#)
            #expect(vague.status == 400)
            #expect(try await client.send(.put, "\(base)/functions/hello", #"{"name":"x"}"#).status == 400)
        }
    }

    @Test func `deploys with a label, and back to it`() async throws {
        let zip = try await fixture.archive(["main.py": "Z = 1\n"], .zip)
        try await fixture.with { client in
            #expect(try await create(client).status == 201)
            try await fixture.settled()
            let path = "\(base)/functions/hello/deploy"
            let labelled = try await client.send(.post, path, form: ["version": "v1.2.0"], file: ("s.zip", zip))
            #expect(labelled.status == 200, "\(labelled.body)")
            #expect(labelled.text("version") == "v1.2.0")
            #expect(labelled.text("status") == "deploying")
            try await fixture.settled()
            let variables = try await client.send(.post, path, form: ["environment_vars": #"{"A":"c"}"#])
            #expect(variables.text("version") == "v3", "\(variables.body)")
            try await fixture.settled()
            let back = try await client.send(.post, path, form: ["rollback_to": "v1.2.0"])
            #expect(back.status == 200, "\(back.body)")
            #expect(back.text("version") == "v1.2.0")
            #expect(back.text("status") == "active")
            let versions = try await client.send(.get, "\(base)/functions/hello/versions").list("versions")
            #expect(versions.map { $0["version"] as? String } == ["v3", "v1.2.0", "v1"])
            #expect(versions.map { $0["status"] as? String } == ["inactive", "active", "inactive"])
            #expect(versions[1]["size_bytes"] as? Int == zip.count)
            #expect(try await client.send(.post, path, form: [:]).status == 400)
            #expect(try await client.send(.post, path, form: ["rollback_to": "v9"]).status == 404)
        }
    }

    @Test func `calls give output and logs, failures too`() async throws {
        try await fixture.with { client in
            #expect(try await create(client).status == 201)
            let path = "\(base)/functions/hello/invoke"
            let body = #"{"trigger_type":"http","payload":{"n":1.0},"headers":{"X-A":"1"}}"#
            fixture.control.invoker.answer(
                with: .success(InvokeResponse(statusCode: 200, body: Data(#"{"ok":true}"#.utf8)))
            )
            let answer = try await client.send(.post, path, body)
            #expect(answer.status == 200, "\(answer.body)")
            #expect(answer.text("status") == "success")
            #expect(answer.json["output"] as? [String: Bool] == ["ok": true])
            #expect(answer.body.contains(#""payload":{"n":1.0}"#))
            #expect(answer.json["logs"] is String)
            fixture.control.invoker.answer(with: .failure(FuncError(.timedOut, "no answer within 1 s")))
            let late = try await client.send(.post, path, "{}")
            #expect(late.status == 200)
            #expect(late.text("status") == "timeout")
            #expect(late.text("error") == "no answer within 1 s")
            fixture.control.invoker.answer(with: .success(InvokeResponse(statusCode: 404)))
            #expect(try await client.send(.post, path, "{}").text("status") == "error")
        }
    }

    @Test func `C27, C28: logs are lines of text`() async throws {
        try await fixture.with { client in
            let id = try #require(try await create(client).text("id"))
            let entry = LogEntry(
                timestamp: Date(timeIntervalSince1970: 0),
                level: .warn,
                message: "hi",
                requestID: "inv-1"
            )
            fixture.control.logs.append([entry], to: .function(id: id))
            let path = "\(base)/functions/hello/logs"
            let all = try await client.send(.get, path + "?limit=100&invocation_id=inv-1")
            #expect(all.json["logs"] as? [String] == ["1970-01-01T00:00:00Z WARN hi"])
            #expect(all.number("total") == 1)
            #expect(try await client.send(.get, path + "?start_time=10m").number("total") == 0)
            #expect(try await client.send(.get, path + "?start_time=soon").status == 400)
        }
    }

    @Test func `only what is there is found`() async throws {
        try await fixture.with { client in
            #expect(try await create(client).status == 201)
            let other = base.replacingOccurrences(of: "organizations/default", with: "organizations/acme")
            let answer = try await client.send(.get, other + "/functions")
            #expect(answer.status == 404)
            #expect(answer.text("error")?.contains("'acme'") == true)
            #expect(try await client.send(.delete, "\(base)/functions/hello").status == 204)
            #expect(try await client.send(.delete, "\(base)/functions/hello").status == 404)
        }
    }
}
