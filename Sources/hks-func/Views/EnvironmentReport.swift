import Foundation
import FuncKit

/// What a function gets from outside, and where each of it comes from.
struct EnvironmentReport: CommandResult {
    let function: String
    let folder: String
    let profile: String?
    let files: [File]
    let variables: [Variable]
    let secrets: [Secret]
    let notices: [String]

    /// A file of variables that was looked for.
    struct File: Encodable {
        let name: String
        let exists: Bool
        let assignments: Int
    }

    /// A variable that is deployed with the function.
    struct Variable: Encodable {
        let name: String
        /// Nil where it is masked.
        let value: String?
        let masked: Bool
        let source: String
        let overrides: [String]
        let references: [Reference]
    }

    /// A variable that a value refers to.
    struct Reference: Encodable {
        let name: String
        let source: String
    }

    /// A stored secret, whose value nothing shows.
    struct Secret: Encodable {
        let secret: String
        let env: String?
        let file: String?
        /// Where runs on this machine take the value from; nil where there is none.
        let localSource: String?

        private enum CodingKeys: String, CodingKey {
            case secret, env, file
            case localSource = "local_source"
        }
    }

    /// Puts together what is known of a project; `shell` are the variables of whoever runs the command.
    init(_ project: LoadedProject, profile: String?, shell: [String: String], showsValues: Bool) {
        function = project.name
        folder = project.root.folder
        self.profile = profile
        files = project.environment.files.map {
            File(name: $0.name, exists: $0.assignments != nil, assignments: $0.assignments ?? 0)
        }
        let deployed = project.settings.environment
        let secretNames = Set(project.settings.secrets.map(\.localVariable))
        variables = project.environment.variables.filter { deployed[$0.name] != nil }.map { variable in
            let names = variable.references.map(\.name)
            let holdsSecret = names.contains { secretNames.contains($0) }
            let looksSecret =
                EnvironmentName.looksSecret(variable.name, value: variable.value)
                || names.contains { EnvironmentName.looksSecret($0, value: "") }
            let isMasked = holdsSecret || looksSecret && !showsValues
            return Variable(
                name: variable.name,
                value: isMasked ? nil : variable.value,
                masked: isMasked,
                source: variable.source.description,
                overrides: variable.overridden.map(\.description),
                references: variable.references.map {
                    Reference(name: $0.name, source: $0.source?.description ?? "your shell")
                }
            )
        }
        secrets = project.settings.secrets.map { reference in
            let name = reference.localVariable
            let known = project.environment.variables.first { $0.name == name }?.source.description
            return Secret(
                secret: reference.secret,
                env: reference.env,
                file: reference.file,
                localSource: known ?? (shell[name] == nil ? nil : "your shell's \(name)")
            )
        }
        notices = project.notices
    }

    var names: [String] { variables.map(\.name) }

    func text(_ style: TextStyle) -> String {
        let title = "\(function) in \(folder)" + (profile.map { ", profile \($0)" } ?? "")
        let sections = [
            section("Files, the weakest first", ["NAME", "VARIABLES"], files.map(Self.cells), style),
            section("Variables", ["NAME", "VALUE", "SOURCE", "OVERRIDES"], variables.map(Self.cells), style),
            section("Secrets", ["NAME", "AS", "ON THIS MACHINE"], secrets.map(Self.cells), style),
        ]
        return title.withoutControls + "\n" + sections.joined()
    }

    /// Lines may be long: values and places are not cut.
    private func section(_ title: String, _ headings: [String], _ rows: [[Cell]], _ style: TextStyle) -> String {
        guard !rows.isEmpty else { return "" }
        let table = Table(headings: headings, rows: rows, whenEmpty: "")
        return "\n\(title)\n" + table.aligned(width: 1000, style: style, now: .distantPast)
    }

    private static func cells(_ file: File) -> [Cell] {
        [.text(file.name), .text(file.exists ? String(file.assignments) : "not there")]
    }

    private static func cells(_ variable: Variable) -> [Cell] {
        [
            .text(variable.name), .text(variable.value ?? "***"),
            .text(
                ([variable.source] + variable.references.map { "\($0.name) of \($0.source)" }).joined(separator: ", ")
            ),
            .text(variable.overrides.isEmpty ? "-" : variable.overrides.joined(separator: ", ")),
        ]
    }

    private static func cells(_ secret: Secret) -> [Cell] {
        let place = secret.env.map { "variable \($0)" } ?? "file \(secret.file ?? "")"
        return [.text(secret.secret), .text(place), secret.localSource.map(Cell.text) ?? .caution("no value")]
    }
}
