import Foundation
import FuncKit
import Hummingbird

/// `/.well-known/jwks.json` and `/auth/token`: what verifies access tokens, and how programs get them.
struct AuthTokenRoutes: Sendable {
    let auth: AuthParts

    func add(to group: APIRouteGroup) {
        group.on(.get, "/.well-known/jwks.json", .open) { _, _ in
            try Response.json(try await auth.tokens.keys.ring().published)
        }
        group.on(.post, "/auth/token", .open) { request, _ in
            let body = try await APIBody.decode(KeyBody.self, from: request)
            guard let token = try await auth.keys.exchange(body.key, from: ClientInfo(request)) else {
                return try Response.json(
                    APIError(FuncError("INVALID_API_KEY", "invalid, expired or revoked API key")),
                    status: .unauthorized,
                    headers: [.wwwAuthenticate: "Bearer"]
                )
            }
            return try Response.json(
                TokenAnswer(accessToken: token, expiresIn: auth.tokens.lifetimeSeconds),
                headers: [.cacheControl: "no-store"]
            )
        }
    }

    private struct KeyBody: Decodable {
        var key: String

        enum CodingKeys: String, CodingKey {
            case key = "api_key"
        }
    }

    private struct TokenAnswer: Encodable {
        var accessToken: String
        var expiresIn: Int
        var tokenType = "Bearer"

        enum CodingKeys: String, CodingKey {
            case accessToken = "access_token"
            case expiresIn = "expires_in"
            case tokenType = "token_type"
        }
    }
}
