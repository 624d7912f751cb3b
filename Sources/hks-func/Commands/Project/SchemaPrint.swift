import ArgumentParser
import FuncKit

/// `hks-func schema`
struct SchemaPrint: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of function.yaml.",
        discussion: """
            For editors: put '# yaml-language-server: $schema=function.schema.json' on the first line of function.yaml.

            EXAMPLES
              hks-func schema > function.schema.json
              hks-func schema | jq .properties.scaling
            """
    )

    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        try context.console.write(ManifestSchema.json + "\n")
    }
}
