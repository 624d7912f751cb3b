import ArgumentParser
import Foundation
import FuncKit

/// `hks-func init`
struct ProjectInit: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Start a project from a template.",
        discussion: """
            On a terminal it asks for what is missing; every answer is also a flag.

            EXAMPLES
              hks-func init hello -r python -t http
              hks-func init hello -r nodejs --defaults --git
              hks-func init shop --from https://example.com/templates.git#v2:shop --set currency=EUR
              hks-func init --list
            """,
        aliases: ["create"]
    )

    @Argument(help: "Name of the function and of the new folder.")
    var name: String?

    @OptionGroup(title: "Template") var choice: TemplateOptions

    @Flag(inversion: .prefixedNo, help: "Make the folder a Git repository.")
    var git = false

    @Flag(help: "Write into a folder that has files already; files of other names stay.")
    var force = false

    @Flag(help: "Print the paths that would be written, and write nothing.")
    var dryRun = false

    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        if choice.list, name != nil { throw ValidationError("--list takes no name") }
    }

    func run(_ context: CommandContext) async throws {
        if choice.list { return try showTemplates(context) }
        let questions = InitQuestions(context: context, useDefaults: choice.defaults)
        let name = try questions.name(name)
        let folder = context.absolutePath(name)
        let result = try await choice.withTemplate(context, questions) { template in
            let values = try questions.values(for: template, name: name, set: choice.values(runtimeOf: template))
            var files = try Scaffolder.render(template, values)
            if template.isVerbatim { files = try ScaffoldNaming.rename(files, to: name) }
            if !dryRun { try Scaffolder.write(files, to: folder, force: force) }
            return Result(name: name, path: folder, template: template.name, files: files.map(\.path), dryRun: dryRun)
        }
        if git, !dryRun { try await GitClient().createRepository(in: folder) }
        try context.console.result(result)
        if !dryRun {
            context.console.note("next: cd \(name) && hks-func deploy")
        }
    }

    private func showTemplates(_ context: CommandContext) throws {
        try context.console.list(context.templates().list(), whenEmpty: "no templates", now: context.now())
    }

    struct Result: CommandResult {
        let name: String
        let path: String
        let template: String
        let files: [String]
        let dryRun: Bool

        var names: [String] { [name] }

        func text(_ style: TextStyle) -> String {
            guard dryRun else { return "\(style.good("✓")) '\(name)' is in \(path) (\(files.count) files)\n" }
            return files.map { "\(name)/\($0)\n" }.joined()
        }

        private enum CodingKeys: String, CodingKey {
            case name, path, template, files
            case dryRun = "dry_run"
        }
    }
}

extension TemplateSummary: ListItem {
    static var headings: [String] { ["TEMPLATE", "LANGUAGE", "TYPE", "DESCRIPTION"] }
    var cells: [Cell] { [.text(name), .text(language), .text(type), .text(description)] }
    var listName: String { name }
}
