import Foundation
import FuncKit
import Synchronization

@testable import FuncPlatform

/// Knows a few credentials, and counts how often it is asked.
final class FakeAuthenticator: Authenticating {
    private let calls = Mutex<[String]>([])
    private let revoked = Mutex<Set<String>>([])
    let expiry: Date?

    init(expiry: Date? = nil) {
        self.expiry = expiry
    }

    /// The credentials that it was asked about.
    var asked: [String] { calls.withLock { $0 } }

    func revoke(_ token: String) { revoked.withLock { _ = $0.insert(token) } }

    func principal(for credential: Credential, client: String?) async throws -> Principal {
        let text: String
        switch credential {
        case .bearer(let token): text = token
        case .apiKey(let key): text = "key " + key
        }
        calls.withLock { $0.append(text) }
        if revoked.withLock({ $0.contains(text) }) { throw FuncError(.unauthenticated, "revoked") }
        var principal: Principal
        switch text {
        case "owner": principal = .owner
        case "developer", "key good", "a.b.c": principal = user(Grants(roles: ["id-default": .developer]))
        case "viewer": principal = user(Grants(roles: ["id-default": .viewer]))
        case "elsewhere": principal = user(Grants(roles: ["id-other": .admin]))
        case "invoker": principal = user(Grants(invocable: ["id-hello"]))
        case "evil":
            principal = Principal(id: "x\r\nX-Evil: 1 é%", name: "e", kind: .user, grants: Principal.owner.grants)
        case "flood": throw FuncError(.rateLimited, "too many")
        case "broken": throw FuncError(.internalError, "the database is at /var/lib/secret")
        default: throw FuncError(.unauthenticated, "unknown")
        }
        principal.expiresAt = expiry
        return principal
    }

    func subject(ofJWT token: String, client: String?) async throws -> TokenSubject {
        calls.withLock { $0.append("jwt " + token) }
        switch token {
        case "a.b.c", "idp.jwt.x": return TokenSubject(subject: "sub-\(token)", expiresAt: expiry)
        default: throw FuncError(.unauthenticated, "no JWT")
        }
    }

    private func user(_ grants: Grants) -> Principal {
        Principal(id: "user-1", name: "u", kind: .user, grants: grants)
    }
}
