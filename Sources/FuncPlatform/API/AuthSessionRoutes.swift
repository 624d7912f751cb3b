import Foundation
import FuncKit
import Hummingbird

/// `/auth/me`, `/auth/sessions`, `/auth/logout` and `/auth/security-logs`: what those who are in can see and end.
struct AuthSessionRoutes: Sendable {
    let auth: AuthParts

    func add(to group: APIRouteGroup) {
        group.on(.get, "/me", .signedIn) { _, context in try await me(context.principal) }
        group.on(.post, "/logout", .signedIn) { request, context in
            let data = try await APIBody.data(request)
            let body = data.isEmpty ? Logout() : try APIBody.decode(Logout.self, from: data)
            try await auth.signIn.signOut(
                context.principal,
                refreshToken: body.refreshToken,
                from: ClientInfo(request)
            )
            return try Response.json(["message": "successfully logged out"])
        }
        group.on(.get, "/sessions", .signedIn) { _, context in
            let current = context.principal.session
            let sessions = try await auth.sessions.sessions(of: context.principal.id)
                .map { SessionView($0, isCurrent: $0.id == current) }
            return try Response.json(SessionList(sessions: sessions, total: sessions.count))
        }
        group.on(.delete, "/sessions/{session}", .signedIn) { request, context in
            let id = try context.path("session")
            let client = ClientInfo(request)
            guard try await auth.sessions.end(id, of: context.principal.id, as: .sessionRevoked, from: client) else {
                throw FuncError(.notFound, "session '\(id)' not found")
            }
            return try Response.json(["message": "session revoked successfully"])
        }
        group.on(.post, "/sessions/revoke-all", .signedIn) { request, context in
            let count = try await auth.sessions.endAll(
                of: context.principal.id,
                but: context.principal.session,
                from: ClientInfo(request)
            )
            return try Response.json(Revoked(message: "all other sessions revoked successfully", revoked: count))
        }
        group.on(.get, "/security-logs", .signedIn) { request, context in
            let limit = try APIQuery(request).count("limit", default: 50, maximum: 500)
            // Who administrates the platform sees everyone's entries, and those about nobody.
            let user = context.principal.grants.isPlatformAdmin ? nil : context.principal.id
            let logs = try await auth.log.events(of: user, limit: limit)
            return try Response.json(LogList(logs: logs, total: logs.count))
        }
    }

    private func me(_ principal: Principal) async throws -> Response {
        let account = principal.kind == .user ? try await auth.accounts.account(principal.id) : nil
        let user = Me.User(
            id: principal.id,
            email: account?.email ?? "",
            displayName: account?.name ?? principal.name,
            provider: account?.provider ?? (principal.kind == .owner ? "platform" : "api_key"),
            createdAt: account?.createdAt,
            lastLogin: account?.lastLogin
        )
        return try Response.json(
            Me(
                user: user,
                roles: principal.grants.roles,
                isAdmin: principal.grants.isPlatformAdmin,
                kind: principal.kind
            )
        )
    }

    private struct Logout: Decodable {
        var refreshToken: String?

        enum CodingKeys: String, CodingKey {
            case refreshToken = "refresh_token"
        }
    }

    private struct Me: Encodable {
        struct User: Encodable {
            var id: String
            var email: String
            var displayName: String
            var provider: String
            var createdAt: Date?
            var lastLogin: Date?

            enum CodingKeys: String, CodingKey {
                case id, email, provider
                case displayName = "display_name"
                case createdAt = "created_at"
                case lastLogin = "last_login"
            }
        }

        var user: User
        var roles: [String: Role]
        var isAdmin: Bool
        var kind: Principal.Kind

        enum CodingKeys: String, CodingKey {
            case user, roles, kind
            case isAdmin = "is_admin"
        }
    }

    private struct SessionView: Encodable {
        var id: String
        var ipAddress: String
        var userAgent: String
        var createdAt: Date
        var lastUsedAt: Date
        var expiresAt: Date
        var isCurrent: Bool

        init(_ session: Session, isCurrent: Bool) {
            id = session.id
            ipAddress = session.ipAddress
            userAgent = session.userAgent
            createdAt = session.createdAt
            lastUsedAt = session.lastUsedAt
            expiresAt = session.expiresAt
            self.isCurrent = isCurrent
        }

        enum CodingKeys: String, CodingKey {
            case id
            case ipAddress = "ip_address"
            case userAgent = "user_agent"
            case createdAt = "created_at"
            case lastUsedAt = "last_used_at"
            case expiresAt = "expires_at"
            case isCurrent = "is_current"
        }
    }

    private struct SessionList: Encodable {
        var sessions: [SessionView]
        var total: Int
    }

    private struct Revoked: Encodable {
        var message: String
        var revoked: Int
    }

    private struct LogList: Encodable {
        var logs: [SecurityEvent]
        var total: Int
    }
}
