import Foundation

/// What a server hands out when somebody proves who they are (reference, sections 3.1 and 5.1).
public struct TokenGrant: Decodable, Hashable, Sendable {
    /// Sent with every request.
    public var accessToken: String
    /// Gets new tokens, once; nil where the server gives none.
    public var refreshToken: String?
    /// Seconds until the access token ends; nil where the server does not say.
    public var expiresIn: TimeInterval?
    /// Whose it is; nil where the server does not say.
    public var user: ServerUser?

    /// Reads the answer, bare or wrapped in `data` as some servers do.
    public init(from decoder: any Decoder) throws {
        let outer = try decoder.container(keyedBy: CodingKeys.self)
        let container =
            outer.contains(.data) ? try outer.nestedContainer(keyedBy: CodingKeys.self, forKey: .data) : outer
        accessToken = try container.decode(String.self, forKey: .accessToken)
        refreshToken = try container.nonEmptyText(.refreshToken)
        expiresIn = try container.decodeIfPresent(Double.self, forKey: .expiresIn)
        user = try container.decodeIfPresent(ServerUser.self, forKey: .user)
        guard StoredCredential.isToken(accessToken) else {
            throw DecodingError.dataCorruptedError(
                forKey: .accessToken,
                in: container,
                debugDescription: "an access token that cannot stand in a header"
            )
        }
    }

    private enum CodingKeys: String, CodingKey {
        case data, user
        case accessToken = "access_token"
        case refreshToken = "refresh_token"
        case expiresIn = "expires_in"
    }
}

/// Somebody whom a server knows.
public struct ServerUser: Codable, Hashable, Sendable {
    /// Opaque and stable.
    public var id: String?
    /// Where they get mail.
    public var email: String?
    /// How they are shown.
    public var displayName: String?
    /// Where they sign in, such as `github`.
    public var provider: String?

    /// Describes a user.
    public init(id: String? = nil, email: String? = nil, displayName: String? = nil, provider: String? = nil) {
        self.id = id
        self.email = email
        self.displayName = displayName
        self.provider = provider
    }

    /// The shortest way to name them; nil where nothing is known.
    public var label: String? {
        [email, displayName, id].compactMap { $0 }.first { !$0.isEmpty }
    }

    private enum CodingKeys: String, CodingKey {
        case id, email, provider
        case displayName = "display_name"
    }
}

/// Whom the server takes the sender of a request for (`GET /auth/me`).
public struct ServerIdentity: Decodable, Hashable, Sendable {
    /// Who it is.
    public var user: ServerUser
    /// Roles by project; nil where the server does not say.
    public var roles: [String: String]?
    /// Whether they may do everything; nil where the server does not say.
    public var isAdmin: Bool?
    /// Such as `user` or `service_account`; nil where the server does not say.
    public var kind: String?

    /// Reads the answer, bare or wrapped in `data`.
    public init(from decoder: any Decoder) throws {
        let outer = try decoder.container(keyedBy: CodingKeys.self)
        let container =
            outer.contains(.data) ? try outer.nestedContainer(keyedBy: CodingKeys.self, forKey: .data) : outer
        user = try container.decode(ServerUser.self, forKey: .user)
        roles = try container.decodeIfPresent([String: String].self, forKey: .roles)
        isAdmin = try container.decodeIfPresent(Bool.self, forKey: .isAdmin)
        kind = try container.decodeIfPresent(String.self, forKey: .kind)
    }

    private enum CodingKeys: String, CodingKey {
        case data, user, roles, kind
        case isAdmin = "is_admin"
    }
}
