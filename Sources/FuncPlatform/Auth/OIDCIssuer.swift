import FuncKit

/// An outside issuer whose tokens the platform accepts (OpenID Connect).
public struct OIDCIssuer: Hashable, Sendable {
    /// How accounts name the provider.
    public var name: String
    /// Value of the claim `iss`, to the letter.
    public var issuer: String
    /// Values of the claim `aud`, one of which a token must have.
    public var audiences: [String]
    /// Where its keys are; nil asks the issuer (OpenID Connect Discovery 1.0).
    public var keySetURL: String?
    /// The claim that names a user.
    public var userClaim: String
    /// The claim whose values ``roles`` maps; nil gives everyone ``defaultRole``.
    public var roleClaim: String?
    /// Roles by value of the role claim; of several the highest counts.
    public var roles: [String: Role]
    /// The role of those whom ``roles`` does not mention; nil for none.
    public var defaultRole: Role?
    /// The project that the roles are for, by name or id.
    public var project: String

    /// Describes an issuer whose users may look at the default project.
    public init(
        name: String,
        issuer: String,
        audiences: [String],
        keySetURL: String? = nil,
        userClaim: String = "sub",
        roleClaim: String? = nil,
        roles: [String: Role] = [:],
        defaultRole: Role? = .viewer,
        project: String = "default"
    ) {
        self.name = name
        self.issuer = issuer
        self.audiences = audiences
        self.keySetURL = keySetURL
        self.userClaim = userClaim
        self.roleClaim = roleClaim
        self.roles = roles
        self.defaultRole = defaultRole
        self.project = project
    }

    /// Where the issuer describes itself.
    var discoveryURL: String {
        (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/.well-known/openid-configuration"
    }
}

/// Who may sign in with the built-in provider `local`.
public enum LocalSignIn: String, CaseIterable, Hashable, Sendable {
    /// Whom the owner of the platform lets in, by the platform's own token.
    case owner
    /// Everyone who can reach the platform's port, under any name and role.
    case open
    /// Nobody.
    case off
}
