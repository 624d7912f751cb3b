import Foundation
import FuncKit
import NIOHTTP1
import TestSupport
import Testing

@testable import FuncPlatform

/// Functions that are not public.
@Suite struct GatewayAuthTests {
    private func with(
        _ triggers: [HTTPTrigger],
        _ authenticator: FakeAuthenticator = FakeAuthenticator(),
        _ body: (GatewayFixture) async throws -> Void
    ) async throws {
        try await GatewayFixture.with(GatewayFixture.Settings(authenticator: authenticator)) { gateway in
            gateway.table.replace(gateway.route(triggers: triggers))
            try await body(gateway)
        }
    }

    @Test(
        arguments: [
            (.public, [], 200), (.public, ["Authorization: Bearer wrong"], 200),
            (.token, [], 401), (.token, ["Authorization: Bearer owner"], 200),
            (.token, ["Authorization: bEaReR owner"], 200), (.token, ["authorization:Bearer   developer  "], 200),
            (.token, ["Authorization: Bearer wrong"], 401), (.token, ["Authorization: Bearer "], 401),
            (.token, ["Authorization: Bearer"], 401), (.token, ["Authorization: Basic owner"], 401),
            (.token, ["Authorization: owner"], 401), (.token, ["Authorization: Bearer owner owner"], 401),
            (.token, ["Authorization: Bearer viewer"], 403), (.token, ["Authorization: Bearer elsewhere"], 403),
            (.token, ["Authorization: Bearer invoker"], 200), (.token, ["X-API-Key: good"], 200),
            (.token, ["X-API-Key: bad"], 401), (.token, ["X-API-Key: owner"], 401),
            (.token, ["Authorization: Bearer owner", "X-API-Key: bad"], 200),
            (.token, ["Authorization: Bearer wrong", "X-API-Key: good"], 401),
            (.token, ["Authorization: Bearer a.b.c"], 200), (.token, ["Authorization: Bearer flood"], 429),
            (.token, ["Authorization: Bearer broken"], 503),
            (.token, ["Authorization: Bearer owner", "Authorization: Bearer owner"], 400),
            (.token, ["X-API-Key: good", "X-API-Key: good"], 400),
            (.token, ["Authorization: Bearer " + String(repeating: "x", count: 20_000)], 401),
            (.token, ["Authorization: Bearer own\u{80}er"], 401), (.token, ["X-Authorization: Bearer owner"], 401),
            (.jwt, [], 401), (.jwt, ["Authorization: Bearer a.b.c"], 200),
            (.jwt, ["Authorization: Bearer idp.jwt.x"], 200), (.jwt, ["Authorization: Bearer owner"], 401),
            (.jwt, ["X-API-Key: good"], 401), (.jwt, ["Authorization: Bearer x.y.z"], 401),
        ] as [(HTTPTriggerAuth, [String], Int)]
    )
    func `credentials decide`(auth: HTTPTriggerAuth, headers: [String], status: Int) async throws {
        try await with([HTTPTrigger(path: "/x", auth: auth)]) { gateway in
            for (path, host) in [
                ("/x/y", "default.localhost"), ("/", "hello.default.localhost"), ("/", "next-hello.default.localhost"),
                ("/fn/default/hello/", "127.0.0.1"),
            ] {
                let answer = try await gateway.get(path, host: host, headers: headers)
                #expect(answer.status == status, "\(host)\(path)")
                #expect(answer.contains("www-authenticate: Bearer") == (status == 401))
                #expect(status == 200 || answer.errorCode != nil)
                #expect(!answer.contains("secret"))
            }
            #expect(gateway.function.requests.isEmpty == (status != 200))
        }
    }

    @Test func `a function that is public asks nobody`() async throws {
        let authenticator = FakeAuthenticator()
        try await with([HTTPTrigger(path: "/x")], authenticator) { gateway in
            let answer = try await gateway.get(headers: ["Authorization: Bearer owner", "X-API-Key: good"])
            #expect(answer.contains("authorization: Bearer owner\n"))
            #expect(answer.contains("x-api-key: good\n"))
            #expect(authenticator.asked.isEmpty)
        }
    }

    @Test func `the function learns who calls, from the gateway alone`() async throws {
        let smuggled = [
            "X-HKS-Auth-Subject: admin", "x_hks_auth_subject: admin", "X-Hks_Auth-Subject: admin",
            "Connection: x-hks-auth-subject",
        ]
        try await with([HTTPTrigger(auth: .token)]) { gateway in
            let answer = try await gateway.get(
                headers: ["Authorization: Bearer developer", "X-API-Key: other"] + smuggled
            )
            #expect(answer.contains("x-hks-auth-subject: user-1\n"))
            #expect(!answer.contains("admin"))
            // The credential is the platform's: a function that echoes its request must not give it away.
            #expect(!answer.contains("authorization"))
            #expect(!answer.contains("x-api-key"))
        }
        try await with([HTTPTrigger(auth: .jwt)]) { gateway in
            let answer = try await gateway.get(headers: ["Authorization: Bearer idp.jwt.x"] + smuggled)
            #expect(answer.contains("x-hks-auth-subject: sub-idp.jwt.x\n"))
            #expect(answer.contains("authorization: Bearer idp.jwt.x\n"))
            #expect(!answer.contains("admin"))
        }
        try await with([]) { gateway in
            let answer = try await gateway.get(headers: smuggled)
            #expect(!answer.contains("admin"))
        }
    }

    @Test func `a subject cannot begin a header field of its own`() async throws {
        try await with([HTTPTrigger(auth: .token)]) { gateway in
            let answer = try await gateway.get(headers: ["Authorization: Bearer evil"])
            #expect(answer.contains("x-hks-auth-subject: x%0d%0aX-Evil:%201%20%c3%a9%25\n"))
        }
    }

    @Test func `each path has its own word, the own addresses the strictest`() async throws {
        let triggers = [
            HTTPTrigger(path: "/open"), HTTPTrigger(path: "/open/closed", auth: .token),
            HTTPTrigger(path: "/mixed", methods: ["GET"]), HTTPTrigger(path: "/mixed", methods: ["POST"], auth: .jwt),
        ]
        try await with(triggers) { gateway in
            for (path, host, status) in [
                ("/open/x", "default.localhost", 200), ("/open/closed/x", "default.localhost", 401),
                ("/mixed", "default.localhost", 200), ("/", "hello.default.localhost", 401),
            ] {
                let answer = try await gateway.get(path, host: host)
                #expect(answer.status == status, "\(path)")
            }
            // Other spellings of a path that is closed.
            for path in [
                "/open/%63losed", "/open//closed", "/open/./closed", "/open/x/../closed", "/open/closed;x",
                "/open;/closed",
                "/open/x\\..\\closed",
            ] {
                let answer = try await gateway.get(path, host: "default.localhost")
                #expect(answer.status != 200, "\(path)")
            }
        }
        var disabled = HTTPTrigger(path: "/x", auth: .token)
        disabled.isEnabled = false
        try await with([disabled]) { gateway in
            let answer = try await gateway.get()
            #expect(answer.status == 401)
        }
    }

    @Test func `a body waits until it is known who sends it`() async throws {
        try await with([HTTPTrigger(auth: .token)]) { gateway in
            let request = """
                POST / HTTP/1.1\r
                Host: hello.default.localhost\r
                Authorization: Bearer developer\r
                Connection: close\r
                Content-Length: 5\r
                \r
                hello
                """
            let answer = try await RawConnection.exchange(port: gateway.port, request)
            #expect(answer.hasSuffix("\nhello"))
            let refused = request.replacing("developer", with: "wrong")
            let refusal = try await RawConnection.exchange(port: gateway.port, refused)
            #expect(refusal.status == 401)
        }
    }

    @Test func `nobody is known to a gateway that was given nobody to ask`() async throws {
        try await GatewayFixture.with { gateway in
            gateway.table.replace(gateway.route(triggers: [HTTPTrigger(auth: .token)]))
            let answer = try await gateway.get(headers: ["Authorization: Bearer owner"])
            #expect(answer.status == 401)
        }
    }

    // MARK: - Memory

    private func demand(_ token: String, _ auth: HTTPTriggerAuth = .token) throws -> CallerDemand {
        let head = HTTPRequestHead(
            version: .http1_1,
            method: .GET,
            uri: "/",
            headers: ["host": "a", "authorization": "Bearer \(token)"]
        )
        let route = FunctionRoute(
            functionID: "id-hello",
            name: "hello",
            projectID: "id-default",
            project: "default",
            timeoutSeconds: 1,
            shares: [],
            tags: [:]
        )
        return CallerDemand(try IncomingRequest(head), auth: auth, route: route, client: "127.0.0.1")
    }

    private func succeeds(_ result: Result<AdmittedCaller, GatewayFailure>?) -> Bool? {
        result.map { if case .success = $0 { true } else { false } }
    }

    @Test func `a good credential is remembered for half a minute, a bad one is not`() async throws {
        let clock = MutexBox(Date(timeIntervalSince1970: 1_000))
        let authenticator = FakeAuthenticator()
        let callers = CallerAuthenticator(authenticator: authenticator, now: { clock.current })
        let good = try demand("developer")
        #expect(callers.known(good) == nil)
        #expect(succeeds(await callers.decide(good)) == true)
        #expect(succeeds(callers.known(good)) == true)
        #expect(callers.known(try demand("developer", .jwt)) == nil)
        authenticator.revoke("developer")
        clock.mutate { $0 += 29 }
        #expect(succeeds(callers.known(good)) == true)
        clock.mutate { $0 += 1 }
        #expect(callers.known(good) == nil)
        #expect(succeeds(await callers.decide(good)) == false)
        #expect(callers.known(good) == nil)
        #expect(succeeds(await callers.decide(try demand("wrong"))) == false)
        #expect(callers.known(try demand("wrong")) == nil)
        #expect(authenticator.asked == ["developer", "developer", "wrong"])
    }

    @Test func `no credential is remembered past its end`() async throws {
        let clock = MutexBox(Date(timeIntervalSince1970: 1_000))
        let callers = CallerAuthenticator(
            authenticator: FakeAuthenticator(expiry: Date(timeIntervalSince1970: 1_005)),
            now: { clock.current }
        )
        for demand in [try demand("developer"), try demand("a.b.c", .jwt)] {
            clock.mutate { $0 = Date(timeIntervalSince1970: 1_000) }
            _ = await callers.decide(demand)
            #expect(succeeds(callers.known(demand)) == true)
            clock.mutate { $0 += 5 }
            #expect(callers.known(demand) == nil)
        }
    }

    @Test func `many credentials push old ones out`() async throws {
        let callers = CallerAuthenticator(authenticator: AnyToken())
        for number in 0..<1_100 { _ = await callers.decide(try demand("t\(number)")) }
        #expect(callers.known(try demand("t0")) == nil)
        #expect(succeeds(callers.known(try demand("t1099"))) == true)
    }

    private struct AnyToken: Authenticating {
        func principal(for credential: Credential, client: String?) async throws -> Principal { .owner }
    }

    @Test func `only what looks like a JWT counts as one`() async throws {
        #expect(try await AnyToken().subject(ofJWT: "a.b.c", client: nil).subject == "local")
        for token in ["abc", "a.b", "a..c", "a.b.c.d"] {
            await #expect(throws: FuncError.self) { try await AnyToken().subject(ofJWT: token, client: nil) }
        }
    }
}
