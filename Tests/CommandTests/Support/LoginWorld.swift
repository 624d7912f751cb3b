import Foundation
import FuncKit
import TestSupport
import Testing

@testable import hks_func

/// A user with a home folder, and a context `prod` on a server that people log in to.
struct LoginWorld {
    let server: AuthServer
    let folder: TemporaryFolder
    var world: CommandWorld

    /// Runs `body` in a world of its own.
    static func with<T>(
        _ options: AuthServer.Options = AuthServer.Options(),
        _ body: (inout LoginWorld) async throws -> T
    ) async throws -> T {
        try await AuthServer.with(options) { server in
            let folder = try TemporaryFolder("login")
            var world = CommandWorld(workingFolder: folder.path)
            world.reachesServers = true
            var login = LoginWorld(server: server, folder: folder, world: world)
            _ = await login.run("context", "add", "prod", "--endpoint", server.url)
            _ = await login.run("context", "use", "prod")
            return try await body(&login)
        }
    }

    func run(_ arguments: String...) async -> CommandRun { await world.run(arguments) }

    /// Runs a command with something on standard input.
    func run(_ arguments: String..., input: String) async -> CommandRun {
        var world = world
        world.input = Data(input.utf8)
        return await world.run(arguments)
    }

    /// Runs a command on a terminal where somebody types.
    func type(_ answers: [String], _ arguments: String...) async -> CommandRun {
        var world = world
        world.terminal = TerminalInfo(inputIsTerminal: true, outputIsTerminal: true, errorIsTerminal: true, width: 100)
        world.answers = answers
        return await world.run(arguments)
    }

    var directories: BaseDirectories { BaseDirectories(environment: world.environment, home: folder.path) }
    var store: CredentialStore { CredentialStore(directories) }

    /// The login that is kept for a context.
    func kept(_ context: String = "prod") -> StoredCredential? {
        do {
            return try store.read(context)
        } catch {
            Issue.record(error)
            return nil
        }
    }

    /// The output with the server's address replaced by one that is the same in every run.
    func stable(_ text: String) -> String {
        text.replacingOccurrences(of: server.url, with: "https://functions.example.com")
    }
}
