import ArgumentParser
import Foundation
import FuncKit
import TestSupport
import Testing

@testable import hks_func

/// What holds for every command that talks to a server.
@Suite struct TargetTests {
    /// Commands that have no server to choose.
    private static let withoutServer: Set<String> = [
        "init", "validate", "schema", "test", "build", "develop", "context list", "context use", "context add",
        "context remove", "config view", "config get", "config set", "config unset", "config explain", "doctor",
        "completion", "explain", "version", "platform start", "platform stop", "platform status", "platform serve",
        "platform reset",
    ]

    private static let leaves = CommandPath.all.filter { $0.type.configuration.subcommands.isEmpty }

    private func options(of path: CommandPath) async throws -> Set<String> {
        let dump = await CommandWorld().run(path.words + ["--experimental-dump-help"])
        let arguments = try dump.json()["command"]?["arguments"]
        var names: Set<String> = []
        for index in 0..<(arguments?.count ?? 0) {
            let spellings = arguments?[index]?["names"]
            for spelling in 0..<(spellings?.count ?? 0) {
                if let name = spellings?[spelling]?["name"]?.string { names.insert(name) }
            }
        }
        return names
    }

    @Test(arguments: leaves)
    func `a command that talks to a server lets it be chosen`(path: CommandPath) async throws {
        let names = try await options(of: path)
        let isFree = Self.withoutServer.contains(path.testDescription)
        #expect(names.isSuperset(of: ["c", "context"]) != isFree, "add TargetOptions, or name it here")
    }

    /// Commands that take away or redirect what people use, with arguments that do so.
    private static let destructive: [String: [String]] = [
        "delete": ["hello"], "rollback": ["--name", "hello"], "versions activate": ["v1", "--name", "hello"],
        "traffic set": ["hello", "v1=50", "v2=50"], "secrets delete": ["db-password"],
        "triggers delete": ["nightly", "--name", "hello"],
    ]

    @Test func `every command that asks first is known to the tests below`() async throws {
        for path in Self.leaves where !Self.withoutServer.contains(path.testDescription) {
            guard try await options(of: path).contains("yes") else { continue }
            #expect(Self.destructive[path.testDescription] != nil, "add arguments for '\(path.testDescription)'")
        }
    }

    /// The samples with something of each kind to destroy.
    private static func service() -> MemoryService {
        let service = Samples.service()
        service.state.mutate { state in
            state.secrets = [Secret(name: "db-password", projectID: "default")]
            let spec = TriggerSpec(name: "nightly", type: "schedule", config: ["cron": "0 3 * * *"])
            state.triggers["func-hello"] = [Trigger(id: "trg-nightly", functionID: "func-hello", spec: spec)]
        }
        return service
    }

    private func world(_ folder: TemporaryFolder) throws -> CommandWorld {
        let directories = BaseDirectories(environment: [:], home: folder.path)
        var contexts = Contexts(config: ConfigFile(path: directories.configFile))
        try contexts.add(ConnectionContext(name: "prod", endpoint: "https://functions.example.com"))
        try contexts.config.save()
        return CommandWorld(service: Self.service(), workingFolder: folder.path)
    }

    private static let place = "context 'prod' (https://functions.example.com)"

    @Test(arguments: destructive.keys.sorted(), [["--dry-run"], []])
    func `what is destroyed elsewhere is said to be there`(command: String, flags: [String]) async throws {
        let folder = try TemporaryFolder("target")
        let world = try world(folder)
        let line = command.split(separator: " ").map(String.init) + (Self.destructive[command] ?? [])
        let yes = try await options(of: CommandPath.all.first { $0.testDescription == command } ?? CommandPath.all[0])
        let confirmed = flags.isEmpty && yes.contains("yes") ? ["--yes"] : flags
        let there = await world.run(line + confirmed + ["-c", "prod"])
        #expect(there.status == 0, "\(there.error)")
        #expect(there.error.contains(Self.place))
        let variable = CommandWorld(
            service: Self.service(),
            environment: ["HKS_API_ENDPOINT": "https://other.example.com"],
            workingFolder: folder.path
        )
        #expect(await variable.run(line + confirmed).error.contains("context 'local' (https://other.example.com)"))
        let here = await world.run(line + confirmed)
        #expect(!here.error.contains("context '"))
    }

    @Test func `a question names the server`() async throws {
        let folder = try TemporaryFolder("target")
        var world = try world(folder)
        world.terminal = TerminalInfo(inputIsTerminal: true, outputIsTerminal: true, errorIsTerminal: true, width: 100)
        world.answers = ["no"]
        let there = await world.run("delete", "hello", "-c", "prod")
        #expect(there.error.contains("Delete function 'hello' with all versions and logs in \(Self.place)? (yes/no)"))
        let here = await world.run("delete", "hello")
        #expect(here.error.contains("Delete function 'hello' with all versions and logs? (yes/no)"))
        world.terminal = TerminalInfo()
        let piped = await world.run("delete", "hello", "-c", "prod")
        #expect(piped.status == 2)
        #expect(piped.error.contains(Self.place))
    }
}

/// Nothing that anybody reads holds a secret.
@Suite struct SecrecyTests {
    @Test func `no output of any command shows a token, a key or a code`() async throws {
        try await LoginWorld.with { login in
            var outputs: [String] = []
            func note(_ run: CommandRun) { outputs += [run.output, run.error] }
            for form in [["-o", "human"], ["-o", "json"], ["-o", "yaml"], ["-o", "name"]] {
                var world = login.world
                world.environment["HKS_API_TOKEN"] = nil
                for (flag, secret) in [("--token-stdin", AuthServer.token), ("--api-key-stdin", AuthServer.apiKey)] {
                    world.input = Data(secret.utf8)
                    note(await world.run(["login", flag, "--verbose"] + form))
                    world.input = Data("wr0ng-5ecret".utf8)
                    note(await world.run(["login", flag, "--verbose"] + form))
                    world.input = Data("two wr0ng-5ecret".utf8)
                    note(await world.run(["login", flag, "--verbose"] + form))
                }
                note(
                    await login.type(["c0de"], "login", "--provider", "github", "--paste", "--no-browser", "--verbose")
                )
                for words in [
                    ["whoami"], ["context", "show"], ["context", "list"], ["config", "view"], ["config", "explain"],
                    ["context", "add", "prod", "--endpoint", login.server.url, "--workspace", "lab", "--force"],
                ] {
                    note(await world.run(words + ["--verbose"] + form))
                }
                login.server.expireAccess()
                note(await world.run(["whoami", "--verbose"] + form))
                world.environment["HKS_API_TOKEN"] = "variable-5ecret"
                for words in [["whoami"], ["context", "show"], ["config", "view"], ["login", "--token-stdin"]] {
                    note(await world.run(words + ["--verbose"] + form))
                }
                world.environment["HKS_API_TOKEN"] = nil
                note(await world.run(["logout", "--verbose"] + form))
            }
            let all = outputs.joined(separator: "\n")
            #expect(all.contains("ada@example.com"))
            #expect(all.contains("/auth/me"), "requests are shown")
            for secret in ["s3cret", "5ecret", AuthServer.token, AuthServer.apiKey, "c0de"] {
                #expect(!all.contains(secret), "'\(secret)' is shown")
            }
        }
    }
}
