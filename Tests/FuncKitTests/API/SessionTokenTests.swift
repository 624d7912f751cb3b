import Foundation
import TestSupport
import Testing

@testable import FuncKit

@Suite struct SessionTokenTests {
    private let folder: TemporaryFolder
    private let store: CredentialStore
    private let now = Date(timeIntervalSince1970: 1_772_366_400)

    init() throws {
        folder = try TemporaryFolder()
        store = CredentialStore(BaseDirectories(environment: [:], home: folder.path))
    }

    private func session(_ server: AuthServer, origin: String? = nil) throws -> SessionToken {
        let now = now
        return SessionToken(
            context: "prod",
            origin: origin ?? server.url,
            store: store,
            client: AuthClient(endpoint: server.url + "/", http: try makeClient()),
            now: { now }
        )
    }

    /// Keeps a login whose access token ends in so many seconds.
    private func logIn(_ server: AuthServer, endsIn seconds: TimeInterval) throws {
        let tokens = server.session()
        let credential = StoredCredential(
            kind: .oauth,
            origin: server.url,
            accessToken: tokens.access,
            refreshToken: tokens.refresh,
            expiresAt: now.addingTimeInterval(seconds),
            user: ServerUser(email: "ada@example.com")
        )
        try store.write(credential, for: "prod")
    }

    private func service(_ server: AuthServer) throws -> FunctionAPIClient {
        FunctionAPIClient(endpoint: server.url, tokens: try session(server), http: try makeClient())
    }

    @Test func `a token that lasts is sent as it is`() async throws {
        try await AuthServer.with { server in
            try logIn(server, endsIn: 61)
            #expect(try await session(server).token() == "s3cret-access-1")
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `a token about to end is renewed first, and the new tokens are kept`() async throws {
        try await AuthServer.with { server in
            try logIn(server, endsIn: 59)
            _ = try await service(server).functions(allProjects: false)
            #expect(server.requests.map(\.path) == ["/auth/refresh", "/api/v1/workspaces/default/functions/"])
            let kept = try #require(try store.read("prod"))
            #expect(kept.accessToken == "s3cret-access-2")
            #expect(kept.refreshToken == "s3cret-refresh-2")
            #expect(kept.expiresAt == now.addingTimeInterval(900))
            #expect(kept.user?.email == "ada@example.com")
            #expect(kept.origin == server.url)
        }
    }

    @Test func `parallel commands end with one refresh`() async throws {
        try await AuthServer.with { server in
            try logIn(server, endsIn: -10)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    // Each with a client and a file lock of its own, as processes have.
                    let service = try service(server)
                    group.addTask { _ = try await service.functions(allProjects: false) }
                }
                try await group.waitForAll()
            }
            #expect(server.refreshes == 1)
            #expect(server.reuses == 0)
        }
    }

    @Test func `a refusal before the time is met with one renewal and one more attempt, whatever the method`()
        async throws
    {
        try await AuthServer.with { server in
            try logIn(server, endsIn: 800)
            server.expireAccess()
            // The scripted server knows no such route; it is the 404 behind the 401 that counts.
            await #expect(throws: FuncError.self) { try await service(server).createProject("p") }
            #expect(server.requests.map(\.method) == ["POST", "POST", "POST"])
            #expect(server.requests.map { $0.path.hasPrefix("/auth/refresh") } == [false, true, false])
            #expect(server.requests[0].body == server.requests[2].body)
            #expect(server.requests[2].headers["authorization"] == "Bearer s3cret-access-2")
        }
    }

    @Test func `a token that another process renewed is taken`() async throws {
        try await AuthServer.with { server in
            try logIn(server, endsIn: 800)
            let session = try session(server)
            let first = try await session.token()
            try logIn(server, endsIn: 900)
            #expect(try await session.token(after: first ?? "") == "s3cret-access-2")
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `a login that has ended says what to do`() async throws {
        try await AuthServer.with { server in
            try logIn(server, endsIn: -10)
            var credential = try #require(try store.read("prod"))
            credential.refreshToken = "stolen"
            try store.write(credential, for: "prod")
            let error = await #expect(throws: FuncError.self) {
                try await service(server).functions(allProjects: false)
            }
            #expect(error?.summary == "unauthenticated: the login of context 'prod' has ended")
            #expect(error?.hint == "run 'hks-func login -c prod'")
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a bare token that is refused is not tried twice`() async throws {
        try await AuthServer.with { server in
            try store.write(StoredCredential(kind: .token, origin: server.url, accessToken: "old"), for: "prod")
            let error = await #expect(throws: FuncError.self) {
                try await service(server).functions(allProjects: false)
            }
            #expect(error?.code == .unauthenticated)
            #expect(error?.hint?.contains("hks-func login") == true)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a login is never sent to another server`() async throws {
        try await AuthServer.with { server in
            try logIn(server, endsIn: 800)
            let error = await #expect(throws: FuncError.self) {
                try await session(server, origin: "https://other.example.com").token()
            }
            #expect(error?.code == .unauthenticated)
            #expect(error?.message.contains("not for 'https://other.example.com'") == true)
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `nobody logged in is an error, not an anonymous call`() async throws {
        try await AuthServer.with { server in
            let error = await #expect(throws: FuncError.self) { try await session(server).token() }
            #expect(error?.code == .unauthenticated)
        }
    }

    @Test func `an exchanged API key is exchanged again`() async throws {
        try await AuthServer.with { server in
            let credential = StoredCredential(
                kind: .apiKey,
                origin: server.url,
                accessToken: "ended",
                apiKey: AuthServer.apiKey,
                expiresAt: now
            )
            try store.write(credential, for: "prod")
            #expect(try await session(server).token() == "s3cret-access-1")
            #expect(try store.read("prod")?.apiKey == AuthServer.apiKey)
            #expect(server.requests.map(\.path) == ["/auth/token"])
        }
    }

    @Test func `a command that is interrupted during a renewal keeps the new tokens`() async throws {
        let isRefreshing = MutexBox(false)
        let mayAnswer = DispatchSemaphore(value: 0)
        var options = AuthServer.Options()
        options.beforeRefresh = {
            isRefreshing.mutate { $0 = true }
            mayAnswer.wait()
        }
        try await AuthServer.with(options) { server in
            try logIn(server, endsIn: -10)
            let session = try session(server)
            let command = Task { try await session.token() }
            try await eventually("the refresh began") { isRefreshing.current }
            command.cancel()
            mayAnswer.signal()
            _ = await command.result
            #expect(try store.read("prod")?.refreshToken == "s3cret-refresh-2")
        }
    }

    @Test func `an unencrypted server gets no token`() async throws {
        let service = FunctionAPIClient(
            endpoint: "http://functions.example.com",
            tokens: FixedToken("s3cret"),
            http: try makeClient()
        )
        let error = await #expect(throws: FuncError.self) { try await service.functions(allProjects: false) }
        #expect(error?.code == .configInvalid)
        #expect(error?.message.contains("not encrypted") == true)
    }

    @Test func `a token file that another program renews is read again`() async throws {
        let path = try folder.write("one\n", to: "token")
        let source = FileToken(path: path)
        #expect(try await source.token(after: "one") == nil)
        try folder.write("two\n", to: "token")
        #expect(try await source.token(after: "one") == "two")
    }
}
