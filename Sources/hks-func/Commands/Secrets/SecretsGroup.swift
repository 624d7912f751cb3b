import ArgumentParser
import FuncKit

/// `hks-func secrets`
struct SecretsGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secrets",
        abstract: "Keep values that only functions may read.",
        subcommands: [SecretsSet.self, SecretsList.self, SecretsDelete.self]
    )
}

extension CommandContext {
    /// The service of a target that keeps secrets.
    /// - Throws: `unsupported` for one that does not, and what opening the service throws.
    func secretsService(_ selection: TargetSelection) async throws -> any FunctionService {
        let service = try await service(selection)
        let capabilities = try await service.capabilities()
        guard capabilities.supportsSecrets else {
            throw FuncError(
                .unsupported,
                "the server '\(capabilities.name)' keeps no secrets",
                hint: "choose a server that does with --context, or see 'hks-func context list'"
            )
        }
        return service
    }
}
