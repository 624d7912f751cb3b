import Foundation
import FuncKit
import TestSupport
import Testing

@testable import hks_func

/// Where variables come from, as commands show it, and that commands agree on it.
@Suite struct EnvironmentCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("variables")
        let manifest = """
            name: hello
            runtime: python
            handler: main.handler
            environment: { GREETING: Hello, LEVEL: "${env:LEVEL:-info}" }
            secrets: [ { env: DB_PASSWORD, secret: db-password }, { file: key.pem, secret: tls-key }, api-key ]
            profiles: { production: { environment: { GREETING: Welcome } } }
            """
        try folder.write(manifest, to: "function.yaml")
        try folder.write("def handler(event, context):\n    return 1\n", to: "main.py")
        try folder.write("DB_PASSWORD=hunter2\nAPI_TOKEN=t0ken\nLEVEL=debug\nGREETING=Hi\n", to: ".env")
        try folder.write("LEVEL=warn\n", to: ".env.production")
        try folder.write("A=1\n", to: ".env.prodution")
        try folder.write("GREETING=Hey\nEXTRA=1\n", to: "extra.env")
    }

    private var world: CommandWorld {
        var world = CommandWorld(service: MemoryService())
        world.workingFolder = folder.path
        world.environment = ["TMPDIR": folder.path, "TLS_KEY": "pem-of-the-shell"]
        return world
    }

    private func stable(_ text: String) -> String {
        text.replacingOccurrences(of: folder.path, with: "/project")
    }

    @Test(arguments: [
        [], ["--profile", "production"], ["--env-file", "extra.env"], ["--show-values", "hello"], ["-o", "json"],
        ["-o", "name"],
    ])
    func `explain --function is as recorded, and shows no secret`(flags: [String]) async throws {
        let run = await world.run(["config", "explain", "--function"] + flags)
        #expect(run.status == 0, "\(run.error)")
        for secret in ["hunter2", "pem-of-the-shell"] { #expect(!(run.output + run.error).contains(secret)) }
        #expect(run.output.contains("t0ken") == flags.contains("--show-values"))
        let name = (["config-explain-function"] + flags).joined(separator: "-")
        try Golden.expect(stable(run.output + run.error), "piped/" + name)
    }

    @Test(arguments: [
        [], ["--profile", "production"], ["--env-file", "extra.env"],
        ["--env-file", "extra.env", "--profile", "production"],
    ])
    func `deploy, validate and explain agree`(flags: [String]) async throws {
        let explained = try await world.run(["config", "explain", "--function", "--show-values", "-o", "json"] + flags)
            .json()
        var variables: [String: String] = [:]
        for index in 0..<(explained["variables"]?.count ?? 0) {
            let variable = explained["variables"]?[index]
            variables[try #require(variable?["name"]?.string)] = variable?["value"]?.string
        }
        #expect(variables.count >= 3)
        let planned = await world.run(["deploy", "--dry-run", "-o", "json"] + flags)
        #expect(planned.status == 0, "\(planned.error)")
        guard case .object(let deployed)? = try planned.json()["environment"] else {
            Issue.record("no environment in \(planned.output)")
            return
        }
        #expect(deployed.mapValues(\.string) == variables)
        let validated = try await world.run(["validate", "-o", "json"] + flags).json()
        #expect(validated["warnings"] == explained["notices"])
    }

    @Test func `what is written for nothing is said by every command that loads the project`() async {
        for command in [
            ["validate"], ["deploy", "--dry-run"], ["build", "--list"], ["config", "explain", "--function"],
        ] {
            let run = await world.run(command)
            #expect(run.error.contains("'.env.prodution' is never read"), "\(command): \(run.error)")
            #expect(run.error.contains("did you mean '.env.production'?"))
            #expect(run.error.contains(".env:4:1: 'GREETING' has no effect"))
        }
    }

    @Test func `another function's name, a file that is not there and flags that do not go together`() async throws {
        let other = await world.run("config", "explain", "--function", "other", "-o", "json")
        #expect(other.status == 5)
        #expect(try other.errorCode() == "function_not_found")
        let missing = await world.run("validate", "--env-file", "nope.env", "-o", "json")
        #expect(missing.status == 2)
        #expect(missing.error.contains("nope.env"))
        #expect(await world.run("config", "explain", "--show-values").status == 2)
    }

    @Test func `a variable names a file of variables, and the flag goes before it`() async throws {
        var world = world
        world.environment["HKS_FUNC_ENV_FILE"] = "extra.env"
        #expect(await world.run("config", "explain", "--function").output.contains("--env-file extra.env:1:1"))
        try folder.write("GREETING=Ho\n", to: "other.env")
        let run = await world.run("config", "explain", "--function", "--env-file", "other.env")
        #expect(run.output.contains("--env-file other.env:1:1"))
        #expect(!run.output.contains("extra.env"))
    }
}
