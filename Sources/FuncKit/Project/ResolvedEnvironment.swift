import Foundation

/// Where the value of a function's variable came from.
public enum EnvironmentSource: Hashable, Sendable {
    /// An assignment in one of the `.env` files.
    case file(SourceLocation)
    /// An assignment in a file that an `--env-file` option names.
    case optionFile(SourceLocation)
    /// The manifest's `environment`; the location is nil where the caller has none.
    case manifest(SourceLocation?)
    /// An `--env` option.
    case flag
}

/// One variable of a function, with all that had a say in its value.
public struct ResolvedVariable: Hashable, Sendable {
    /// Name of the variable.
    public var name: String
    /// The value that won.
    public var value: String
    /// Where the value came from.
    public var source: EnvironmentSource
    /// Sources whose values lost, the strongest first.
    public var overridden: [EnvironmentSource]
    /// What the value refers to, where it does.
    public var references: [EnvironmentReference] = []
}

/// A `${NAME}` in a value, and where its own value came from.
public struct EnvironmentReference: Hashable, Sendable {
    /// Name of the variable that is referred to.
    public var name: String
    /// Where it is set; nil for the tool's own environment.
    public var source: EnvironmentSource?
}

/// A file of variables that a command looks for.
public struct EnvironmentFile: Hashable, Sendable {
    /// The file as messages name it.
    public var name: String
    /// Whether an `--env-file` option names it.
    public var isFromOption: Bool
    /// How many assignments it holds; nil where there is no such file.
    public var assignments: Int?
}

/// Something about variables that does no harm by itself, and is probably a mistake.
public struct EnvironmentNotice: Hashable, Sendable {
    /// What is the case.
    public var message: String
    /// What to do about it.
    public var hint: String?
    /// The assignment it is about, where it is about one.
    public var location: SourceLocation?

    /// Describes what was noticed.
    public init(_ message: String, hint: String? = nil, location: SourceLocation? = nil) {
        self.message = message
        self.hint = hint
        self.location = location
    }
}

extension EnvironmentNotice: CustomStringConvertible {
    /// All of it on one line.
    public var description: String {
        (location.map { "\($0): " } ?? "") + message + (hint.map { "; \($0)" } ?? "")
    }
}

/// The variables a function gets, sorted by name.
public struct ResolvedEnvironment: Hashable, Sendable {
    /// Every variable with its sources.
    public var variables: [ResolvedVariable]
    /// The files that were looked for, the weakest first.
    public var files: [EnvironmentFile] = []
    /// What was written for nothing, or is probably not meant as it stands.
    public var notices: [EnvironmentNotice] = []

    /// Name and value alone, as ``FunctionSettings`` takes them.
    public var values: [String: String] {
        Dictionary(uniqueKeysWithValues: variables.map { ($0.name, $0.value) })
    }
}

extension EnvironmentSource {
    /// Whether the value stands in a file of variables.
    public var isFile: Bool {
        switch self {
        case .file, .optionFile: true
        case .manifest, .flag: false
        }
    }

    /// Where the value stands; nil for options and where the caller has no place.
    public var location: SourceLocation? {
        switch self {
        case .file(let location), .optionFile(let location): location
        case .manifest(let location): location
        case .flag: nil
        }
    }
}

extension EnvironmentSource: CustomStringConvertible {
    /// The way it is named to people.
    public var description: String {
        switch self {
        case .file(let location): "file \(location)"
        case .optionFile(let location): "--env-file \(location)"
        case .manifest(let location): location.map { "manifest \($0)" } ?? "manifest"
        case .flag: "flag --env"
        }
    }
}
