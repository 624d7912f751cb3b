import Foundation
import FuncKit
import GRDB

/// A person who has signed in, as a provider describes them.
struct Account: Codable, Hashable, Sendable {
    /// Opaque and stable.
    var id: String
    /// Who vouches for them: `local`, or the name of an outside issuer.
    var provider: String
    /// How the provider names them; unique there.
    var subject: String
    var email: String
    var name: String
    var createdAt: Date
    var lastLogin: Date
}

/// Accounts of people.
struct AccountStore: Sendable {
    let registry: Registry
    let now: @Sendable () -> Date

    /// How old `lastLogin` may be before a sign-in that describes the same person is written again.
    private static let freshness: TimeInterval = 3600

    /// Uses `registry`; `now` stamps what it writes.
    init(registry: Registry, now: @escaping @Sendable () -> Date = { Date() }) {
        self.registry = registry
        self.now = now
    }

    /// The account with an id; nil where there is none.
    func account(_ id: String) async throws -> Account? {
        try await registry.read { try AccountRecord.fetchOne($0, key: id)?.account }
    }

    /// Notes that someone signed in, and makes their account where it is the first time.
    func signIn(provider: String, subject: String, email: String, name: String) async throws -> Account {
        let now = now()
        return try await registry.write { database in
            let match = AccountRecord.filter(Column("provider") == provider && Column("subject") == subject)
            if var record = try match.fetchOne(database) {
                record.account.email = email
                record.account.name = name
                record.account.lastLogin = now
                try record.update(database)
                return record.account
            }
            let account = Account(
                id: Identifier.make("user"),
                provider: provider,
                subject: subject,
                email: email,
                name: name,
                createdAt: now,
                lastLogin: now
            )
            try AccountRecord(account: account).insert(database)
            return account
        }
    }

    /// As ``signIn(provider:subject:email:name:)`` for those who prove themselves with every request: writes only what
    /// changed, or once in an hour.
    func recognise(provider: String, subject: String, email: String, name: String) async throws -> Account {
        let known = try await registry.read { database in
            try AccountRecord.filter(Column("provider") == provider && Column("subject") == subject)
                .fetchOne(database)?.account
        }
        if let known, known.email == email, known.name == name,
            now().timeIntervalSince(known.lastLogin) < Self.freshness
        {
            return known
        }
        return try await signIn(provider: provider, subject: subject, email: email, name: name)
    }
}

/// A row of `account`.
private struct AccountRecord: FetchableRecord, PersistableRecord, Codable {
    static let databaseTableName = "account"
    var account: Account

    init(account: Account) {
        self.account = account
    }

    init(from decoder: any Decoder) throws {
        account = try Account(from: decoder)
    }

    func encode(to encoder: any Encoder) throws {
        try account.encode(to: encoder)
    }
}
