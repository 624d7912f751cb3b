import ArgumentParser
import Foundation
import FuncKit

/// Which template `init` takes, and what it fills in.
struct TemplateOptions: ParsableArguments {
    @Option(
        name: [.short, .long, .customLong("functionRuntime")],
        help: ArgumentHelp(
            "Language, with or without version: python, python3.11, nodejs, node20.",
            valueName: "runtime"
        ),
        completion: .list(["python", "nodejs"])
    )
    var runtime: String?

    @Option(
        name: [.customShort("t"), .long, .customLong("template")],
        help: ArgumentHelp("What the function reacts to: http.", valueName: "type"),
        completion: .list(["http"])
    )
    var type: String?

    @Option(
        help: ArgumentHelp("Template from elsewhere: Git URL[#ref][:path], folder or archive.", valueName: "source"),
        completion: .file()
    )
    var from: String?

    @Option(help: ArgumentHelp("Value of a template variable; repeatable.", valueName: "key=value"))
    var set: [KeyValue] = []

    @Flag(help: "Ask nothing; take the default of what is not given.")
    var defaults = false

    @Flag(help: "List the templates.")
    var list = false

    func validate() throws {
        if from != nil, runtime != nil || type != nil {
            throw ValidationError("--from and --runtime or --type exclude each other")
        }
    }

    /// Finds the template, asks for language and type where they are missing, and hands it to `body`.
    func withTemplate<T: Sendable>(
        _ context: CommandContext,
        _ questions: InitQuestions,
        _ body: (ScaffoldTemplate) async throws -> T
    ) async throws -> T {
        if let from {
            let source = try TemplateSource.parse(from, workingFolder: context.workingFolder)
            let fetcher = TemplateFetcher(
                temporaryFolder: context.temporaryFolder,
                git: GitClient(certificateFile: context.environment["SSL_CERT_FILE"]),
                extract: { try await ArchiveExtractor.extract($0, into: $1) }
            )
            return try await fetcher.withTemplate(source, body)
        }
        let library = try context.templates()
        let runtime = try RuntimeCatalog.require(questions.runtime(runtime, from: library))
        let type = try questions.type(type, for: runtime.family, from: library)
        return try await body(library.template(runtime.family, type))
    }

    /// The values that flags give.
    func values(runtimeOf template: ScaffoldTemplate) -> [String: String] {
        var values: [String: String] = [:]
        if let runtime, template.variables.contains(where: { $0.name == "runtime" }) {
            let name = RuntimeCatalog.normalise(runtime)
            values["runtime"] = name?.version == nil ? nil : runtime
        }
        return values.merging(set.dictionary) { _, new in new }
    }
}

extension CommandContext {
    /// The templates that are installed with the program.
    func templates() throws -> TemplateLibrary {
        try TemplateLibrary(environment: environment, executablePath: executablePath)
    }
}
