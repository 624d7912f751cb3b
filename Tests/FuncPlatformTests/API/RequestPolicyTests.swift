import Foundation
import FuncKit
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import FuncPlatform

/// What every route does besides its own work: limits and repeated requests.
@Suite struct RequestPolicyTests {
    private let fixture: ControlFixture

    init() throws {
        fixture = try ControlFixture()
    }

    private func send(
        _ client: any TestClientProtocol,
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String? = nil,
        key: String? = nil
    ) async throws -> TestResponse {
        var headers: HTTPFields = [.authorization: "Bearer secret"]
        headers[.idempotencyKey] = key
        return try await client.execute(
            uri: "/api/v1/workspaces/default" + path,
            method: method,
            headers: headers,
            body: body.map { ByteBuffer(string: $0) }
        )
    }

    // MARK: Limits

    @Test func `a limit passes a burst, then one at a time`() async throws {
        let time = Mutex(Duration.zero)
        let limiter = RateLimiter(limits: try RateLimits(parsing: "logs=2/m")) { time.withLock { $0 } }
        try await fixture.createHello()
        try await fixture.application(limiter: limiter).test(.router) { client in
            let first = try await send(client, .get, "/functions/hello/logs")
            #expect(first.status == .ok)
            #expect(first.headers[.rateLimit] == "2")
            #expect(first.headers[.rateRemaining] == "1")
            #expect(first.headers[.rateReset] == "30")
            #expect(try await send(client, .get, "/functions/hello/logs").status == .ok)
            let refused = try await send(client, .get, "/functions/hello/logs")
            #expect(refused.status == .tooManyRequests)
            #expect(refused.headers[.retryAfter] == "30")
            #expect(refused.headers[.rateLimit] == "2")
            #expect(refused.headers[.rateRemaining] == "0")
            #expect(refused.headers[.rateReset] == "60")
            #expect(String(buffer: refused.body).contains(#""code":"rate_limited""#))
            // Others are counted on their own.
            #expect(try await send(client, .get, "/functions/hello").status == .ok)
            time.withLock { $0 += .seconds(30) }
            #expect(try await send(client, .get, "/functions/hello/logs").status == .ok)
            #expect(try await send(client, .get, "/functions/hello/logs").status == .tooManyRequests)
        }
    }

    @Test func `calls of a function are counted together, whatever it is called by`() async throws {
        let auth = try AuthFixture()
        try await auth.control.createHello()
        let id = try await auth.control.store.function(ControlFixture.hello).id
        let limiter = RateLimiter(limits: try RateLimits(parsing: "invokes=3/h"))
        let application = auth.control.application(authenticator: auth.control.auth.authenticator, limiter: limiter)
        try await application.test(.router) { client in
            let session = APISession(client: client, token: nil)
            let caller = session.with(try await session.signIn(role: "developer").access)
            var statuses: [Int] = []
            for path in ["hello/invoke", "\(id)/invoke", "\(id)/invoke?project_id=x", "\(id)/invoke?project_id=y"] {
                let answer = try await caller.send(.post, "/api/v1/workspaces/default/functions/\(path)", "{}")
                statuses.append(answer.status)
            }
            #expect(statuses == [200, 200, 200, 429])
        }
        try await auth.control.stop()
    }

    @Test(arguments: ["x=1/m", "logs", "logs=0/m", "logs=-1/m", "logs=1/y", "logs=1/m/m", "logs=a/m"])
    func `limits that cannot be read are refused`(text: String) {
        #expect(throws: FuncError.self) { try RateLimits(parsing: text) }
    }

    @Test func `limits count what they say they count`() {
        func category(_ method: String, _ access: Access) -> RateLimits.Category? {
            RateLimits.Category(APIOperation(method: method, path: "/x", access: access))
        }
        #expect(category("POST", .permission(.invoke, .function)) == .invokes)
        #expect(category("GET", .permission(.readLogs, .function)) == .logs)
        #expect(category("POST", .permission(.changeFunctions, .projectInBody)) == .creates)
        #expect(category("PUT", .permission(.changeFunctions, .function)) == nil)
    }

    // MARK: Repeated requests

    @Test func `a repeated request is carried out once`() async throws {
        let body = try await body("v1")
        try await fixture.application().test(.router) { client in
            let first = try await send(client, .post, "/functions/", body, key: "k1")
            #expect(first.status == .created)
            let again = try await send(client, .post, "/functions/", body, key: "k1")
            #expect(again.status == .created)
            #expect(again.headers[.idempotentReplayed] == "true")
            #expect(again.body == first.body)
            #expect(try await send(client, .post, "/functions/", body, key: "k2").status == .conflict)
        }
        try await fixture.settled()
        #expect(try await fixture.store.versions(of: ControlFixture.hello).count == 1)
    }

    @Test func `a key belongs to one request`() async throws {
        let (body, other) = (try await body("v1"), try await self.body("v2"))
        try await fixture.application().test(.router) { client in
            _ = try await send(client, .post, "/functions/", body, key: "k1")
            let refused = try await send(client, .post, "/functions/", other, key: "k1")
            #expect(refused.status == .unprocessableContent)
            #expect(String(buffer: refused.body).contains("idempotency_key_reused"))
        }
        try await fixture.settled()
    }

    @Test func `a key whose request is being answered says when to come back`() async throws {
        try await fixture.createHello()
        let meanwhile = Mutex<TestResponse?>(nil)
        try await fixture.application().test(.router) { client in
            fixture.invoker.during {
                let again = try await send(client, .post, "/functions/hello/invoke", "{}", key: "k")
                meanwhile.withLock { $0 = again }
            }
            let first = try await send(client, .post, "/functions/hello/invoke", "{}", key: "k")
            #expect(first.status == .ok)
        }
        let again = try #require(meanwhile.withLock { $0 })
        #expect(again.status == .conflict)
        #expect(again.headers[.retryAfter] == "1")
        #expect(String(buffer: again.body).contains("is being answered"))
    }

    @Test func `a key is forgotten after its lifetime`() async throws {
        let now = Mutex(Date(timeIntervalSince1970: 1_000_000))
        let store = ReplyStore(registry: fixture.registry) { now.withLock { $0 } }
        let reply = ReplyStore.Reply(status: 201, contentType: "application/json", body: Data("{}".utf8))
        try await store.keep(reply, to: "k", of: "me", fingerprint: "f")
        #expect(try await store.reply(to: "k", of: "me", fingerprint: "f") == reply)
        #expect(try await store.reply(to: "k", of: "you", fingerprint: "f") == nil)
        now.withLock { $0 += ReplyStore.lifetime + 1 }
        #expect(try await store.reply(to: "k", of: "me", fingerprint: "f") == nil)
        #expect(try await store.reply(to: "k", of: "me", fingerprint: "other") == nil)
    }

    @Test(arguments: ["", String(repeating: "k", count: 256), "two words"])
    func `a malformed key is refused`(key: String) async throws {
        try await fixture.application().test(.router) { client in
            let answer = try await send(client, .post, "/functions/", "{}", key: key)
            #expect(answer.status == .badRequest)
        }
    }

    // MARK: Entity tags

    @Test func `a change that expects another state is refused`() async throws {
        try await fixture.createHello()
        let path = "/api/v1/workspaces/default/functions/hello"
        try await fixture.application().test(.router) { client in
            func send(_ method: HTTPRequest.Method, _ headers: HTTPFields, _ body: String? = nil) async throws
                -> TestResponse
            {
                var headers = headers
                headers[.authorization] = "Bearer secret"
                return try await client.execute(
                    uri: path,
                    method: method,
                    headers: headers,
                    body: body.map { ByteBuffer(string: $0) }
                )
            }
            let tag = try #require(try await send(.get, [:]).headers[.eTag])
            #expect(try await send(.get, [.ifNoneMatch: tag]).status == .notModified)
            #expect(try await send(.get, [.ifNoneMatch: "\"other\", W/\(tag)"]).status == .notModified)
            let change = #"{"description":"new"}"#
            #expect(try await send(.put, [.ifMatch: "\"0\""], change).status == .preconditionFailed)
            #expect(try await send(.put, [.ifMatch: "W/\(tag)"], change).status == .preconditionFailed)
            #expect(try await send(.put, [.ifMatch: "0"], change).status == .badRequest)
            #expect(try await send(.put, [.ifMatch: "\"0\", \(tag)"], change).status == .ok)
            #expect(try await send(.delete, [.ifMatch: tag]).status == .preconditionFailed)
            #expect(try await send(.get, [.ifNoneMatch: tag]).status == .ok)
            #expect(try await send(.delete, [.ifMatch: "*"]).status == .noContent)
        }
    }

    private func body(_ text: String) async throws -> String {
        let digest = try await fixture.upload(text)
        return #"{"name":"hello","runtime":"python3.11","handler":"main.handler","source_digest":"\#(digest)"}"#
    }
}
