import Foundation
import FuncKit
import TestSupport
import Testing

@testable import hks_func

@Suite struct ContextCommandTests {
    @Test func `names are looked up with a token, and shown`() async throws {
        try await LoginWorld.with { login in
            let added = await login.run(
                "context",
                "add",
                "shop",
                "--endpoint",
                login.server.url,
                "--organization",
                "acme",
                "--workspace",
                "main",
                "--project",
                "shop",
                "--source-encoding",
                "base64",
                "--token-stdin",
                "-o",
                "json",
                input: AuthServer.token
            )
            #expect(added.status == 0, "\(added.error)")
            try Golden.expect(login.stable(added.output), "piped/context-add-shop--o-json")
            for form in [[], ["-o", "json"]] {
                let shown = await login.world.run(["context", "show", "-c", "shop"] + form)
                try Golden.expect(
                    login.stable(shown.output),
                    "piped/" + (["context", "show"] + form).joined(separator: "-")
                )
                let listed = await login.world.run(["context", "list"] + form)
                try Golden.expect(
                    login.stable(listed.output),
                    "piped/" + (["context", "list"] + form).joined(separator: "-")
                )
            }
            #expect(await login.run("context", "list", "-o", "name").output == "local\nprod\nshop\n")
            let explained = await login.run("config", "explain", "sourceEncoding", "-o", "json")
            #expect(try explained.json().count == 0)
            login.world.environment["HKS_FUNC_CONTEXT"] = "shop"
            login.world.environment["HKS_FUNC_SOURCE_ENCODING"] = "raw"
            let rows = try await login.run("config", "explain", "sourceEncoding", "-o", "json").json()
            #expect(rows[0]?["source"]?.string == "environment variable HKS_FUNC_SOURCE_ENCODING")
            #expect(rows[0]?["wins"]?.bool == true)
            #expect(rows[1]?["source"]?.string == "context shop")
            #expect(rows[1]?["value"]?.string == "base64")
        }
    }

    @Test func `names are looked up at login where the server wants to know who asks`() async throws {
        try await LoginWorld.with { login in
            let added = await login.run(
                "context",
                "add",
                "late",
                "--endpoint",
                login.server.url,
                "--workspace",
                "lab"
            )
            #expect(added.status == 0, "\(added.error)")
            #expect(added.error.contains("'hks-func login -c late'"))
            #expect(await login.run("login", "-c", "late", "--token-stdin", input: AuthServer.token).status == 0)
            let shown = try await login.run("context", "show", "-c", "late", "-o", "json").json()
            #expect(shown["workspace"]?.string == "ws-2")
            #expect(shown["workspace_name"]?.string == "lab")
            #expect(shown["login"]?.string == "token")
            #expect(shown["user"]?["email"]?.string == "ada@example.com")
        }
    }

    @Test func `an unknown name shows what there is, and adds nothing`() async throws {
        try await LoginWorld.with { login in
            let run = await login.run(
                "context",
                "add",
                "bad",
                "--endpoint",
                login.server.url,
                "--workspace",
                "nope",
                "--token-stdin",
                input: AuthServer.token
            )
            #expect(run.status == 5)
            #expect(run.error.contains("| acme/lab (ws-2)"))
            #expect(await login.run("context", "show", "-c", "bad").status == 5)
            #expect(login.kept("bad") == nil)
            let ambiguous = await login.run(
                "context",
                "add",
                "bad",
                "--endpoint",
                login.server.url,
                "--workspace",
                "main",
                "--token-stdin",
                input: AuthServer.token
            )
            #expect(ambiguous.status == 6)
        }
    }

    @Test func `offline asks nobody`() async throws {
        try await LoginWorld.with { login in
            let run = await login.run(
                "context",
                "add",
                "far",
                "--endpoint",
                "https://127.0.0.1:1",
                "--workspace",
                "w",
                "--offline"
            )
            #expect(run.status == 0, "\(run.error)")
            #expect(login.server.requests.isEmpty)
        }
    }

    @Test func `a server that is away is told with the way around`() async throws {
        try await LoginWorld.with { login in
            let closed = try ListeningSocket.freePort()
            let run = await login.run(
                "context",
                "add",
                "far",
                "--endpoint",
                "http://127.0.0.1:\(closed)",
                "--workspace",
                "w"
            )
            #expect(run.status == 9)
            #expect(run.error.contains("--offline"))
        }
    }

    @Test func `changing a context keeps the login for the same server only`() async throws {
        try await LoginWorld.with { login in
            _ = await login.run("login", "--token-stdin", input: AuthServer.token)
            let same = await login.run(
                "context",
                "add",
                "prod",
                "--endpoint",
                login.server.url + "/",
                "--workspace",
                "lab",
                "--force"
            )
            #expect(same.status == 0, "\(same.error)")
            #expect(login.kept() != nil)
            let shown = try await login.run("context", "show", "-o", "json").json()
            #expect(shown["workspace"]?.string == "ws-2")
            #expect(shown["login"]?.string == "token")
            let other = await login.run("context", "add", "prod", "--endpoint", "https://b.example.com", "--force")
            #expect(other.status == 0)
            #expect(login.kept() == nil)
            #expect(try await login.run("context", "show", "-o", "json").json()["login"]?.string == "none")
        }
    }

    @Test func `a login is not used for an address that somebody edited in`() async throws {
        try await LoginWorld.with { login in
            _ = await login.run("login", "--token-stdin", input: AuthServer.token)
            var config = try ConfigFile.load(login.directories)
            config.set("https://evil.example.com", at: ["contexts", "prod", "endpoint"])
            try config.save()
            #expect(try await login.run("context", "show", "-o", "json").json()["login"]?.string == "none")
            #expect(await login.run("whoami").status == 4)
        }
    }

    @Test func `removing a context removes its login`() async throws {
        try await LoginWorld.with { login in
            _ = await login.run("login", "--token-stdin", input: AuthServer.token)
            #expect(await login.run("context", "remove", "prod").status == 2)
            #expect(login.kept() != nil)
            let run = await login.run("context", "remove", "prod", "--yes", "-o", "json")
            let document = try run.json()
            #expect(document["change"]?.string == "removed")
            #expect(login.kept() == nil)
        }
    }

    @Test func `show tells what would be sent`() async throws {
        try await LoginWorld.with { login in
            let local = await login.run("context", "show", "-c", "local")
            #expect(local.output.contains("owner of this machine's platform"))
            #expect(await login.run("context", "show").output.contains("nobody; run 'hks-func login -c prod'"))
            login.world.environment["HKS_API_TOKEN"] = "s3cret"
            let variable = await login.run("context", "show")
            #expect(variable.output.contains("token from the variable HKS_API_TOKEN"))
            #expect(!variable.output.contains("s3cret"))
            // Names are those of the ids in the context, not of what a flag puts in their place.
            let other = try await login.run("context", "show", "-n", "blog", "-o", "json").json()
            #expect(other["project"]?.string == "blog")
        }
    }
}

@Suite struct WhoamiCommandTests {
    @Test(arguments: [[], ["-o", "json"]])
    func `the server says who it is`(form: [String]) async throws {
        try await LoginWorld.with { login in
            _ = await login.run("login", "--token-stdin", input: AuthServer.token)
            let run = await login.world.run(["whoami"] + form)
            #expect(run.status == 0, "\(run.error)")
            try Golden.expect(login.stable(run.output), "piped/" + (["whoami"] + form).joined(separator: "-"))
        }
    }

    @Test func `without a login the local platform's user is its owner`() async throws {
        try await LoginWorld.with { login in
            let run = await login.run("whoami", "-c", "local", "-o", "json")
            #expect(run.status == 0, "\(run.error)")
            try Golden.expect(run.output, "piped/whoami--c-local--o-json")
        }
    }

    @Test func `without a login elsewhere it says how to get one`() async throws {
        try await LoginWorld.with { login in
            let run = await login.run("whoami", "-o", "json")
            #expect(run.status == 4)
            let code = try run.errorCode()
            #expect(code == "unauthenticated")
            #expect(run.error.contains("hks-func login -c prod"))
        }
    }

    @Test func `what the login said counts where the server does not tell`() async throws {
        var options = AuthServer.Options()
        options.hasIdentity = false
        try await LoginWorld.with(options) { login in
            _ = await login.type(["c0de"], "login", "--provider", "github", "--paste", "--no-browser")
            let run = try await login.run("whoami", "-o", "json").json()
            #expect(run["user"]?["email"]?.string == "ada@example.com")
            #expect(run["verified"]?.bool == false)
        }
    }
}
