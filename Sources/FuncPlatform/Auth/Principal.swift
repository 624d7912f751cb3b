import Foundation
import FuncKit

/// Who is behind a request, and what that lets them do.
struct Principal: Hashable, Sendable {
    /// How they proved who they are.
    enum Kind: String, Codable, Sendable {
        /// The holder of the platform's own token: this machine's user.
        case owner
        case user
        case serviceAccount = "service_account"
    }

    /// Opaque and stable; audit entries and versions name it.
    var id: String
    /// How they are shown.
    var name: String
    var kind: Kind
    /// What they may do.
    var grants: Grants
    /// Workspace of requests that name none, as those of the Python SDK.
    var defaultWorkspace = "default"
    /// Project of requests that name none.
    var defaultProject = "default"
    /// The sign-in that the credential belongs to, for those who have signed in.
    var session: String?
    /// When the credentials that prove it end; nil for those that last until they are taken away.
    var expiresAt: Date?

    /// This machine's user, who may do everything.
    static let owner = Principal(id: "local", name: "local", kind: .owner, grants: Grants(isPlatformAdmin: true))
}

/// What someone may do, and where.
struct Grants: Hashable, Sendable {
    /// Whether they may do everything everywhere.
    var isPlatformAdmin = false
    /// Their role by project id.
    var roles: [String: Role] = [:]
    /// Ids of functions that they may call besides.
    var invocable: Set<String> = []

    /// Whether they have a permission in a project, or for one function of it.
    func allows(_ permission: Permission, project: String, function: String? = nil) -> Bool {
        if isPlatformAdmin { return true }
        if permission == .invoke, let function, invocable.contains(function) { return true }
        guard let role = roles[project] else { return false }
        return role >= permission.role
    }

    /// Ids of the projects in which their role has a permission.
    func projects(allowing permission: Permission) -> [String] {
        roles.filter { $0.value >= permission.role }.map(\.key)
    }
}

/// What a request proves its sender with.
enum Credential: Hashable, Sendable {
    /// `Authorization: Bearer …`: a JWT or an API key.
    case bearer(String)
    /// `X-API-Key: …`
    case apiKey(String)
}

/// Finds out who is behind a credential.
protocol Authenticating: Sendable {
    /// The one who holds it. Wrong guesses are counted by the address of the `client`.
    /// - Throws: `unauthenticated`, `rate_limited` after too many wrong guesses.
    func principal(for credential: Credential, client: String?) async throws -> Principal

    /// Whom a JWT was given to: one of this platform's own, or of an issuer that it trusts. No right is looked at.
    /// - Throws: `unauthenticated`, `rate_limited` after too many wrong guesses.
    func subject(ofJWT token: String, client: String?) async throws -> TokenSubject
}

/// Whom a JWT was given to.
struct TokenSubject: Hashable, Sendable {
    /// The claim `sub`, unique within the issuer.
    var subject: String
    /// The claim `exp`.
    var expiresAt: Date?
}

extension Authenticating {
    /// Knows the JWTs that stand for a principal.
    func subject(ofJWT token: String, client: String?) async throws -> TokenSubject {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        let principal = try await principal(for: .bearer(token), client: client)
        guard parts.count == 3, !parts.contains(where: \.isEmpty) else {
            throw FuncError(.unauthenticated, "the token is no JWT")
        }
        return TokenSubject(subject: principal.id, expiresAt: principal.expiresAt)
    }
}
