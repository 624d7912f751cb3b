import Foundation
import FuncKit
import TestSupport
import Testing

@Suite struct ContextsTests {
    private let folder: TemporaryFolder
    private let directories: BaseDirectories
    private var contexts: Contexts

    init() throws {
        folder = try TemporaryFolder()
        directories = BaseDirectories(environment: [:], home: folder.path)
        contexts = Contexts(config: ConfigFile(path: directories.configFile))
        try contexts.add(
            ConnectionContext(
                name: "work",
                endpoint: "https://api.example.com",
                workspace: "ws",
                project: "team",
                token: .environment("WORK_TOKEN")
            )
        )
    }

    private func target(_ environment: [String: String] = [:], flags: [String: String] = [:]) throws -> ConnectionTarget
    {
        let settings = Settings(flags: flags, environment: environment, config: contexts.config)
        return try contexts.target(settings, environment: environment)
    }

    @Test func `local is always there and is the default`() throws {
        #expect(contexts.all.map(\.name) == ["local", "work"])
        #expect(
            try target()
                == ConnectionTarget(
                    context: "local",
                    server: .local,
                    workspace: "default",
                    project: "default",
                    token: nil
                )
        )
    }

    @Test mutating func `a context in use gives server, workspace, project and token`() throws {
        try contexts.use("work")
        let expected = ConnectionTarget(
            context: "work",
            server: .endpoint("https://api.example.com"),
            workspace: "ws",
            project: "team",
            token: .environment("WORK_TOKEN")
        )
        #expect(try target() == expected)
        try contexts.config.save()
        contexts = Contexts(config: try ConfigFile.load(directories))
        #expect(try target() == expected)
    }

    @Test func `a token never goes to a server it was not given for`() throws {
        let work = ["HKS_FUNC_CONTEXT": "work"]
        #expect(try target(work).token == .environment("WORK_TOKEN"))
        // The address comes from elsewhere than the context.
        #expect(try target(work, flags: ["endpoint": "https://other.example.com"]).token == nil)
        #expect(try target(work.merging(["HKS_API_ENDPOINT": "https://o.example.com"]) { $1 }).token == nil)
        // The local platform has a token of its own.
        #expect(try target(["HKS_API_TOKEN": "t"]).token == nil)
        #expect(try target(work.merging(["HKS_API_TOKEN": "t"]) { $1 }).token == .environment("HKS_API_TOKEN"))
        let both = ["HKS_API_TOKEN": "t", "HKS_FUNC_TOKEN": "u", "HKS_API_ENDPOINT": "https://o.example.com"]
        let target = try target(both)
        #expect(target.token == .environment("HKS_FUNC_TOKEN"))
        #expect(target.server == .endpoint("https://o.example.com"))
    }

    @Test mutating func `removing the context in use goes back to local`() throws {
        try contexts.use("work")
        try contexts.remove("work")
        #expect(contexts.all.map(\.name) == ["local"])
        #expect(try target().context == "local")
    }

    @Test mutating func `changing replaces all of a context`() throws {
        let changed = ConnectionContext(name: "work", endpoint: "https://b.example.com", token: .file("/t"))
        #expect(throws: FuncError.self) { try contexts.add(changed) }
        try contexts.add(changed, replacing: true)
        #expect(try contexts.named("work") == changed)
    }

    @Test(arguments: [
        ("local", "https://x.example.com", "invalid_argument"),
        ("Bad Name", "https://x.example.com", "invalid_argument"),
        ("ok", "x.example.com", "config_invalid"), ("ok", nil, "invalid_argument"),
        ("work", "https://x.example.com", "already_exists"),
    ])
    func `bad contexts are refused`(name: String, endpoint: String?, code: String) {
        var copy = contexts
        let error = #expect(throws: FuncError.self) { try copy.add(ConnectionContext(name: name, endpoint: endpoint)) }
        #expect(error?.code.rawValue == code)
    }

    @Test func `an unknown context names the nearest`() {
        let error = #expect(throws: FuncError.self) { try contexts.named("wrok") }
        #expect(error?.code == .contextNotFound)
        #expect(error?.hint == "did you mean 'work'?")
        #expect(throws: FuncError.self) { try target(flags: ["context": "nowhere"]) }
        var copy = contexts
        #expect(throws: FuncError.self) { try copy.remove("local") }
    }

    @Test mutating func `what a context says is kept in full`() throws {
        var full = ConnectionContext(
            name: "full",
            endpoint: "https://b.example.com",
            workspace: "ws-1",
            project: "p-1",
            token: .file("/t"),
            organization: "org-1",
            sourceEncoding: "base64"
        )
        (full.organizationName, full.workspaceName, full.projectName) = ("acme", "main", "shop")
        try contexts.add(full)
        try contexts.config.save()
        contexts = Contexts(config: try ConfigFile.load(directories))
        #expect(try contexts.named("full") == full)
        #expect(try target(flags: ["context": "full"]).sourceEncoding == "base64")
        #expect(try target(["HKS_FUNC_SOURCE_ENCODING": "raw"], flags: ["context": "full"]).sourceEncoding == "raw")
        #expect(try target().sourceEncoding == nil)
        full.sourceEncoding = "rot13"
        let error = #expect(throws: FuncError.self) { try contexts.add(full, replacing: true) }
        #expect(error?.code == .configInvalid)
    }

    @Test mutating func `a password in an address is refused and not shown`() {
        let context = ConnectionContext(name: "far", endpoint: "https://me:hunter2@example.com")
        let error = #expect(throws: FuncError.self) { try contexts.add(context) }
        #expect(error?.code == .configInvalid)
        #expect(error?.message.contains("'https://example.com'") == true)
        #expect(error?.message.contains("hunter2") == false)
    }

    @Test mutating func `a context is given a token and loses it`() throws {
        try contexts.setToken(.file("/t"), for: "work")
        #expect(try contexts.named("work").token == .file("/t"))
        try contexts.setToken(nil, for: "work")
        #expect(try contexts.named("work").token == nil)
        #expect(throws: FuncError.self) { try contexts.setToken(nil, for: "local") }
        #expect(throws: FuncError.self) { try contexts.setToken(nil, for: "nowhere") }
    }

    @Test func `only a server elsewhere is named to people`() throws {
        #expect(try target().place == nil)
        #expect(try target(flags: ["context": "work"]).place == "context 'work' (https://api.example.com)")
    }

    @Test func `a token variable that is not set is an error, not an anonymous call`() async throws {
        let token = try await VariableToken("WORK_TOKEN", in: ["WORK_TOKEN": "t"]).token()
        #expect(token == "t")
        let error = await #expect(throws: FuncError.self) { try await VariableToken("WORK_TOKEN", in: [:]).token() }
        #expect(error?.code == .unauthenticated)
        #expect(error?.hint == "set it to a bearer token: export WORK_TOKEN=…")
    }
}
