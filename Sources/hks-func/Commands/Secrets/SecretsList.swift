import ArgumentParser
import FuncKit

/// `hks-func secrets list`
struct SecretsList: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the project's secrets; values are never shown.",
        discussion: """
            EXAMPLES
              hks-func secrets list
              hks-func secrets list -o json | jq -r '.[] | select(.used_by == []) | .name'
            """,
        aliases: ["ls"]
    )

    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let service = try await context.secretsService(target.selection())
        try context.console.list(
            try await service.secrets(),
            whenEmpty: "no secrets; 'hks-func secrets set NAME' stores one",
            now: context.now()
        )
    }
}
