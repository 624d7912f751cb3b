import ArgumentParser
import Foundation
import FuncKit

/// `hks-func validate`
struct ManifestValidate: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check function.yaml and the variables it uses.",
        discussion: """
            Shows every fault with its place. With --migrate, an older form is rewritten in the present one, comments kept.

            EXAMPLES
              hks-func validate
              hks-func validate --profile production -o json
              hks-func validate --migrate --dry-run
            """
    )

    @OptionGroup(title: "Project") var project: ProjectOptions

    @Flag(help: "Rewrite an older form of the file in the present one.")
    var migrate = false

    @Flag(help: "With --migrate: print the new text and write nothing.")
    var dryRun = false

    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        if dryRun, !migrate { throw ValidationError("--dry-run goes with --migrate") }
    }

    func run(_ context: CommandContext) async throws {
        if migrate { return try rewrite(context) }
        let project = try project.load(context)
        try context.console.result(
            Result(name: project.name, file: project.root.manifestPath, valid: true, warnings: project.notices)
        )
    }

    private func rewrite(_ context: CommandContext) throws {
        let folder = project.projectDir.map(context.absolutePath) ?? context.workingFolder
        let root = try ProjectDiscovery.find(from: folder)
        let rewritten = try ManifestFile(path: root.manifestPath).migrated()
        if dryRun { return try context.console.write(rewritten.text) }
        if rewritten.isChanged { try ManifestFile(path: root.manifestPath).write(rewritten.text) }
        try context.console.result(Migration(file: root.manifestPath, changed: rewritten.isChanged))
    }

    struct Result: CommandResult {
        let name: String
        let file: String
        let valid: Bool
        let warnings: [String]

        var names: [String] { [name] }
        func text(_ style: TextStyle) -> String { "\(style.good("✓")) \(file) is valid\n" }
    }

    struct Migration: CommandResult {
        let file: String
        let changed: Bool

        var names: [String] { [file] }
        func text(_ style: TextStyle) -> String {
            changed ? "rewrote \(file) in the present form\n" : "\(file) is in the present form already\n"
        }
    }
}
