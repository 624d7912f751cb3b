import Foundation
import Templates

/// What `init --list` shows of a template.
public struct TemplateSummary: Hashable, Sendable, Codable {
    /// Name of the template.
    public var name: String
    /// Language, such as `python`.
    public var language: String
    /// Function type, such as `http`.
    public var type: String
    /// One line for people.
    public var description: String
}

/// The templates that come with the tool.
public struct TemplateLibrary: Sendable {
    private let catalog: TemplateCatalog

    /// Reads the templates below a content folder.
    public init(contentFolder: String) {
        catalog = TemplateCatalog(contentFolder: contentFolder)
    }

    /// Finds the content folder of this installation.
    ///
    /// - Parameters:
    ///   - environment: `HKS_FUNC_SHARE` names the folder.
    ///   - executablePath: Absolute path of the running program.
    /// - Throws: ``FuncError`` with code `template_not_found`.
    public init(environment: [String: String], executablePath: String) throws(FuncError) {
        self.init(contentFolder: try Self.contentFolder(environment: environment, executablePath: executablePath))
    }

    /// The folder of hosts and templates of this installation.
    ///
    /// - Throws: ``FuncError`` with code `template_not_found`.
    public static func contentFolder(
        environment: [String: String],
        executablePath: String
    ) throws(FuncError) -> String {
        do {
            return try ContentLocator(environment: environment, executablePath: executablePath).locate()
        } catch {
            throw FuncError(
                .templateNotFound,
                error.description,
                hint: "install the tool with its share folder, or set HKS_FUNC_SHARE to that folder"
            )
        }
    }

    /// All templates, sorted by language and type.
    ///
    /// - Throws: ``FuncError`` with code `template_invalid`.
    public func list() throws -> [TemplateSummary] {
        try catalog.entries.map { entry in
            let template = try ScaffoldTemplate.load(from: entry.folder)
            return TemplateSummary(
                name: template.name,
                language: entry.language,
                type: entry.type,
                description: template.description
            )
        }
    }

    /// The template for a language and a function type.
    ///
    /// - Throws: ``FuncError`` with code `template_not_found`, naming those that exist, or `template_invalid`.
    public func template(_ family: RuntimeFamily, _ type: FunctionType) throws -> ScaffoldTemplate {
        if let entry = catalog.entry(language: family.rawValue, type: type.rawValue) {
            var template = try ScaffoldTemplate.load(from: entry.folder)
            template.commonFolder = entry.commonFolder
            return template
        }
        let known = catalog.entries.map { "\($0.language)/\($0.type)" }.joined(separator: ", ")
        throw FuncError(
            .templateNotFound,
            "there is no template '\(family.rawValue)/\(type.rawValue)'",
            hint: known.isEmpty ? "the share folder holds no templates" : "use one of \(known)"
        )
    }
}
