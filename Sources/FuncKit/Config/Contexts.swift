import Foundation

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
        var context = ConnectionContext(name: name, endpoint: name == Self.local ? nil : text("endpoint"))
        for (key, field) in Self.fields { context[keyPath: field] = text(key) }
        context.token = name == Self.local ? nil : token
        return context
    }

    /// What stands under a context besides its endpoint and token.
    private static var fields: [(key: String, field: WritableKeyPath<ConnectionContext, String?>)] {
        [
            ("organization", \.organization), ("organizationName", \.organizationName), ("workspace", \.workspace),
            ("workspaceName", \.workspaceName), ("project", \.project), ("projectName", \.projectName),
            ("sourceEncoding", \.sourceEncoding),
        ]
    }

    // MARK: Changing

    /// Adds a context, or changes one that is there.
    /// - Throws: `invalid_argument` for `local` or a bad name, `config_invalid` for a bad address, `already_exists` unless
    ///   `replacing`.
    public mutating func add(_ context: ConnectionContext, replacing: Bool = false) throws {
        let name = context.name
        try refuseLocal(name, "added")
        guard FunctionName.isValid(name) else {
            throw FuncError(
                .invalidArgument,
                "'\(name)' is not a name of lower-case letters, digits and hyphens",
                hint: "write it such as prod or team-a"
            )
        }
        guard let endpoint = context.endpoint else {
            throw FuncError(.invalidArgument, "context '\(name)' has no endpoint")
        }
        let address = try SettingKey.named("endpoint").checked(endpoint, from: "context \(name)")
        let isThere = config.keys(at: ["contexts"]).contains(name)
        guard replacing || !isThere else { throw Self.isThere(name) }
        if let encoding = context.sourceEncoding {
            _ = try SettingKey.named("sourceEncoding").checked(encoding, from: "context \(name)")
        }
        let path = ["contexts", name]
        config.set(address, at: path + ["endpoint"])
        for (key, field) in Self.fields { set(context[keyPath: field], at: path + [key]) }
        set(context.token, for: name)
    }

    /// Says where the token of a context is; nil for no token.
    /// - Throws: `context_not_found`, `invalid_argument` for `local`, which has a token of its own.
    public mutating func setToken(_ token: TokenReference?, for name: String) throws {
        try refuseLocal(name, "given a token")
        _ = try named(name)
        set(token, for: name)
    }

    private mutating func set(_ token: TokenReference?, for name: String) {
        let path = ["contexts", name, "token"]
        config.unset(path)
        switch token {
        case .environment(let variable): config.set(variable, at: path + ["env"])
        case .file(let file): config.set(file, at: path + ["file"])
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

    private static func isThere(_ name: String) -> FuncError {
        FuncError(
            .alreadyExists,
            "there is a context '\(name)' already",
            hint: "pass --force to change it, or choose another name"
        )
    }

    private func refuseLocal(_ name: String, _ verb: String) throws {
        guard name != Self.local else {
            throw FuncError(
                .invalidArgument,
                "the context 'local' is built in and cannot be \(verb)",
                hint: "choose another name; 'hks-func context list' shows those that are there"
            )
        }
    }

    private mutating func set(_ value: String?, at path: [String]) {
        if let value { config.set(value, at: path) } else { config.unset(path) }
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
        let variable = Self.tokenVariable(in: environment)
        return ConnectionTarget(
            context: context.name,
            server: endpoint.map(ConnectionTarget.Server.endpoint) ?? .local,
            workspace: try settings.value("workspace") ?? "default",
            project: try settings.value("project") ?? "default",
            token: endpoint == nil ? nil : variable.map(TokenReference.environment) ?? ownToken,
            sourceEncoding: try settings.value("sourceEncoding")
        )
    }

    /// The variable that holds a token for whatever server is in use, if there is one.
    public static func tokenVariable(in environment: [String: String]) -> String? {
        tokenVariables.first { !(environment[$0] ?? "").isEmpty }
    }
}
