import Foundation
import Testing

@testable import FuncKit

@Suite struct SecretClientTests {
    private static let secret = #"{"name":"db","project_id":"default","revision":3,"used_by":["hello"]}"#

    @Test func `a value is sent in base64, in the body alone`() async throws {
        try await withServer(routes(["PUT /secrets/db": json(Self.secret)])) { server in
            let secret = try await makeAPIClient(server).setSecret("db", value: Data([0, 255]))
            #expect(secret.revision == 3)
            #expect(secret.usedBy == ["hello"])
            let request = try #require(server.requests.first)
            #expect(String(decoding: request.body, as: UTF8.self) == #"{"value":"AP8="}"#)
            #expect(request.target == "/api/v1/workspaces/ws%201/secrets/db?project_id=default")
        }
    }

    @Test(arguments: [(false, ""), (true, "&force=true")])
    func `a deletion says whether it is forced`(force: Bool, query: String) async throws {
        try await withServer(routes(["DELETE /secrets/db": { try $0.respond(json: "", status: 204) }])) { server in
            try await makeAPIClient(server).deleteSecret("db", force: force)
            #expect(server.requests.first?.target.hasSuffix("/secrets/db?project_id=default\(query)") == true)
        }
    }

    @Test func `the codes of the server arrive, also where a body refers to a secret that is not there`() async throws {
        let answer = #"{"error":"secret 'db' not found in project 'default'","code":"secret_not_found","details":{}}"#
        try await withServer(
            routes(["DELETE /secrets/db": json(answer, status: 404), "GET /functions/x": json(answer, status: 422)])
        ) { server in
            let client = try makeAPIClient(server)
            let missing = await #expect(throws: FuncError.self) { try await client.deleteSecret("db") }
            #expect(missing?.summary == "secret_not_found: secret 'db' not found in project 'default'")
            let refused = await #expect(throws: FuncError.self) { try await client.function("x") }
            #expect(refused?.code == .secretNotFound)
        }
    }

    @Test func `a server without secrets is told from one without that secret`() async throws {
        try await withServer(routes([:])) { server in
            let error = await #expect(throws: FuncError.self) { try await makeAPIClient(server).secrets() }
            #expect(error?.code == .unsupported)
        }
    }
}
