import Foundation

/// What a login leaves behind: the tokens of one context, as they stand in its private file.
public struct StoredCredential: Codable, Hashable, Sendable {
    /// How the user proved who they are.
    public enum Kind: String, Codable, Sendable {
        /// A bearer token that was handed over.
        case token
        /// An API key, sent as it is or exchanged for a token.
        case apiKey = "api_key"
        /// A sign-in in a browser.
        case oauth
    }

    /// How the user proved who they are.
    public var kind: Kind
    /// Where the tokens may be sent, see ``ServerOrigin``; nil in files of older versions, which held the token alone.
    public var origin: String?
    /// Sent with every request.
    public var accessToken: String
    /// Gets a new access token, once; nil where the server gave none.
    public var refreshToken: String?
    /// Gets a new access token, again and again; nil unless a key was exchanged.
    public var apiKey: String?
    /// When the access token ends; nil where unknown.
    public var expiresAt: Date?
    /// Who is logged in, as the server said at the time.
    public var user: ServerUser?

    /// Describes a credential.
    public init(
        kind: Kind,
        origin: String?,
        accessToken: String,
        refreshToken: String? = nil,
        apiKey: String? = nil,
        expiresAt: Date? = nil,
        user: ServerUser? = nil
    ) {
        self.kind = kind
        self.origin = origin
        self.accessToken = accessToken
        self.refreshToken = refreshToken
        self.apiKey = apiKey
        self.expiresAt = expiresAt
        self.user = user
    }

    /// Takes what a server granted. The lifetime is what the server says, else what the token itself does.
    public init(kind: Kind, origin: String?, grant: TokenGrant, apiKey: String? = nil, now: Date) {
        let claims = TokenClaims(of: grant.accessToken)
        self.init(
            kind: kind,
            origin: origin,
            accessToken: grant.accessToken,
            refreshToken: grant.refreshToken,
            apiKey: apiKey,
            expiresAt: grant.expiresIn.map { now.addingTimeInterval($0) } ?? claims?.expiresAt,
            user: grant.user ?? claims?.user
        )
    }

    /// Takes a token that somebody typed or a program printed.
    /// - Throws: `invalid_argument` where it is empty or has characters that no token has.
    public init(kind: Kind, origin: String?, text: String) throws {
        let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard Self.isToken(token) else {
            let what = kind == .apiKey ? "API key" : "token"
            throw FuncError(
                .invalidArgument,
                "the \(what) is empty or has characters that none has",
                hint: "pass it alone, without quotes or the word 'Bearer'"
            )
        }
        let claims = TokenClaims(of: token)
        self.init(
            kind: kind,
            origin: origin,
            accessToken: token,
            expiresAt: claims?.expiresAt,
            user: claims?.user
        )
    }

    /// Whether the text can stand in a header (RFC 6750, section 2.1, and what servers make of it).
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 32 && $0 < 127 }
    }

    /// Whether there is a way to a new access token.
    var isRenewable: Bool { refreshToken != nil || apiKey != nil }

    /// Whether the access token ends within `seconds`.
    func ends(within seconds: TimeInterval, of now: Date) -> Bool {
        expiresAt.map { $0.timeIntervalSince(now) < seconds } ?? false
    }

    private enum CodingKeys: String, CodingKey {
        case kind, origin, user
        case accessToken = "access_token"
        case refreshToken = "refresh_token"
        case apiKey = "api_key"
        case expiresAt = "expires_at"
    }
}

extension StoredCredential: CustomStringConvertible, CustomReflectable {
    /// Kind and user; never a token.
    public var description: String { "\(kind.rawValue) of \(user?.label ?? "unknown")" }

    /// Keeps tokens out of `dump` and test output too.
    public var customMirror: Mirror { Mirror(self, children: ["credential": description]) }
}
