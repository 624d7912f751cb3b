import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncKit

@Suite struct DeployTests {
    private let request = DeployRequest(
        name: "f",
        settings: FunctionSettings(runtime: "python3.11", handler: "main.handler"),
        sourceDigest: String(repeating: "a", count: 64),
        tag: "next"
    )

    private static let missing = json(#"{"error":"no","code":"function_not_found"}"#, status: 404)
    private static let function = json(#"{"id":"1","name":"f","latest_version_number":2,"active_version_number":1}"#)

    @Test func `a function that is missing is created`() async throws {
        let body = #"{"id":"1","name":"f","latest_version_number":1,"change":"version"}"#
        try await withServer(
            routes([
                "GET /functions/f": Self.missing,
                "POST /functions/": json(body, status: 201),
                "GET /functions/f/versions/1": json(#"{"id":"v","version":1,"build_status":"pending"}"#),
            ])
        ) { server in
            let result = try await makeAPIClient(server, project: "p").deploy(request)
            #expect(result.changed)
            #expect(result.version.number == 1)
            let sent = try #require(server.requests.first { $0.method == "POST" })
            #expect(sent.query["project_id"] == "p")
            let object = try #require(try JSONSerialization.jsonObject(with: Data(sent.body)) as? [String: Any])
            #expect(object["name"] as? String == "f")
            #expect(object["project_id"] as? String == "p")
            #expect(object["tag"] as? String == "next")
            #expect(object["resources"] is [String: Any])
            #expect(object["source_digest"] as? String == request.sourceDigest)
        }
    }

    @Test(arguments: [(201, "version", true), (200, "settings", true), (200, "none", false)])
    func `a function that is there gets a version, if anything changed`(
        status: Int,
        change: String,
        changed: Bool
    ) async throws {
        try await withServer(
            routes([
                "GET /functions/f": Self.function,
                "POST /functions/f/versions": json(#"{"id":"v","version":2,"change":"\#(change)"}"#, status: status),
            ])
        ) { server in
            let result = try await makeAPIClient(server).deploy(request)
            #expect(result.changed == changed)
            #expect(result.version.number == 2)
            #expect(result.function.name == "f")
        }
    }

    @Test func `a function that another deploy created meanwhile gets a version`() async throws {
        let lookups = Counter()
        try await withServer(
            routes([
                "GET /functions/f": { exchange in
                    try (lookups.next() == 1 ? Self.missing : Self.function)(exchange)
                },
                "POST /functions/": json(#"{"error":"there","code":"already_exists"}"#, status: 409),
                "POST /functions/f/versions": json(#"{"id":"v","version":2,"change":"version"}"#, status: 201),
            ])
        ) { server in
            let result = try await makeAPIClient(server).deploy(request)
            #expect(result.version.number == 2)
            #expect(server.requests.filter { $0.method == "POST" }.count == 2)
        }
    }

    @Test func `a function that was deleted meanwhile is created`() async throws {
        try await withServer(
            routes([
                "GET /functions/f": Self.function,
                "POST /functions/f/versions": Self.missing,
                "POST /functions/": json(#"{"id":"1","name":"f","latest_version_number":1}"#, status: 201),
                "GET /functions/f/versions/1": json(#"{"id":"v","version":1}"#),
            ])
        ) { server in
            let result = try await makeAPIClient(server).deploy(request)
            #expect(result.version.number == 1)
        }
    }

    @Test func `a conflict is passed on and nothing is sent twice`() async throws {
        try await withServer(
            routes([
                "GET /functions/f": Self.function,
                "POST /functions/f/versions": json(#"{"error":"is 4","code":"version_conflict"}"#, status: 409),
            ])
        ) { server in
            let error = await #expect(throws: FuncError.self) { try await makeAPIClient(server).deploy(request) }
            #expect(error?.summary == "version_conflict: is 4")
            #expect(server.requests.filter { $0.method == "POST" }.count == 1)
        }
    }

    @Test(arguments: [("version", 2, true), ("settings", 1, true), ("none", 1, false)])
    func `an update names the version that counts`(change: String, number: Int, changed: Bool) async throws {
        let body = #"{"id":"1","name":"f","latest_version_number":2,"active_version_number":1,"change":"\#(change)"}"#
        try await withServer(
            routes([
                "PUT /functions/f": json(body),
                "GET /functions/f/versions/\(number)": json(#"{"id":"v","version":\#(number)}"#),
            ])
        ) { server in
            let result = try await makeAPIClient(server).update(function: "f", settings: request.settings, ifVersion: 1)
            #expect(result.changed == changed)
            #expect(result.version.number == number)
            let text = try #require(server.requests.first { $0.method == "PUT" }?.text)
            #expect(text.contains(#""if_version":1"#) && text.contains(#""resources":{"#))
        }
    }
}
