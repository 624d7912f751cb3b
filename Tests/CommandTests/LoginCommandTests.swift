import Foundation
import FuncKit
import FuncPlatform
import TestSupport
import Testing

@testable import hks_func

@Suite struct LoginCommandTests {
    @Test(arguments: [[], ["-o", "json"], ["-o", "name"]])
    func `a token is verified and kept`(form: [String]) async throws {
        try await LoginWorld.with { login in
            var world = login.world
            world.input = Data("\(AuthServer.token)\n".utf8)
            let run = await world.run(["login", "--token-stdin"] + form)
            #expect(run.status == 0, "\(run.error)")
            try Golden.expect(
                login.stable(run.output),
                "piped/" + (["login", "--token-stdin"] + form).joined(separator: "-")
            )
            let kept = try #require(login.kept())
            #expect(kept.accessToken == AuthServer.token)
            #expect(kept.origin == login.server.url)
        }
    }

    @Test func `a token that the server refuses is not kept`() async throws {
        try await LoginWorld.with { login in
            let run = await login.run("login", "--token-stdin", input: "wr0ng.t0ken")
            #expect(run.status == 4)
            #expect(run.error.hasPrefix("Error: the server refuses the token\n"))
            #expect(login.kept() == nil)
        }
    }

    @Test(arguments: [nil, 500])
    func `a token that cannot be verified is kept, and said to be unverified`(failure: Int?) async throws {
        var options = AuthServer.Options()
        (options.hasIdentity, options.identityFailure) = (failure != nil, failure)
        try await LoginWorld.with(options) { login in
            let run = await login.run("login", "--token-stdin", input: AuthServer.token)
            #expect(run.status == 0)
            #expect(run.output.contains("(not verified)"))
            #expect(run.error.contains("Warning: "))
            #expect(login.kept()?.accessToken == AuthServer.token)
        }
    }

    @Test func `a token file is read, and '-' is standard input`() async throws {
        try await LoginWorld.with { login in
            try login.folder.write(AuthServer.token + "\n", to: "token.txt")
            #expect(await login.run("login", "--token-file", "token.txt").status == 0)
            #expect(await login.run("login", "--token-file", "-", input: AuthServer.token).status == 0)
            #expect(await login.run("login", "--token-file", "missing").status == 1)
            #expect(await login.run("login", "--token-file", "-").status == 2)
        }
    }

    @Test func `an API key is exchanged for a token`() async throws {
        try await LoginWorld.with { login in
            let run = await login.run("login", "--api-key-stdin", "-o", "json", input: AuthServer.apiKey)
            #expect(run.status == 0, "\(run.error)")
            let document = try run.json()
            #expect(document["renewable"]?.bool == true)
            #expect(login.kept()?.accessToken == "s3cret-access-1")
            #expect(await login.run("whoami").status == 0)
            let wrong = await login.run("login", "--api-key-stdin", input: "wr0ng")
            #expect(wrong.status == 4)
            #expect(wrong.error.contains("refuses the API key"))
        }
    }

    @Test func `an API key is sent as it is where it cannot be exchanged`() async throws {
        var options = AuthServer.Options()
        (options.exchangesKeys, options.hasIdentity) = (false, false)
        try await LoginWorld.with(options) { login in
            let run = await login.run("login", "--api-key-stdin", input: AuthServer.apiKey)
            #expect(run.status == 0, "\(run.error)")
            #expect(run.error.contains("the key itself is sent"))
            #expect(login.kept()?.accessToken == AuthServer.apiKey)
        }
    }

    @Test func `a sign-in through the browser needs no terminal`() async throws {
        try await LoginWorld.with { login in
            let run = await signIn(login, "login", "--provider", "github", "-o", "json")
            #expect(run.status == 0, "\(run.error)")
            let document = try run.json()
            #expect(document["method"]?.string == "oauth")
            #expect(document["user"]?["email"]?.string == "ada@example.com")
            #expect(run.error.contains("/sign-in?state="))
            #expect(login.kept()?.refreshToken == "s3cret-refresh-2")
        }
    }

    /// Runs a login, and is the browser.
    private func signIn(_ login: LoginWorld, _ arguments: String...) async -> CommandRun {
        let world = login.world
        async let run = world.run(arguments)
        do {
            let begun = try await eventually("the sign-in begins") {
                login.server.requests.last { $0.path.hasPrefix("/auth/login/") }
            }
            let body = try JSONDecoder().decode([String: String].self, from: Data(begun.body))
            let state = "st4te-\(login.server.requests.count { $0.path.hasPrefix("/auth/login/") })%3D%3D"
            let callback = try #require(body["redirect_url"])
            _ = try await AuthServer.visit("\(callback)?code=c0de&state=\(state)")
        } catch {
            Issue.record(error)
        }
        return await run
    }

    @Test func `a sign-in on the server's own page is pasted`() async throws {
        var options = AuthServer.Options()
        options.honoursRedirect = false
        try await LoginWorld.with(options) { login in
            let json = [#"{"#, #"  "access_token": "s3cret-access-9","#, #"  "expires_in": 900"#, "}"]
            let pasted = await login.type(["github"] + json, "login", "--no-browser")
            #expect(pasted.status == 0, "\(pasted.error)")
            #expect(login.kept()?.accessToken == "s3cret-access-9")
            let code = await login.type(["c0de"], "login", "--provider", "github", "--paste")
            #expect(code.status == 0, "\(code.error)")
            #expect(login.kept()?.user?.email == "ada@example.com")
            // Nobody is there to paste.
            let piped = await login.run("login", "--provider", "github")
            #expect(piped.status == 2)
            #expect(piped.error.contains("--token-stdin"))
            #expect(await login.run("login").status == 2)
        }
    }

    @Test(arguments: [
        (["DISPLAY": ":0"], [], 1), (["WAYLAND_DISPLAY": "w"], [], 1), ([:], [], 0),
        (["DISPLAY": ":0", "CI": "true"], [], 0),
        (["DISPLAY": ":0"], ["--no-browser"], 0),
    ])
    func `a browser is opened where somebody sits before a screen`(
        environment: [String: String],
        flags: [String],
        count: Int
    ) async throws {
        var options = AuthServer.Options()
        options.honoursRedirect = false
        try await LoginWorld.with(options) { login in
            let opened = MutexBox<[String]>([])
            login.world.environment = environment.merging(["XDG_CONFIG_HOME": login.folder.path(".config")]) { $1 }
            login.world.openBrowser = { address in opened.mutate { $0.append(address) } }
            var world = login.world
            world.terminal = TerminalInfo(inputIsTerminal: true, outputIsTerminal: true, errorIsTerminal: true)
            world.answers = ["c0de"]
            let run = await world.run(["login", "--provider", "github"] + flags)
            // Without questions nothing can be pasted, and nothing is opened.
            #expect(run.status == (environment["CI"] == nil ? 0 : 2), "\(run.error)")
            #expect(opened.current.count == count)
        }
    }

    @Test func `too many sessions are explained`() async throws {
        var options = AuthServer.Options()
        options.isFull = true
        try await LoginWorld.with(options) { login in
            let run = await login.type(["c0de"], "login", "--provider", "github", "--paste", "--no-browser")
            #expect(run.status == 6)
            #expect(run.error.contains("3 at most"))
        }
    }

    @Test func `a new sign-in ends the session before it`() async throws {
        try await LoginWorld.with { login in
            for _ in 0..<2 {
                let run = await login.type(["c0de"], "login", "--provider", "github", "--paste", "--no-browser")
                #expect(run.status == 0, "\(run.error)")
            }
            #expect(login.server.loggedOut == ["s3cret-refresh-2"])
        }
    }

    @Test func `no credential goes to an unencrypted server`() async throws {
        try await LoginWorld.with { login in
            _ = await login.run("context", "add", "plain", "--endpoint", "http://functions.example.com")
            for flags in [["--token-stdin"], ["--api-key-stdin"], ["--provider", "github"]] {
                var world = login.world
                world.input = Data("s3cret.t0ken".utf8)
                let run = await world.run(["login", "-c", "plain"] + flags)
                #expect(run.status == 3)
                #expect(run.error.contains("not encrypted"))
            }
            let add = await login.run(
                "context",
                "add",
                "p2",
                "--endpoint",
                "http://functions.example.com",
                "--token-stdin",
                input: "s3cret"
            )
            #expect(add.status == 3)
            #expect(await login.run("context", "show", "-c", "p2").status == 5)
        }
    }

    @Test func `a login belongs to the context's own server`() async throws {
        try await LoginWorld.with { login in
            login.world.environment["HKS_API_ENDPOINT"] = "https://other.example.com"
            let run = await login.run("login", "--token-stdin", input: AuthServer.token)
            #expect(run.status == 3)
            #expect(run.error.contains("names another server than that of context 'prod'"))
        }
    }

    @Test(arguments: [
        ["login", "--token-stdin", "--api-key-stdin"], ["login", "--token-stdin", "--provider", "github"],
        ["login", "--token-file", "x", "--paste"], ["logout", "--all", "-c", "prod"],
    ])
    func `flags that exclude each other end with 2`(arguments: [String]) async throws {
        #expect(await CommandWorld().run(arguments).status == 2)
    }
}

@Suite struct LogoutCommandTests {
    private func logIn(_ login: LoginWorld) async {
        let run = await login.type(["c0de"], "login", "--provider", "github", "--paste", "--no-browser")
        #expect(run.status == 0, "\(run.error)")
    }

    @Test func `the session ends on the server and here`() async throws {
        try await LoginWorld.with { login in
            await logIn(login)
            let run = await login.run("logout", "-o", "json")
            #expect(run.status == 0, "\(run.error)")
            try Golden.expect(run.output, "piped/logout--o-json")
            #expect(login.server.loggedOut == ["s3cret-refresh-2"])
            #expect(login.kept() == nil)
            let contexts = Contexts(config: try ConfigFile.load(login.directories))
            #expect(try contexts.named("prod").token == nil)
            let again = await login.run("logout")
            #expect(again.status == 0)
            #expect(again.error == "nobody is logged in to context 'prod'\n")
            #expect(await login.run("whoami").status == 4)
        }
    }

    @Test func `a login that has run out is renewed to be ended`() async throws {
        var options = AuthServer.Options()
        options.lifetime = 30
        try await LoginWorld.with(options) { login in
            await logIn(login)
            login.server.expireAccess()
            #expect(await login.run("logout").status == 0)
            #expect(login.server.loggedOut == ["s3cret-refresh-3"])
        }
    }

    @Test func `the tokens go even where the server is away`() async throws {
        try await LoginWorld.with { login in
            await logIn(login)
            var credential = try #require(login.kept())
            credential.refreshToken = "stolen"
            try login.store.write(credential, for: "prod")
            login.server.expireAccess()
            let run = await login.run("logout", "--all")
            #expect(run.status == 0)
            #expect(run.error.contains("the server was not told to end the session of context 'prod'"))
            #expect(run.output == "✓ logged out of context 'prod'\n")
            #expect(login.kept() == nil)
        }
    }

    @Test func `a token that was handed over is only forgotten`() async throws {
        try await LoginWorld.with { login in
            _ = await login.run("login", "--token-stdin", input: AuthServer.token)
            #expect(await login.run("logout").status == 0)
            #expect(login.server.loggedOut.isEmpty)
        }
    }

    @Test func `resetting the local platform ends the login to it`() async throws {
        let folder = try TemporaryFolder("reset")
        var world = CommandWorld(workingFolder: folder.path)
        let directories = BaseDirectories(environment: [:], home: folder.path)
        world.platform = ResettablePlatform(dataFolder: directories.platform)
        let store = CredentialStore(directories)
        let mine = CredentialStore.localOrigin(dataFolder: directories.platform)
        for (origin, stays) in [(mine, false), (CredentialStore.localOrigin(dataFolder: "/elsewhere"), true)] {
            try store.write(StoredCredential(kind: .oauth, origin: origin, accessToken: "a"), for: "local")
            #expect(await world.run("platform", "reset", "--yes").status == 0)
            #expect(try (store.read("local") != nil) == stays)
        }
    }
}

/// A platform that only has a folder.
private struct ResettablePlatform: PlatformControl {
    let dataFolder: String

    func status(_ options: PlatformOptions) async throws -> PlatformStatus {
        PlatformStatus(state: .stopped, dataFolder: dataFolder)
    }
    func start(_ options: PlatformOptions) async throws -> PlatformStatus { try await status(options) }
    func stop(_ options: PlatformOptions) async throws -> Bool { false }
    func reset(_ options: PlatformOptions) async throws -> String { dataFolder }
    func serve(_ options: PlatformOptions, debug: DebugRequest?, onReady: @escaping @Sendable (PlatformStatus) -> Void)
        async throws
    {}
}
