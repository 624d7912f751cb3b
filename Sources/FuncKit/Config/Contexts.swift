import Foundation

/// Where the bearer token of a context is found.
public enum TokenReference: Hashable, Sendable {
    /// In an environment variable.
    case environment(String)
    /// In the first line of a file.
    case file(String)
}

/// A named server with the workspace and project to use there.
public struct ConnectionContext: Hashable, Sendable {
    /// What it is called.
    public var name: String
    /// Address of the Function API; nil for the local platform, which says itself where it is.
    public var endpoint: String?
    /// Workspace on the server; nil for the default one.
    public var workspace: String?
    /// Project within the workspace; nil for the default one.
    public var project: String?
    /// Where the token is; nil where none is sent.
    public var token: TokenReference?

    /// Describes a context.
    public init(
        name: String,
        endpoint: String?,
        workspace: String? = nil,
        project: String? = nil,
        token: TokenReference? = nil
    ) {
        self.name = name
        self.endpoint = endpoint
        self.workspace = workspace
        self.project = project
        self.token = token
    }
}

/// The server that a command talks to, all settings considered.
public struct ConnectionTarget: Hashable, Sendable {
    /// Where it is.
    public enum Server: Hashable, Sendable {
        /// The local platform, see ``LocalPlatformDescriptor``.
        case local
        /// A Function API at this address.
        case endpoint(String)
    }

    /// Name of the context.
    public var context: String
    /// Where the server is.
    public var server: Server
    /// Workspace on the server.
    public var workspace: String
    /// Project within the workspace.
    public var project: String
    /// Where the token is; nil for the local platform, or where none is sent.
    public var token: TokenReference?

    /// Describes a target.
    public init(context: String, server: Server, workspace: String, project: String, token: TokenReference?) {
        self.context = context
        self.server = server
        self.workspace = workspace
        self.project = project
        self.token = token
    }
}

/// The contexts of the user's configuration, besides `local`, which is always there.
public struct Contexts: Sendable {
    /// Name of the context of the local platform.
    public static let local = "local"
    private static let tokenVariables = ["HKS_FUNC_TOKEN", "HKS_API_TOKEN"]

    /// The configuration with all changes; to be saved by the caller.
    public private(set) var config: ConfigFile

    /// Reads the contexts of a configuration.
    public init(config: ConfigFile) {
        self.config = config
    }

    /// `local` first, then the others in the order of the file.
    public var all: [ConnectionContext] {
        let names = config.keys(at: ["contexts"]).filter { $0 != Self.local }
        return [read(Self.local)] + names.map(read)
    }

    /// One context.
    /// - Throws: `context_not_found`, naming the nearest one.
    public func named(_ name: String) throws -> ConnectionContext {
        if let context = all.first(where: { $0.name == name }) { return context }
        let names = all.map(\.name)
        throw FuncError(
            .contextNotFound,
            "there is no context '\(name)'",
            hint: NearestMatch.of(name, in: names).map { "did you mean '\($0)'?" }
                ?? "run 'hks-func context list' to see the contexts"
        )
    }

    private func read(_ name: String) -> ConnectionContext {
        func text(_ keys: String...) -> String? { config.text(at: ["contexts", name] + keys) }
        let token =
            text("token", "env").map(TokenReference.environment) ?? text("token", "file").map(TokenReference.file)
        return ConnectionContext(
            name: name,
            endpoint: name == Self.local ? nil : text("endpoint"),
            workspace: text("workspace"),
            project: text("project"),
            token: name == Self.local ? nil : token
        )
    }

    // MARK: Changing

    /// Adds a context, or changes one that is there.
    /// - Throws: `invalid_argument` for `local` or a bad name, `config_invalid` for a bad address, `already_exists` unless
    ///   `replacing`.
    public mutating func add(_ context: ConnectionContext, replacing: Bool = false) throws {
        let name = context.name
        try refuseLocal(name, "added")
        guard FunctionName.isValid(name) else {
            throw FuncError(.invalidArgument, "'\(name)' is not a name of lower-case letters, digits and hyphens")
        }
        guard let endpoint = context.endpoint else {
            throw FuncError(.invalidArgument, "context '\(name)' has no endpoint")
        }
        let address = try SettingKey.named("endpoint").checked(endpoint, from: "context \(name)")
        let isThere = config.keys(at: ["contexts"]).contains(name)
        guard replacing || !isThere else { throw FuncError(.alreadyExists, "there is a context '\(name)' already") }
        let path = ["contexts", name]
        config.set(address, at: path + ["endpoint"])
        set(context.workspace, at: path + ["workspace"])
        set(context.project, at: path + ["project"])
        config.unset(path + ["token"])
        switch context.token {
        case .environment(let variable): config.set(variable, at: path + ["token", "env"])
        case .file(let file): config.set(file, at: path + ["token", "file"])
        case nil: break
        }
    }

    /// Removes a context; if it is the one in use, `local` is used from then on.
    /// - Throws: `context_not_found`, `invalid_argument` for `local`.
    public mutating func remove(_ name: String) throws {
        try refuseLocal(name, "removed")
        _ = try named(name)
        config.unset(["contexts", name])
        if config.text(at: ["context"]) == name { config.unset(["context"]) }
    }

    /// Makes a context the one that commands use.
    /// - Throws: `context_not_found`.
    public mutating func use(_ name: String) throws {
        _ = try named(name)
        config.set(name, at: ["context"])
    }

    private func refuseLocal(_ name: String, _ verb: String) throws {
        guard name != Self.local else {
            throw FuncError(.invalidArgument, "the context 'local' is built in and cannot be \(verb)")
        }
    }

    private mutating func set(_ value: String?, at path: [String]) {
        if let value { config.set(value, at: path) } else { config.unset(path) }
    }

    // MARK: Tokens

    /// Keeps a token in a file that only its owner may read.
    /// - Throws: `invalid_argument` for an empty token or one with white space inside, `file_system`.
    public static func storeToken(
        _ token: String,
        for name: String,
        in directories: BaseDirectories
    ) throws -> TokenReference {
        let token = token.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !token.isEmpty, token.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
            throw FuncError(.invalidArgument, "the token for context '\(name)' is empty or has characters no token has")
        }
        let path = tokenPath(for: name, in: directories)
        try PrivateFile.write(Data((token + "\n").utf8), to: path)
        return .file(path)
    }

    /// Removes the token that ``storeToken(_:for:in:)`` kept, if there is one.
    /// - Throws: `file_system`.
    public static func removeToken(for name: String, in directories: BaseDirectories) throws {
        try PrivateFile.remove(tokenPath(for: name, in: directories))
    }

    private static func tokenPath(for name: String, in directories: BaseDirectories) -> String {
        directories.tokens + "/" + PercentEncoding.encode(name)
    }

    // MARK: The target of a command

    /// The server that the settings lead to.
    ///
    /// An endpoint from a flag or variable goes before the context's. A token variable goes before the context's token,
    /// and is never sent to the local platform, which has a token of its own.
    /// - Throws: `context_not_found`, `config_invalid`.
    public func target(_ settings: Settings, environment: [String: String]) throws -> ConnectionTarget {
        let context = try named(try settings.value("context") ?? Self.local)
        let resolved = try settings.resolve("endpoint")
        let endpoint = resolved.value
        if endpoint == nil, context.name != Self.local {
            throw FuncError(
                .configInvalid,
                "context '\(context.name)' has no endpoint",
                hint: "run 'hks-func context add \(context.name) --endpoint URL'"
            )
        }
        // A context's token is for the context's own server only.
        let ownToken = resolved.source == .context(context.name) ? context.token : nil
        let variable = Self.tokenVariables.first { !(environment[$0] ?? "").isEmpty }
        return ConnectionTarget(
            context: context.name,
            server: endpoint.map(ConnectionTarget.Server.endpoint) ?? .local,
            workspace: try settings.value("workspace") ?? "default",
            project: try settings.value("project") ?? "default",
            token: endpoint == nil ? nil : variable.map(TokenReference.environment) ?? ownToken
        )
    }
}

extension TokenReference {
    /// The source that reads the token when a request needs it.
    public func source(environment: [String: String]) -> any TokenSource {
        switch self {
        case .environment(let name): VariableToken(name: name, value: environment[name])
        case .file(let path): FileToken(path: path)
        }
    }
}

/// A token in an environment variable, which may turn out to be missing.
private struct VariableToken: TokenSource {
    let name: String
    let value: String?

    func token() async throws -> String? {
        guard let value, !value.isEmpty else {
            throw FuncError(.unauthenticated, "the environment variable \(name), which holds the token, is not set")
        }
        return value
    }
}
