/// Everything that a create or update on a plain server says; what it leaves out would be emptied there.
struct PlainFunctionBody: Encodable, Hashable {
    let name: String
    let project: String
    let runtime: String
    let settings: FunctionSettings
    let annotations: [String: String]
    let sourceCode: String?

    init(
        name: String,
        project: String,
        settings: FunctionSettings,
        sourceCode: String?,
        capabilities: Capabilities
    ) throws {
        self.name = name
        self.project = project
        self.settings = settings
        self.sourceCode = sourceCode
        runtime = try capabilities.spelling(of: settings.runtime)
        annotations = try SettingsMirror.annotations(for: settings, sentRuntime: runtime)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(project, forKey: .project)
        try container.encode(runtime, forKey: .runtime)
        try container.encode(settings.handler, forKey: .handler)
        try container.encodeIfPresent(sourceCode, forKey: .sourceCode)
        try container.encode(settings.environment, forKey: .environment)
        // Without this field the hosted service fails with an empty answer.
        try container.encode(settings.resources, forKey: .resources)
        try container.encode(settings.labels, forKey: .labels)
        try container.encode(annotations, forKey: .annotations)
        try container.encode(settings.timeout, forKey: .timeout)
        try container.encode(settings.description, forKey: .description)
    }

    private enum CodingKeys: String, CodingKey {
        case name, runtime, handler, environment, resources, labels, annotations, timeout, description
        case project = "project_id"
        case sourceCode = "source_code"
    }
}

/// A version as the client makes it: number and id are its own to choose.
struct PlainVersionBody: Encodable {
    let id: String
    let version: Int
    let sourceCode: String?
    let image: String?

    private enum CodingKeys: String, CodingKey {
        case id, version, image
        case sourceCode = "source_code"
    }
}

/// Which settings a server keeps, told by the fields of its answer.
struct KeptSettings: Decodable {
    private let fields: Set<String>

    init(from decoder: any Decoder) throws {
        fields = Set(try decoder.singleValueContainer().decode([String: JSONValue].self).keys)
    }

    /// The settings that were asked for and are not kept, in words.
    func missing(of settings: FunctionSettings) -> [String] {
        let base = FunctionSettings()
        func names(_ names: some Sequence<String>) -> String { "(" + names.sorted().joined(separator: ", ") + ")" }
        let asked: [(field: String, isAsked: Bool, words: String)] = [
            ("timeout", settings.timeout != base.timeout, "timeout (\(settings.timeout) s)"),
            ("environment", !settings.environment.isEmpty, "environment \(names(settings.environment.keys))"),
            ("secrets", !settings.secrets.isEmpty, "secrets \(names(settings.secrets.map { $0.env ?? $0.secret }))"),
            ("scaling", settings.scaling != base.scaling, "scaling"),
            ("concurrency", settings.concurrency != base.concurrency, "concurrency"),
            ("command", !settings.command.isEmpty, "command"),
            ("build_command", !settings.buildCommand.isEmpty, "build command"),
        ]
        return asked.filter { $0.isAsked && !fields.contains($0.field) }.map(\.words)
    }
}
