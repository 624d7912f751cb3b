import ArgumentParser
import FuncKit

/// `hks-func secrets delete`
struct SecretsDelete: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete secrets.",
        discussion: """
            A secret that a function uses is deleted only with --force: instances that run go on, and no new one can start \
            until the secret is set again or a version without it is deployed.

            EXAMPLES
              hks-func secrets delete db-password
              hks-func secrets delete old-key older-key --yes --ignore-not-found
            """,
        aliases: ["rm"]
    )

    @Argument(help: "Names of the secrets.", completion: LiveNames.secrets.completion)
    var names: [String]

    @Flag(name: [.short, .long], help: "Do not ask.")
    var yes = false

    @Flag(help: "Delete also what functions use.")
    var force = false

    @Flag(help: "A secret that is not there is no failure.")
    var ignoreNotFound = false

    @Flag(help: "Show what would be deleted.")
    var dryRun = false

    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let service = try await context.secretsService(target.selection())
        let found = try choose(from: try await service.secrets(), context.console)
        if dryRun { context.console.announcePlace() }
        if !dryRun, !found.isEmpty {
            let list = found.map(\.nameWithUses).joined(separator: ", ")
            let noun = found.count == 1 ? "secret" : "secrets"
            try context.console.confirm("Delete \(noun) \(list)?", isConfirmed: yes)
            for secret in found { try await service.deleteSecret(secret.name, force: force) }
        }
        try context.console.result(Deletion(kind: "secret", deleted: found.map(\.name), dryRun: dryRun))
    }

    /// Those that are there. All faults are found before anything is deleted.
    private func choose(from secrets: [Secret], _ console: Console) throws -> [Secret] {
        var chosen: [Secret] = []
        for name in names where !chosen.contains(where: { $0.name == name }) {
            if let secret = secrets.first(where: { $0.name == name }) {
                chosen.append(secret)
            } else if ignoreNotFound {
                console.note("secret '\(name)' is not there")
            } else {
                let nearest = NearestMatch.of(name, in: secrets.map(\.name))
                throw FuncError(
                    .secretNotFound,
                    "secret '\(name)' not found",
                    hint: nearest.map { "did you mean '\($0)'?" } ?? "run 'hks-func secrets list' to see them"
                )
            }
        }
        let used = chosen.filter { !$0.usedBy.isEmpty }
        guard used.isEmpty || force else {
            throw FuncError(
                .conflict,
                "still in use: " + used.map(\.nameWithUses).joined(separator: ", "),
                hint: "deploy without it first, or pass --force: new instances cannot start then"
            )
        }
        return chosen
    }
}
