import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncKit

@Suite struct FunctionAPIClientTests {
    @Test(arguments: [
        (FixedToken("t") as any TokenSource, "run 'hks-func login'; 'hks-func context show' tells which token is sent"),
        (FixedToken("t", refusalHint: "log in there"), "log in there"),
        (VariableToken("T", in: ["T": "t"]), "the token comes from the variable T: set it to a valid one"),
    ])
    func `a refused token leads to the way to a valid one`(tokens: any TokenSource, hint: String) async throws {
        let refuse = json(#"{"error":"invalid or expired token"}"#, status: 401)
        try await withServer(routes(["GET /functions/": refuse, "GET /functions/f/logs": refuse])) { server in
            let client = FunctionAPIClient(
                endpoint: server.url,
                workspace: "ws 1",
                tokens: tokens,
                http: try makeClient(),
                timing: .immediate()
            )
            let error = await #expect(throws: FuncError.self) { try await client.functions(allProjects: false) }
            #expect(error?.summary == "unauthenticated: could not list functions: invalid or expired token")
            #expect(error?.hint == hint)
            let followed = await #expect(throws: FuncError.self) {
                for try await _ in client.followLogs(of: "f", query: LogQuery()) {}
            }
            #expect(followed?.hint == hint)
        }
    }

    @Test func `collections are called with their slash, the project and the token`() async throws {
        try await withServer(
            routes(["GET /functions/": json(#"{"functions":[{"id":"2","name":"b"},{"id":"1","name":"a"}]}"#)])
        ) {
            server in
            let functions = try await makeAPIClient(server, project: "team a").functions(allProjects: true)
            #expect(functions.map(\.name) == ["a", "b"])
            let request = try #require(server.requests.first { $0.path.hasSuffix("/functions/") })
            #expect(request.target == "/api/v1/workspaces/ws%201/functions/?project_id=team%20a&all_projects=true")
            #expect(request.headers["authorization"] == "Bearer t0ken")
            #expect(request.headers["accept"] == "application/json")
        }
    }

    @Test func `without a token no credentials are sent`() async throws {
        try await withServer(routes(["GET /functions/": json(#"{"functions":[]}"#)])) { server in
            _ = try await makeAPIClient(server, token: nil).functions(allProjects: false)
            #expect(server.requests.first?.headers["authorization"] == nil)
        }
    }

    @Test(arguments: [
        (#"{"functions":null}"#, 0), (#"{"functions":[]}"#, 0), (#"[{"id":"1","name":"a"}]"#, 1),
        (
            #"{"functions":[{"id":"1","name":"a","created_at":"0001-01-01T00:00:00Z","labels":null,"new":{}}],"total":1}"#,
            1
        ),
    ])
    func `lists are read in every shape`(body: String, count: Int) async throws {
        try await withServer(routes(["GET /functions/": json(body)])) { server in
            let functions = try await makeAPIClient(server).functions(allProjects: false)
            #expect(functions.count == count)
            #expect(functions.allSatisfy { $0.createdAt == nil })
        }
    }

    @Test(arguments: ["<html>sign in</html>", "", #"{"other":[]}"#, #"{"functions":[{"id":7}]}"#, "nonsense"])
    func `an answer that is no list is an error, never an empty list`(body: String) async throws {
        try await withServer(routes(["GET /functions/": json(body)])) { server in
            let error = await #expect(throws: FuncError.self) {
                try await makeAPIClient(server).functions(allProjects: false)
            }
            #expect(error?.code == .protocolError)
            #expect(error?.requestID == "id-1")
        }
    }

    @Test(arguments: [
        ("hello", "hello"), ("a/b", "a%2Fb"), ("..", "%2E%2E"), ("a?b#c", "a%3Fb%23c"), ("é", "%C3%A9"), ("%", "%25"),
    ])
    func `ids are opaque`(id: String, encoded: String) async throws {
        try await withServer(routes(["GET /functions/\(encoded)": json(#"{"id":"1","name":"x"}"#)])) { server in
            let function = try await makeAPIClient(server).function(id)
            #expect(function.name == "x")
            #expect(server.requests.first?.target.hasPrefix("/api/v1/workspaces/ws%201/functions/\(encoded)?") == true)
        }
    }

    @Test func `capabilities are asked for once`() async throws {
        let table = ["GET /functions/provider/capabilities": json(#"{"name":"p","supports_log_streaming":true}"#)]
        try await withServer(routes(table)) { server in
            let client = try makeAPIClient(server)
            for _ in 0..<3 {
                let capabilities = try await client.capabilities()
                #expect(capabilities.supportsLogStreaming)
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func `projects are read page by page`() async throws {
        try await withServer(
            routes([
                "GET /projects/": { exchange in
                    let page = Int(exchange.request.query["page"] ?? "") ?? 1
                    let names = page == 1 ? ["a", "b"] : ["c"]
                    let items = names.map { #"{"id":"\#($0)","name":"\#($0)"}"# }.joined(separator: ",")
                    try exchange.respond(json: #"{"projects":[\#(items)],"total":3,"page":\#(page),"page_size":2}"#)
                }
            ])
        ) { server in
            let projects = try await makeAPIClient(server).projects()
            #expect(projects.map(\.name) == ["a", "b", "c"])
            #expect(server.requests.count == 2)
        }
    }

    @Test func `a server that ignores pages does not keep us for ever`() async throws {
        let table = ["GET /projects/": json(#"{"projects":[{"id":"a","name":"a"}],"total":5}"#)]
        try await withServer(routes(table)) { server in
            let projects = try await makeAPIClient(server).projects()
            #expect(projects.map(\.name) == ["a"])
        }
    }

    @Test func `deleting twice because an answer was lost is a success`() async throws {
        let count = Counter()
        try await withServer(
            routes([
                "DELETE /functions/f": { exchange in
                    if count.next() == 1 { return exchange.connection.reset() }
                    try exchange.respond(json: #"{"error":"gone","code":"function_not_found"}"#, status: 404)
                }
            ])
        ) { server in
            try await makeAPIClient(server).deleteFunction("f")
            #expect(count.value == 2)
        }
    }

    @Test func `deleting what is not there is an error`() async throws {
        try await withServer(routes(["DELETE /functions/f": json(#"{"error":"no such function"}"#, status: 404)])) {
            server in
            let error = await #expect(throws: FuncError.self) { try await makeAPIClient(server).deleteFunction("f") }
            #expect(error?.summary == "function_not_found: could not delete function 'f': no such function")
        }
    }

    @Test func `versions, activation, rollback and traffic speak the wire`() async throws {
        try await withServer(
            routes([
                "GET /functions/f/versions": json(#"{"versions":[{"id":"a","version":1},{"id":"b","version":2}]}"#),
                "GET /functions/f/versions/2": json(#"{"id":"b","version":2}"#),
                "PUT /functions/f/versions/next/active": json(#"{"message":"ok"}"#),
                "POST /functions/f/rollback": json(#"{"message":"ok","from":3,"to":2,"changed":true}"#),
                "PUT /functions/f/traffic": json(#"{"routes":[{"version":2,"percent":100}]}"#),
            ])
        ) { server in
            let client = try makeAPIClient(server)
            #expect(try await client.versions(of: "f").map(\.number) == [2, 1])
            #expect(try await client.version(VersionSelector("v2"), of: "f").id == "b")
            try await client.activate(.named("next"), of: "f")
            let result = try await client.rollback(
                function: "f",
                to: .number(2),
                message: "oops",
                dryRun: false
            )
            #expect(result == RollbackResult(from: 3, to: 2, changed: true))
            #expect(server.requests.last?.text == #"{"dry_run":false,"message":"oops","version":"2"}"#)
            let traffic = Traffic(routes: [TrafficRoute(version: 2, percent: 100)])
            #expect(try await client.setTraffic(traffic, of: "f") == traffic)
            let count = server.requests.count
            await #expect(throws: FuncError.self) {
                try await client.setTraffic(Traffic(routes: [TrafficRoute(version: 2, percent: 99)]), of: "f")
            }
            #expect(server.requests.count == count)
        }
    }

    @Test func `invoking sends bytes as base64 and is never repeated`() async throws {
        let count = Counter()
        try await withServer(
            routes([
                "POST /functions/f/invoke": { exchange in
                    if count.next() == 1 {
                        let answer =
                            #"{"status_code":418,"headers":{"a":["b"]},"body":"AP8=","duration":1500000,"invocation_id":"i"}"#
                        return try exchange.respond(json: answer)
                    }
                    exchange.connection.reset()
                },
                "POST /functions/f/invoke-async": json(#"{"invocation_id":"inv-1"}"#, status: 202),
            ])
        ) { server in
            let client = try makeAPIClient(server)
            let request = InvokeRequest(path: "/x", query: ["a": ["1", "2"]], body: Data([0, 255]))
            let response = try await client.invoke(function: "f", request: request)
            #expect(response.statusCode == 418)
            #expect(response.body == Data([0, 255]))
            #expect(response.durationMilliseconds == 1.5)
            #expect(
                server.requests.last?.text
                    == #"{"body":"AP8=","headers":{},"method":"POST","path":"/x","query":{"a":["1","2"]}}"#
            )
            await #expect(throws: FuncError.self) { try await client.invoke(function: "f", request: request) }
            #expect(count.value == 2)
            #expect(try await client.invokeAsync(function: "f", request: request) == "inv-1")
        }
    }
}
