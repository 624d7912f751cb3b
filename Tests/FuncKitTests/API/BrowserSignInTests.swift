import Foundation
import TestSupport
import Testing

@testable import FuncKit

@Suite struct BrowserSignInTests {
    private func signIn(_ server: AuthServer, provider: String = "github") throws -> BrowserSignIn {
        BrowserSignIn(client: AuthClient(endpoint: server.url, http: try makeClient()), provider: provider)
    }

    /// Where the client asked the server to send the browser.
    private func redirect(_ server: AuthServer) throws -> String {
        let body = try #require(server.requests.last { $0.path.hasPrefix("/auth/login/") }?.body)
        return try #require(try JSONDecoder().decode([String: String].self, from: Data(body))["redirect_url"])
    }

    private func state(of page: String) throws -> String {
        try #require(page.components(separatedBy: "state=").last)
    }

    private func visit(_ address: String) async throws -> HTTPResponse {
        try await makeClient().send(HTTPRequest("GET", address))
    }

    @Test func `a browser that comes back with its code ends the sign-in`() async throws {
        try await AuthServer.with { server in
            let page = MutexBox<HTTPResponse?>(nil)
            let grant = try await withThrowingTaskGroup(of: Void.self) { group in
                let grant = try await signIn(server).throughBrowser { address in
                    let callback = try redirect(server)
                    let state = try state(of: address)
                    group.addTask {
                        let response = try await visit("\(callback)?code=c0de&state=\(PercentEncoding.encode(state))")
                        page.mutate { $0 = response }
                    }
                }
                try await group.waitForAll()
                return grant
            }
            #expect(grant?.accessToken == "s3cret-access-2")
            #expect(grant?.user?.email == "ada@example.com")
            #expect(page.current?.status == 200)
            #expect(
                page.current.map { String(decoding: $0.body, as: UTF8.self) }?.contains("Go on in the terminal") == true
            )
            #expect(page.current?.headers["content-security-policy"] == "default-src 'none'")
        }
    }

    @Test func `other requests to the port change nothing`() async throws {
        try await AuthServer.with { server in
            let seen = MutexBox<[Int]>([])
            let grant = try await withThrowingTaskGroup(of: Void.self) { group in
                let grant = try await signIn(server).throughBrowser { address in
                    let callback = try redirect(server)
                    let state = PercentEncoding.encode(try state(of: address))
                    let port = try #require(URLComponents(string: callback)?.port)
                    group.addTask {
                        // Says nothing, for as long as the others take.
                        let idle = RawHTTP(.tcp(port: UInt16(port)))
                        async let nothing = idle.run([.send("GET /callback?co"), .awaitEnd])
                        for target in [
                            "/callback?code=evil&state=guess", "/callback?error=access_denied&state=guess", "/callback",
                            "/other?code=c0de&state=\(state)", "/favicon.ico", "/callback?state=\(state)",
                        ] {
                            let status = try await visit("http://127.0.0.1:\(port)\(target)").status
                            seen.mutate { $0.append(status) }
                        }
                        let raw = RawHTTP(.tcp(port: UInt16(port)))
                        for text in [
                            "POST /callback?code=c0de&state=\(state) HTTP/1.1\r\n\r\n", "\r\n\r\n", "nonsense\r\n\r\n",
                            "GET /" + String(repeating: "a", count: 20_000),
                        ] {
                            let transcript = try await raw.run([.send(text), .awaitEnd])
                            #expect(!transcript.text.hasPrefix("HTTP/1.1 200"))
                        }
                        _ = try await visit("\(callback)?code=c0de&state=\(state)")
                        _ = try await nothing
                    }
                }
                try await group.waitForAll()
                return grant
            }
            #expect(seen.current == [400, 400, 404, 404, 404, 404])
            #expect(grant != nil)
        }
    }

    @Test func `a user who refuses ends the sign-in`() async throws {
        try await AuthServer.with { server in
            let error = await #expect(throws: FuncError.self) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    _ = try await signIn(server).throughBrowser { address in
                        let callback = try redirect(server)
                        let state = PercentEncoding.encode(try state(of: address))
                        group.addTask {
                            _ = try await visit(
                                "\(callback)?error=access_denied&error_description=not+me&state=\(state)"
                            )
                        }
                    }
                }
            }
            #expect(error?.summary == "forbidden: the sign-in was refused: access_denied: not me")
        }
    }

    @Test func `a server with a page of its own is not waited for`() async throws {
        var options = AuthServer.Options()
        options.honoursRedirect = false
        try await AuthServer.with(options) { server in
            let signIn = try signIn(server)
            let none = try await signIn.throughBrowser { _ in Issue.record("shown") }
            #expect(none == nil)
            let begun = try await signIn.begin()
            // A challenge would need its verifier, which the server's page does not have.
            #expect(server.requests.last?.text == "{}")
            #expect(try await signIn.finish(begun, pasted: " c0de \n").refreshToken == "s3cret-refresh-3")
        }
    }

    @Test func `a browser that does not come back ends with the deadline`() async throws {
        try await AuthServer.with { server in
            let error = await #expect(throws: FuncError.self) {
                try await signIn(server).throughBrowser(within: .milliseconds(50)) { _ in }
            }
            #expect(error?.code == .timedOut)
            #expect(error?.hint?.contains("--paste") == true)
        }
    }

    @Test func `Ctrl-C leaves no port behind`() async throws {
        try await AuthServer.with { server in
            let signIn = try signIn(server)
            let isShown = MutexBox(false)
            let waiting = Task { try await signIn.throughBrowser { _ in isShown.mutate { $0 = true } } }
            try await eventually("the page is shown") { isShown.current }
            let callback = try redirect(server)
            waiting.cancel()
            let result = await waiting.result
            #expect(throws: CancellationError.self) { try result.get() }
            let client = try makeClient { $0.retryPolicy = .never }
            let error = await #expect(throws: FuncError.self) { try await client.send(HTTPRequest("GET", callback)) }
            #expect(error?.code == .unreachable)
        }
    }

    @Test func `too many sessions are explained`() async throws {
        var options = AuthServer.Options()
        options.isFull = true
        try await AuthServer.with(options) { server in
            let signIn = try signIn(server)
            let begun = try await signIn.begin()
            let error = await #expect(throws: FuncError.self) { try await signIn.finish(begun, pasted: "c0de") }
            #expect(error?.code == .conflict)
            #expect(error?.message.contains("3 at most") == true)
            #expect(error?.hint?.contains("hks-func logout") == true)
        }
    }

    @Test(arguments: ["file:///etc/passwd", "javascript:alert(1)", "--help", "https://", "http://x y"])
    func `only web pages are opened`(page: String) async throws {
        var options = AuthServer.Options()
        options.pageURL = page
        try await AuthServer.with(options) { server in
            let error = await #expect(throws: FuncError.self) { try await signIn(server).begin() }
            #expect(error?.code == .protocolError)
        }
    }

    @Test func `an unknown provider is the server's to refuse`() async throws {
        try await AuthServer.with { server in
            let error = await #expect(throws: FuncError.self) { try await signIn(server, provider: "azure").begin() }
            #expect(error?.message.contains("'azure'") == true)
            #expect(error?.message.contains("invalid provider") == true)
        }
    }

    @Test func `a proof key is that of RFC 7636, appendix B, and never the same`() {
        let proof = ProofKey(verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        #expect(proof.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        let verifiers = Set((0..<50).map { _ in ProofKey().verifier })
        #expect(verifiers.count == 50)
        #expect(verifiers.allSatisfy { $0.utf8.count == 43 })
    }
}

@Suite struct PastedAnswerTests {
    @Test(arguments: [
        #"{"access_token":"a","refresh_token":"r","expires_in":900}"#,
        #"{"data":{"access_token":"a","refresh_token":"r","expires_in":900.0}}"#,
        "{\n  \"access_token\": \"a\",\n  \"refresh_token\": \"r\",\n  \"expires_in\": 900\n}\n",
    ])
    func `tokens as the page shows them`(text: String) throws {
        guard case .grant(let grant) = try PastedAnswer(text) else {
            Issue.record("no grant")
            return
        }
        #expect(grant.accessToken == "a")
        #expect(grant.refreshToken == "r")
        #expect(grant.expiresIn == 900)
    }

    @Test(arguments: [
        ("c0de", nil), ("c0de st4te==", "st4te=="), (#"{"code":"c0de","state":"st4te=="}"#, "st4te=="),
        ("code=c0de&state=st4te%3D%3D", "st4te=="),
        ("https://api.example.com/auth/callback/github?code=c0de&state=st4te%3D%3D", "st4te=="),
    ])
    func `a code with or without its state`(text: String, expected: String?) throws {
        guard case .code("c0de", let state) = try PastedAnswer(text) else {
            Issue.record("no code")
            return
        }
        #expect(state == expected)
    }

    @Test(arguments: [
        "", "{", "{}", "one two three", "https://api.example.com/auth/callback/github", #"{"error":"x"}"#,
    ])
    func `anything else is refused`(text: String) {
        let error = #expect(throws: FuncError.self) { try PastedAnswer(text) }
        #expect(error?.code == .invalidArgument)
    }

    @Test func `an answer of another sign-in is refused`() async throws {
        try await AuthServer.with { server in
            let signIn = BrowserSignIn(
                client: AuthClient(endpoint: server.url, http: try makeClient()),
                provider: "github"
            )
            let begun = try await signIn.begin()
            let error = await #expect(throws: FuncError.self) { try await signIn.finish(begun, pasted: "c0de other") }
            #expect(error?.message.contains("another sign-in") == true)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `lines are read until the JSON is whole`() {
        #expect(BrowserSignIn.isIncomplete("{"))
        #expect(BrowserSignIn.isIncomplete("{\n \"a\": 1"))
        #expect(!BrowserSignIn.isIncomplete("{\n \"a\": 1\n}"))
        #expect(!BrowserSignIn.isIncomplete("c0de"))
    }
}
