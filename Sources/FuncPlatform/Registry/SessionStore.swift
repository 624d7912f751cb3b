import Foundation
import FuncKit
import GRDB

/// A sign-in that has not ended.
struct Session: Codable, Hashable, Sendable {
    var id: String
    var accountID: String
    /// Identifier of the latest access token; no other one is good.
    var tokenID: String
    var ipAddress: String
    var userAgent: String
    var createdAt: Date
    var lastUsedAt: Date
    /// When it ends whatever happens; refreshing does not move it.
    var expiresAt: Date
}

/// Sessions and their refresh tokens.
struct SessionStore: Sendable {
    let registry: Registry
    /// Sessions at once per account; 0 for no limit.
    let limit: Int
    let lifetime: TimeInterval
    let now: @Sendable () -> Date

    /// Even without a limit, sessions that nobody ends do not pile up: the oldest go.
    private static let maxKept = 1000
    /// Used refresh tokens that are remembered per session, to notice when one comes back.
    private static let maxUsedTokens = 100
    /// How old the time of last use may become before it is written again.
    private static let freshness: TimeInterval = 60

    /// What became of a refresh token.
    enum Rotation: Sendable {
        /// It is used up now, and this is the session with the identifier of the next access token.
        case renewed(Session)
        /// It had been used before, so someone else has it as well: the session is ended.
        case reused
        /// There is none of that kind, or its session has ended.
        case unknown
    }

    /// Begins a session.
    /// - Returns: nil where the account has as many as it may have.
    func begin(of account: Account, refresh: RefreshToken, from client: ClientInfo) async throws -> Session? {
        let now = now()
        let session = Session(
            id: Identifier.make("sess"),
            accountID: account.id,
            tokenID: SecretText.make(bytes: 16),
            ipAddress: client.address ?? "",
            userAgent: client.userAgent,
            createdAt: now,
            lastUsedAt: now,
            expiresAt: now.addingTimeInterval(lifetime)
        )
        let kept = (limit > 0 ? limit : Self.maxKept) - 1
        return try await registry.write { [limit] database in
            try SessionRecord.filter(Column("expiresAt") <= now).deleteAll(database)
            let mine = SessionRecord.filter(Column("accountID") == account.id)
            if try mine.fetchCount(database) > kept {
                guard limit == 0 else { return nil }
                let old = try mine.order(Column("lastUsedAt").desc).limit(-1, offset: kept).fetchAll(database)
                for record in old { try record.delete(database) }
            }
            try SessionRecord(session: session).insert(database)
            try RefreshTokenRecord(refresh, sessionID: session.id, createdAt: now).insert(database)
            try SecurityLogStore.add(
                .signedIn,
                "signed in with provider '\(account.provider)'",
                of: account.id,
                from: client,
                at: now,
                in: database
            )
            return session
        }
    }

    /// Uses a refresh token up and puts `next` in its place.
    func rotate(_ token: RefreshToken, to next: RefreshToken, from client: ClientInfo) async throws -> Rotation {
        let now = now()
        return try await registry.write { database in
            guard var record = try RefreshTokenRecord.matching(token, in: database),
                var session = try SessionRecord.fetchOne(database, key: record.sessionID)?.session,
                session.expiresAt > now
            else { return .unknown }
            func note(_ type: SecurityEvent.Kind, _ text: String) throws {
                try SecurityLogStore.add(type, text, of: session.accountID, from: client, at: now, in: database)
            }
            guard record.usedAt == nil else {
                try SessionRecord(session: session).delete(database)
                try note(.refreshReused, "a used refresh token came back; session '\(session.id)' was ended")
                return .reused
            }
            record.usedAt = now
            try record.update(database)
            try RefreshTokenRecord(next, sessionID: session.id, createdAt: now).insert(database)
            try Self.forgetUsedTokens(of: session.id, in: database)
            session.tokenID = SecretText.make(bytes: 16)
            session.lastUsedAt = now
            try SessionRecord(session: session).update(database)
            try note(.refreshed, "tokens of session '\(session.id)' were renewed")
            return .renewed(session)
        }
    }

    /// The session of an access token; nil where it has ended. Notes, now and then, that it is in use.
    func use(_ id: String) async throws -> Session? {
        let now = now()
        guard let session = try await registry.read({ try SessionRecord.fetchOne($0, key: id)?.session }),
            session.expiresAt > now
        else { return nil }
        guard now.timeIntervalSince(session.lastUsedAt) >= Self.freshness else { return session }
        do {
            try await registry.write { database in
                try database.execute(
                    sql: "UPDATE session SET lastUsedAt = ? WHERE id = ?",
                    arguments: [now, id]
                )
            }
        } catch let error as FuncError where error.code == .noSpace {
            // A full disk is no reason to refuse a request that may only read.
        }
        return session
    }

    /// The sessions of an account, the latest used first.
    func sessions(of accountID: String) async throws -> [Session] {
        let now = now()
        return try await registry.read { database in
            try SessionRecord.filter(Column("accountID") == accountID && Column("expiresAt") > now)
                .order(Column("lastUsedAt").desc, Column("createdAt").desc).fetchAll(database).map(\.session)
        }
    }

    /// The session that a refresh token belongs to, if it is an account's own.
    func session(of token: RefreshToken, accountID: String) async throws -> String? {
        try await registry.read { database in
            guard let record = try RefreshTokenRecord.matching(token, in: database),
                let session = try SessionRecord.fetchOne(database, key: record.sessionID)?.session,
                session.accountID == accountID
            else { return nil }
            return session.id
        }
    }

    /// Ends a session of an account; false where there is none of that id.
    func end(_ id: String, of accountID: String, as type: SecurityEvent.Kind, from client: ClientInfo) async throws
        -> Bool
    {
        let now = now()
        return try await registry.write { database in
            let match = SessionRecord.filter(Column("id") == id && Column("accountID") == accountID)
            guard try match.deleteAll(database) > 0 else { return false }
            try SecurityLogStore.add(type, "session '\(id)' ended", of: accountID, from: client, at: now, in: database)
            return true
        }
    }

    /// Ends all sessions of an account but one.
    /// - Returns: how many were ended.
    func endAll(of accountID: String, but kept: String?, from client: ClientInfo) async throws -> Int {
        let now = now()
        return try await registry.write { database in
            let others = SessionRecord.filter(Column("accountID") == accountID && Column("id") != (kept ?? ""))
            let count = try others.deleteAll(database)
            let text = "\(count) session\(count == 1 ? "" : "s") ended"
            try SecurityLogStore.add(.allSessionsRevoked, text, of: accountID, from: client, at: now, in: database)
            return count
        }
    }

    private static func forgetUsedTokens(of sessionID: String, in database: Database) throws {
        try database.execute(
            sql: """
                DELETE FROM refreshToken WHERE sessionID = :session AND usedAt IS NOT NULL AND rowid NOT IN (
                    SELECT rowid FROM refreshToken WHERE sessionID = :session ORDER BY rowid DESC LIMIT :limit
                )
                """,
            arguments: ["session": sessionID, "limit": maxUsedTokens]
        )
    }
}

/// A row of `session`.
private struct SessionRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "session"
    var session: Session

    init(session: Session) {
        self.session = session
    }

    init(from decoder: any Decoder) throws {
        session = try Session(from: decoder)
    }

    func encode(to encoder: any Encoder) throws {
        try session.encode(to: encoder)
    }
}

/// A row of `refreshToken`.
private struct RefreshTokenRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "refreshToken"
    var selector: String
    var sessionID: String
    var verifierDigest: String
    var usedAt: Date?
    var createdAt: Date

    init(_ token: RefreshToken, sessionID: String, createdAt: Date) {
        selector = token.selector
        self.sessionID = sessionID
        verifierDigest = SecretText.digest(token.verifier)
        self.createdAt = createdAt
    }

    static func matching(_ token: RefreshToken, in database: Database) throws -> RefreshTokenRecord? {
        guard let record = try RefreshTokenRecord.fetchOne(database, key: token.selector),
            SecretText.isEqual(record.verifierDigest, SecretText.digest(token.verifier))
        else { return nil }
        return record
    }
}
