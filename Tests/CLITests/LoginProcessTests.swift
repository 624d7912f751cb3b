import Foundation
import FuncKit
import TestSupport
import Testing

/// Logins as several processes use them.
@Suite struct LoginProcessTests {
    private func addContext(_ fixture: CommandLineFixture, _ server: AuthServer) async throws -> CredentialStore {
        let added = try await fixture.run("context", "add", "prod", "--endpoint", server.url)
        #expect(added.status == 0, "\(added.error)")
        #expect(try await fixture.run("context", "use", "prod").status == 0)
        return CredentialStore(
            BaseDirectories(environment: fixture.environment, home: fixture.environment["HOME"] ?? "/nowhere")
        )
    }

    @Test func `processes that start together renew a login once`() async throws {
        try await CommandLineFixture.with { fixture in
            try await AuthServer.with { server in
                let store = try await addContext(fixture, server)
                let login = try await fixture.run("login", "--token-stdin", input: AuthServer.token)
                #expect(login.status == 0, "\(login.error)")
                let tokens = server.session()
                try store.write(
                    StoredCredential(
                        kind: .oauth,
                        origin: server.url,
                        accessToken: tokens.access,
                        refreshToken: tokens.refresh,
                        expiresAt: Date(timeIntervalSinceNow: -10)
                    ),
                    for: "prod"
                )
                var programs: [StartedProgram] = []
                for _ in 0..<4 { programs.append(try await fixture.start("list", "-o", "json")) }
                for program in programs {
                    let run = try await program.end()
                    #expect(run.status == 0, "\(run.error)")
                    #expect(run.output == "[\n\n]\n")
                }
                #expect(server.refreshes == 1)
                #expect(server.reuses == 0)
                #expect(try store.read("prod")?.refreshToken == "s3cret-refresh-2")
            }
        }
    }

    /// Starts a login and gives the port that it listens on.
    private func signIn(_ fixture: CommandLineFixture, _ server: AuthServer) async throws -> (StartedProgram, String) {
        let program = try await fixture.start("login", "--provider", "github", "-o", "json")
        let redirect = try await eventually("the page is shown") { () -> String? in
            guard program.standardError.contains("/sign-in?state="),
                let body = server.requests.last(where: { $0.path.hasPrefix("/auth/login/") })?.body
            else { return nil }
            return try JSONDecoder().decode([String: String].self, from: Data(body))["redirect_url"]
        }
        return (program, redirect)
    }

    @Test func `a browser ends the login of a process`() async throws {
        try await CommandLineFixture.with { fixture in
            try await AuthServer.with { server in
                let store = try await addContext(fixture, server)
                let (program, redirect) = try await signIn(fixture, server)
                #expect(try await AuthServer.visit("\(redirect)?code=c0de&state=guess") == 400)
                #expect(try await AuthServer.visit("\(redirect)?code=c0de&state=st4te-1%3D%3D") == 200)
                let run = try await program.end()
                #expect(run.status == 0, "\(run.error)")
                #expect(try run.json()["method"] as? String == "oauth")
                #expect(!(run.output + run.error).contains("s3cret"))
                #expect(try store.read("prod")?.refreshToken == "s3cret-refresh-2")
                let who = try await fixture.run("whoami", "-o", "name")
                #expect(who.output == "ada@example.com\n")
                #expect(try await fixture.run("logout").status == 0)
                #expect(server.loggedOut == ["s3cret-refresh-2"])
            }
        }
    }

    @Test func `Ctrl-C ends a login that waits, and its port`() async throws {
        try await CommandLineFixture.with { fixture in
            try await AuthServer.with { server in
                let store = try await addContext(fixture, server)
                let (program, redirect) = try await signIn(fixture, server)
                program.signal(SIGINT)
                let run = try await program.end()
                #expect(run.status == 130)
                #expect(run.output == "")
                await #expect(throws: (any Error).self) { try await AuthServer.visit(redirect) }
                #expect(try store.read("prod") == nil)
            }
        }
    }
}
