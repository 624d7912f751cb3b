import Foundation
import FuncKit

/// Sign-in as the hosted service has it: short access tokens, refresh tokens that are good for one use, three sessions a
/// person (wire reference, section 3.1).
public struct HostedSessions: Sendable {
    /// Somebody who is signed in.
    public struct Session: Sendable {
        /// Changes with each refresh.
        public var id: String
        /// Who it is.
        public var user: String
        /// What calls carry.
        public var accessToken: String
        /// When calls stop being taken.
        public var expiresAt: Date
        /// Good for one refresh.
        public var refreshToken: String
    }

    private static let mostPerUser = 3

    /// Everybody who is signed in.
    public var open: [Session] = []
    /// States of sign-ins that have begun.
    public var pendingStates: Set<String> = []
    /// Refreshes so far.
    public var refreshes = 0
    /// Seconds until the access token of a sign-in ends.
    public var lifetime: TimeInterval = 900
    private var count = 0

    /// Signs somebody in without the way through a browser; nil where too many sessions are open.
    public mutating func signIn(_ user: String, now: Date, lifetime: TimeInterval? = nil) -> Session? {
        guard open.filter({ $0.user == user }).count < Self.mostPerUser else { return nil }
        let session = make(user, now: now, lifetime: lifetime ?? self.lifetime)
        open.append(session)
        return session
    }

    private mutating func make(_ user: String, now: Date, lifetime: TimeInterval) -> Session {
        count += 1
        let expiry = now.addingTimeInterval(lifetime)
        let claims: [String: JSONValue] = [
            "sub": .string(user), "email": .string("\(user)@example.com"), "session_id": .string("session-\(count)"),
            "exp": .integer(Int(expiry.timeIntervalSince1970)),
        ]
        let payload = (try? JSONEncoder.functionAPI.encode(claims)) ?? Data()
        let parts = [Data(#"{"alg":"RS256","typ":"JWT"}"#.utf8), payload, Data("signature \(count)".utf8)]
        return Session(
            id: "session-\(count)",
            user: user,
            accessToken: parts.map(Self.base64URL).joined(separator: "."),
            expiresAt: expiry,
            refreshToken: Self.base64URL(Data("selector \(count)".utf8)) + "."
                + Self.base64URL(Data(UUID().uuidString.utf8))
        )
    }

    private static func base64URL(_ data: Data) -> String {
        data.base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }

    // MARK: Routes

    /// Why a request is not let in; nil where it is.
    func refusal(_ request: ScriptedServer.Request, now: Date) -> HostedAnswer? {
        guard let field = request.headers["authorization"], !field.isEmpty else {
            return .error(401, "missing authorization header")
        }
        let words = field.split(separator: " ").map(String.init)
        guard words.count == 2, words[0].lowercased() == "bearer" else {
            return .error(401, "invalid authorization header format")
        }
        // Taken without asking, by the real service too.
        if words[1].hasPrefix("dev_token_") { return nil }
        return session(words[1], now: now) == nil ? .error(401, "invalid or expired token") : nil
    }

    private func session(_ token: String, now: Date) -> Session? {
        open.first { $0.accessToken == token && $0.expiresAt > now }
    }

    /// What works without credentials; nil for other routes.
    mutating func answerOpen(_ request: ScriptedServer.Request, _ path: [String], now: Date) -> HostedAnswer? {
        switch (request.method, path.count, path.first) {
        case ("POST", 3, "auth") where path[1] == "login":
            guard ["google", "github"].contains(path[2]) else {
                return .error(400, "invalid provider or configuration error")
            }
            let state = "state-\(UUID().uuidString)"
            pendingStates.insert(state)
            let address = "https://\(path[2]).example.com/authorize?state=\(state)"
            return .json(200, ["provider": path[2], "auth_url": address, "state": state])
        case ("GET", 3, "auth") where path[1] == "callback":
            return callback(path[2], request.query["code"], request.query["state"], now: now)
        case ("POST", 3, "auth") where path[1] == "callback":
            let body = try? request.decoded([String: String].self)
            return callback(path[2], body?["code"], body?["state"], now: now)
        case ("POST", 2, "auth") where path[1] == "refresh":
            return refresh(request, now: now)
        case ("GET", 2, ".well-known") where path[1] == "jwks.json":
            return .json(200, ["keys": [String]()])
        default:
            return nil
        }
    }

    /// `code` names the person who signed in at the provider.
    private mutating func callback(_ provider: String, _ code: String?, _ state: String?, now: Date) -> HostedAnswer {
        guard let code, !code.isEmpty, let state, !state.isEmpty else {
            return .error(400, "missing authorization code or state")
        }
        guard pendingStates.remove(state) != nil else { return .error(500, "authentication failed") }
        guard let session = signIn(code, now: now) else { return .error(429, "concurrent sessions exceeded") }
        return tokens(session, lifetime: Int(lifetime), withUser: provider)
    }

    private mutating func refresh(_ request: ScriptedServer.Request, now: Date) -> HostedAnswer {
        guard let token = (try? request.decoded([String: String].self))?["refresh_token"] else {
            return .error(400, "invalid request body")
        }
        guard let index = open.firstIndex(where: { $0.refreshToken == token }) else {
            return .error(401, "invalid or expired refresh token")
        }
        // The session is a new one: the old tokens end with the old session.
        let session = make(open[index].user, now: now, lifetime: 3600)
        open[index] = session
        refreshes += 1
        return tokens(session, lifetime: 3600, withUser: nil)
    }

    private func tokens(_ session: Session, lifetime: Int, withUser provider: String?) -> HostedAnswer {
        var fields: [String: JSONValue] = [
            "access_token": .string(session.accessToken), "refresh_token": .string(session.refreshToken),
            "token_type": .string("Bearer"), "expires_in": .integer(lifetime),
        ]
        if let provider { fields["user"] = Self.user(session.user, provider) }
        return .json(200, fields)
    }

    private static func user(_ name: String, _ provider: String) -> JSONValue {
        .object([
            "id": .string(name), "email": .string("\(name)@example.com"), "display_name": .string(name),
            "provider": .string(provider),
        ])
    }

    /// What needs credentials, which were looked at already; nil for other routes.
    mutating func answerSignedIn(_ request: ScriptedServer.Request, _ path: [String], now: Date) -> HostedAnswer? {
        guard path.count == 2, path[0] == "auth" else { return nil }
        let token = request.headers["authorization"]?.split(separator: " ").last.map(String.init) ?? ""
        let current = session(token, now: now)
        switch (request.method, path[1]) {
        case ("GET", "me"):
            return .json(200, ["user": Self.user(current?.user ?? "dev-user-1", "google")])
        case ("GET", "sessions"):
            let mine = open.filter { $0.user == current?.user }
            let items = mine.map { session in
                JSONValue.object(["id": .string(session.id), "is_current": .bool(session.id == current?.id)])
            }
            let fields: [String: JSONValue] = [
                "sessions": items.isEmpty ? .null : .array(items), "total": .integer(items.count),
            ]
            return .json(200, fields)
        case ("POST", "logout"):
            open.removeAll { $0.id == current?.id }
            return .message("successfully logged out")
        default:
            return nil
        }
    }
}
