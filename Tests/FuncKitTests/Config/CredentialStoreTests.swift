import Foundation
import TestSupport
import Testing

@testable import FuncKit

@Suite struct CredentialStoreTests {
    private let folder: TemporaryFolder
    private let store: CredentialStore
    private let tokens: String

    init() throws {
        folder = try TemporaryFolder()
        let directories = BaseDirectories(environment: [:], home: folder.path)
        store = CredentialStore(directories)
        tokens = directories.tokens
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    private let credential = StoredCredential(
        kind: .oauth,
        origin: "https://api.example.com",
        accessToken: "s3cret-access",
        refreshToken: "s3cret-refresh",
        expiresAt: WireDate.parse("2026-03-01T12:00:00Z"),
        user: ServerUser(id: "u-1", email: "ada@example.com")
    )

    @Test func `a login is kept whole, for its owner only`() throws {
        // Somebody made the folder by hand.
        try FileManager.default.createDirectory(atPath: tokens, withIntermediateDirectories: true)
        chmod(tokens, 0o755)
        #expect(try store.read("prod") == nil)
        try store.write(credential, for: "prod")
        #expect(try store.read("prod") == credential)
        #expect(try mode(store.path(for: "prod")) == 0o600)
        #expect(try mode(tokens) == 0o700)
        #expect(try store.remove("prod"))
        #expect(try !store.remove("prod"))
        #expect(try store.read("prod") == nil)
    }

    @Test func `the bare token of older versions is read`() throws {
        try PrivateFile.write(Data(" t0ken\n".utf8), to: store.path(for: "old"))
        let old = try store.read("old")
        #expect(old?.accessToken == "t0ken")
        #expect(old?.kind == .token)
        #expect(old?.origin == nil)
    }

    @Test(arguments: ["", "{", #"{"kind":"oauth","access_token":"s3cret"#, "two s3cret words", #"{"s3cret":1}"#])
    func `a damaged file is named, and not quoted`(text: String) throws {
        try PrivateFile.write(Data(text.utf8), to: store.path(for: "prod"))
        let error = #expect(throws: FuncError.self) { try store.read("prod") }
        #expect(error?.code == .configInvalid)
        #expect(error?.hint == "run 'hks-func login -c prod'")
        #expect(!"\(String(describing: error))".contains("s3cret"))
    }

    @Test func `no form of text shows a token`() throws {
        var dumped = ""
        dump(credential, to: &dumped)
        for text in ["\(credential)", String(reflecting: credential), dumped] {
            #expect(!text.contains("s3cret"))
            #expect(text.contains("ada@example.com"))
        }
    }

    @Test(arguments: ["", "  \n", "two words", "line\nbreak", "é"])
    func `what is no token is refused`(text: String) {
        let error = #expect(throws: FuncError.self) { try StoredCredential(kind: .token, origin: nil, text: text) }
        #expect(error?.code == .invalidArgument)
    }

    @Test func `a JSON Web Token says when it ends and whose it is`() throws {
        let payload = Base64URL.encode(Data(#"{"sub":"u-1","email":"ada@example.com","exp":1772366400}"#.utf8))
        let credential = try StoredCredential(kind: .token, origin: nil, text: "e30.\(payload).c2ln")
        #expect(credential.expiresAt == WireDate.parse("2026-03-01T12:00:00Z"))
        #expect(credential.user == ServerUser(id: "u-1", email: "ada@example.com"))
        for other in ["e30..c2ln", "e30.!!.c2ln", "a.b", "e30.\(Base64URL.encode(Data("[]".utf8))).c2ln"] {
            #expect(try StoredCredential(kind: .token, origin: nil, text: other).user == nil)
        }
    }

    @Test func `only one task at a time changes logins`() async throws {
        let inside = MutexBox((now: 0, most: 0, all: 0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await store.exclusively {
                        inside.mutate { $0 = ($0.now + 1, max($0.most, $0.now + 1), $0.all + 1) }
                        for _ in 0..<20 { await Task.yield() }
                        inside.mutate { $0.now -= 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(inside.current.most == 1)
        #expect(inside.current.all == 8)
    }

    @Test func `the lock is free again after a failure`() async throws {
        struct Failure: Error {}
        await #expect(throws: Failure.self) { try await store.exclusively { throw Failure() } }
        #expect(try await store.exclusively { true })
    }
}

@Suite struct ServerOriginTests {
    @Test(arguments: [
        ("https://API.example.com/base/", "https://api.example.com"),
        ("https://api.example.com:443", "https://api.example.com"),
        ("http://127.0.0.1:8787/", "http://127.0.0.1:8787"), ("HTTP://localhost:80", "http://localhost"),
    ])
    func `an origin is scheme, host and port`(address: String, origin: String) throws {
        #expect(try ServerOrigin(address).description == origin)
    }

    @Test(arguments: [
        "https://api.example.com", "http://127.0.0.1:1", "http://127.8.9.10", "http://localhost:8787",
        "http://api.localhost", "http://[::1]:80",
    ])
    func `credentials go to encrypted servers and to this machine`(address: String) throws {
        try ServerOrigin(address).requirePrivacy()
    }

    @Test(arguments: [
        "http://api.example.com", "http://10.0.0.1", "http://127.0.0.1.example.com", "http://localhost.example.com",
        "http://notlocalhost", "http://[::2]", "http://0.0.0.0",
    ])
    func `credentials go nowhere else`(address: String) throws {
        let error = #expect(throws: FuncError.self) { try ServerOrigin(address).requirePrivacy() }
        #expect(error?.code == .configInvalid)
        #expect(error?.message.contains("is not encrypted") == true)
        #expect(error?.hint?.contains("https") == true)
    }

    @Test(arguments: ["", "api.example.com", "ftp://x", "https://"])
    func `what is no address has no origin`(address: String) {
        #expect(throws: FuncError.self) { try ServerOrigin(address) }
    }
}
