import Foundation

/// How a template treats some of its files.
public struct TemplateFileRule: Hashable, Sendable {
    /// Path or glob below the template's folder, as it is before names are rendered.
    public var path: String
    /// A bool variable that must be true for the file to be written.
    public var when: String?
    /// Whether the file can be run; nil to keep the template file's own mode.
    public var isExecutable: Bool?

    /// Describes a rule.
    public init(path: String, when: String? = nil, isExecutable: Bool? = nil) {
        self.path = path
        self.when = when
        self.isExecutable = isExecutable
    }
}

/// A folder from which a project can be made.
public struct ScaffoldTemplate: Hashable, Sendable {
    /// Name of the file that describes a template; it is not written out.
    public static let manifestName = "template.yaml"

    /// Name for lists.
    public var name: String
    /// One line for people.
    public var description: String
    /// Runtime of the function that it makes; empty if that is open.
    public var runtime: String
    /// Type of the function that it makes; nil if that is open.
    public var type: FunctionType?
    /// Values that it asks for.
    public var variables: [TemplateVariable]
    /// Files that need more than to be rendered.
    public var rules: [TemplateFileRule]
    /// Absolute path of the folder.
    public var folder: String
    /// Absolute path of a folder whose files are written, too, unless the template has its own of that name.
    public var commonFolder: String?
    /// Whether files are copied as they are, because the folder has no `template.yaml`.
    public var isVerbatim: Bool

    /// Reads the template in a folder; one without `template.yaml` is copied as it is.
    ///
    /// - Throws: ``FuncError`` with code `template_invalid`, located, or `template_not_found` if there is no folder.
    public static func load(from folder: String) throws -> ScaffoldTemplate {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw FuncError(.templateNotFound, "there is no template folder '\(folder)'")
        }
        let path = folder + "/" + manifestName
        guard FileManager.default.fileExists(atPath: path) else {
            return ScaffoldTemplate(
                name: URL(fileURLWithPath: folder).lastPathComponent,
                description: "",
                runtime: "",
                type: nil,
                variables: [],
                rules: [],
                folder: folder,
                isVerbatim: true
            )
        }
        guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8)
        else {
            throw FuncError(.templateInvalid, "cannot read '\(path)' as UTF-8 text")
        }
        return try TemplateManifestReader(text: text, file: path).template(in: folder)
    }

    /// The variables that have no value yet, for prompts.
    ///
    /// - Parameters:
    ///   - values: What is given by name.
    ///   - useDefaults: Whether a variable with a default counts as answered.
    /// - Returns: The variables in the order of the template.
    public func missingVariables(given values: [String: String], useDefaults: Bool) -> [TemplateVariable] {
        variables.filter { values[$0.name] == nil && (!useDefaults || $0.defaultValue == nil) }
    }

    /// Checks what is given and fills in defaults.
    ///
    /// - Throws: ``FuncError`` with code `invalid_argument` for unknown names, refused and missing values, all at once.
    public func resolve(_ values: [String: String]) throws -> [String: String] {
        var resolved: [String: String] = [:]
        var faults = unknownNames(in: values)
        for variable in variables {
            do throws(FuncError) {
                guard let text = values[variable.name] ?? variable.defaultValue else {
                    throw FuncError(
                        .invalidArgument,
                        "template variable '\(variable.name)' has no value",
                        hint: "give it with --set \(variable.name)=…"
                    )
                }
                resolved[variable.name] = try variable.accept(text)
            } catch {
                faults.append(error)
            }
        }
        let code = faults.first?.code ?? .invalidArgument
        try FuncError.throwAll(faults, code, "\(faults.count) template variables are at fault")
        return resolved
    }

    private func unknownNames(in values: [String: String]) -> [FuncError] {
        let names = variables.map(\.name)
        return values.keys.filter { !names.contains($0) }.sorted().map { name in
            let near = NearestMatch.of(name, in: names).map { "did you mean '\($0)'?" }
            let known = names.isEmpty ? "it has none" : "it has " + names.joined(separator: ", ")
            return FuncError(.invalidArgument, "the template has no variable '\(name)'", hint: near ?? known)
        }
    }
}
