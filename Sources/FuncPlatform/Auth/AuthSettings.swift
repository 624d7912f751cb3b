import Foundation
import FuncKit

/// Who may sign in, and how: what `auth.json` in the data folder says.
public struct AuthSettings: Hashable, Sendable {
    /// Outside issuers whose tokens are accepted.
    public var oidcIssuers: [OIDCIssuer] = []
    /// Who may sign in with the built-in provider.
    public var localSignIn: LocalSignIn = .owner
    /// Sessions at once per user; 0 for no limit. The hosted service has 3.
    public var maxSessionsPerUser: Int = 0
    /// Wrong credentials at once, and then per minute, from one address; 0 for no limit.
    public var wrongCredentialsPerMinute: Int = 20
    /// How long an access token is good.
    public var accessTokenLifetime: Duration = .seconds(3600)
    /// How long a session lasts; refreshing does not prolong it.
    public var sessionLifetime: Duration = .seconds(30 * 86_400)
    /// Value of `iss` in the platform's own tokens.
    public var tokenIssuer: String = "https://api.hexabase-kaas.io"
    /// Value of `aud` in the platform's own tokens.
    public var tokenAudience: String = "hexabase-api"

    /// Every default.
    public init() {}

    /// These settings, with those of a file in their place where it has any; without the file they stay as they are.
    /// - Throws: `config_invalid` naming the place, `file_system`.
    func reading(_ path: String) throws -> AuthSettings {
        guard FileManager.default.fileExists(atPath: path) else { return self }
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw FuncError(.fileSystem, "cannot read '\(path)'", because: error)
        }
        let reader: SettingsReader
        do {
            reader = SettingsReader(file: path, place: "", value: try JSONValue(parsing: data))
        } catch {
            throw FuncError(
                .configInvalid,
                "'\(path)' is not valid JSON",
                hint: "correct it, or move it away to go without it",
                because: error
            )
        }
        return try changed(by: reader)
    }

    private func changed(by reader: SettingsReader) throws -> AuthSettings {
        try reader.allow(["issuers", "local_sign_in", "max_sessions_per_user", "wrong_credentials_per_minute"])
        var settings = self
        settings.oidcIssuers += try reader.list("issuers").map(Self.issuer)
        settings.localSignIn = try reader.choice("local_sign_in", of: LocalSignIn.self) ?? localSignIn
        settings.maxSessionsPerUser = try reader.count("max_sessions_per_user") ?? maxSessionsPerUser
        settings.wrongCredentialsPerMinute =
            try reader.count("wrong_credentials_per_minute") ?? wrongCredentialsPerMinute
        for (key, names) in [
            ("issuer", settings.oidcIssuers.map(\.issuer)), ("name", settings.oidcIssuers.map(\.name)),
        ] {
            let twin = Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys.min()
            if let twin { throw reader.fault("two issuers have the \(key) '\(twin)'") }
        }
        return settings
    }

    private static func issuer(_ reader: SettingsReader) throws -> OIDCIssuer {
        try reader.allow([
            "name", "issuer", "audience", "jwks_url", "user_claim", "role_claim", "roles", "role", "project",
        ])
        let issuer = try reader.required("issuer")
        try reader.checkURL(issuer, key: "issuer")
        let keySetURL = try reader.text("jwks_url")
        if let keySetURL { try reader.checkURL(keySetURL, key: "jwks_url") }
        let audiences = try reader.texts("audience")
        guard !audiences.isEmpty else {
            throw reader.fault("'audience' is missing", hint: "name the client id that tokens are issued for")
        }
        let name = try reader.text("name") ?? URLComponents(string: issuer)?.host ?? issuer
        // An outside issuer must not speak for accounts of the built-in provider.
        guard name != LocalProvider.name else { throw reader.fault("'name' is that of the built-in provider") }
        let roleClaim = try reader.text("role_claim")
        let roles = try reader.map("roles", of: Role.self)
        guard roleClaim != nil || roles.isEmpty else {
            throw reader.fault("'roles' has no effect without 'role_claim'")
        }
        return OIDCIssuer(
            name: name,
            issuer: issuer,
            audiences: audiences,
            keySetURL: keySetURL,
            userClaim: try reader.text("user_claim") ?? "sub",
            roleClaim: roleClaim,
            roles: roles,
            defaultRole: try reader.text("role") == "none" ? nil : try reader.choice("role", of: Role.self) ?? .viewer,
            project: try reader.text("project") ?? "default"
        )
    }
}
