/// Where the bearer token of a context is found.
public enum TokenReference: Hashable, Sendable {
    /// In an environment variable.
    case environment(String)
    /// In a file: the one of ``CredentialStore``, or the first line of another one.
    case file(String)
}

/// A named server with the workspace and project to use there.
public struct ConnectionContext: Hashable, Sendable {
    /// What it is called.
    public var name: String
    /// Address of the Function API; nil for the local platform, which says itself where it is.
    public var endpoint: String?
    /// Organization that the workspace belongs to, by id; nil where unknown.
    public var organization: String?
    /// Name of ``organization``; nil where the server was not asked.
    public var organizationName: String?
    /// Workspace on the server, by id; nil for the default one.
    public var workspace: String?
    /// Name of ``workspace``; nil where the server was not asked.
    public var workspaceName: String?
    /// Project within the workspace, by id; nil for the default one.
    public var project: String?
    /// Name of ``project``; nil where the server was not asked.
    public var projectName: String?
    /// How the server takes source code, `raw` or `base64`; nil for what the client finds out itself.
    public var sourceEncoding: String?
    /// Where the token is; nil where none is sent.
    public var token: TokenReference?

    /// Describes a context.
    public init(
        name: String,
        endpoint: String?,
        workspace: String? = nil,
        project: String? = nil,
        token: TokenReference? = nil,
        organization: String? = nil,
        sourceEncoding: String? = nil
    ) {
        self.name = name
        self.endpoint = endpoint
        self.workspace = workspace
        self.project = project
        self.token = token
        self.organization = organization
        self.sourceEncoding = sourceEncoding
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
    /// How the server takes source code, `raw` or `base64`; nil for what the client finds out itself.
    public var sourceEncoding: String?

    /// Describes a target.
    public init(
        context: String,
        server: Server,
        workspace: String,
        project: String,
        token: TokenReference?,
        sourceEncoding: String? = nil
    ) {
        self.context = context
        self.server = server
        self.workspace = workspace
        self.project = project
        self.token = token
        self.sourceEncoding = sourceEncoding
    }

    /// How people are told about a server that is not this machine's own: `context 'prod' (https://…)`; nil for that one.
    public var place: String? {
        guard case .endpoint(let address) = server else { return nil }
        return "context '\(context)' (\(address))"
    }
}
