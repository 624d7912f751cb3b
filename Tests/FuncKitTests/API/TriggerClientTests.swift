import Foundation
import Testing

@testable import FuncKit

@Suite struct TriggerClientTests {
    private static let path = "/functions/hello/triggers"

    @Test func `a trigger is read in every shape that servers send`() async throws {
        let body = """
            {"triggers":[{"id":"trg-b","name":"b","type":"schedule","enabled":true,"config":null,
              "created_at":"0001-01-01T00:00:00Z"},
             {"id":"trg-a","name":"a","type":"http","enabled":false,"config":{"path":"/x","url":"http://h/x","list":["a","b"]},
              "origin":"api","created_at":"2026-03-01T00:00:00.5Z","new":{}}]}
            """
        try await withServer(routes(["GET \(Self.path)": json(body)])) { server in
            let triggers = try await makeAPIClient(server).triggers(of: "hello")
            #expect(triggers.map(\.spec.name) == ["a", "b"])
            #expect(triggers[0].url == "http://h/x")
            #expect(triggers[0].origin == .api)
            #expect(triggers[0].spec.config["list"] == "a,b")
            #expect(triggers[1].spec.config.isEmpty)
            #expect(triggers[1].origin == nil)
            #expect(triggers[1].createdAt == nil)
        }
    }

    @Test func `create and update say whether the trigger is enabled`() async throws {
        let answer = #"{"id":"trg-1","name":"a","type":"http","enabled":true,"config":{}}"#
        let table = ["POST \(Self.path)": json(answer, status: 201), "PUT \(Self.path)/trg-1": json(answer)]
        try await withServer(routes(table)) { server in
            let client = try makeAPIClient(server)
            let spec = TriggerSpec(name: "a", type: "http", config: ["path": "/x"])
            #expect(try await client.createTrigger(spec, of: "hello").id == "trg-1")
            _ = try await client.updateTrigger("trg-1", to: spec, of: "hello")
            for request in server.requests where request.method != "GET" {
                let sent = try JSONValue(parsing: Data(request.body))
                #expect(
                    sent
                        == .object([
                            "name": .string("a"), "type": .string("http"), "enabled": .bool(true),
                            "config": .object(["path": .string("/x")]),
                        ])
                )
            }
        }
    }

    @Test func `a trigger is fired, with data or without`() async throws {
        let answer = """
            {"trigger":"a","type":"event","function_id":"f-1","function_name":"hello","invocation_id":"inv-1","manual":true,
             "fired_at":"2026-03-01T00:00:00Z","attempt":1,"status":"completed","result":{"status_code":404},"new":1}
            """
        try await withServer(routes(["POST \(Self.path)/trg-1/fire": json(answer)])) { server in
            let client = try makeAPIClient(server)
            let firing = try await client.fireTrigger("trg-1", of: "hello", data: .object(["n": .integer(1)]))
            #expect(firing.invocationID == "inv-1")
            #expect(!firing.isSuccess)
            _ = try await client.fireTrigger("trg-1", of: "hello", data: nil)
            let bodies = server.requests.filter { $0.method == "POST" }.map { String(decoding: $0.body, as: UTF8.self) }
            #expect(bodies == [#"{"data":{"n":1}}"#, ""])
            let error = await #expect(throws: FuncError.self) {
                _ = try await client.fireTrigger("x", of: "hello", data: nil)
            }
            #expect(error != nil)
        }
    }

    @Test func `one trigger is found by name before id`() async throws {
        let body = #"[{"id":"b","name":"a","type":"http"},{"id":"x","name":"b","type":"http"}]"#
        try await withServer(routes(["GET /functions/f-1/triggers": json(body)])) { server in
            let client = try makeAPIClient(server)
            let function = Function(id: "f-1", name: "hello")
            #expect(try await client.trigger("b", of: function).id == "x")
            #expect(try await client.trigger("x", of: function).id == "x")
            let error = await #expect(throws: FuncError.self) { try await client.trigger("c", of: function) }
            #expect(error?.code == .triggerNotFound)
        }
    }
}
