import Foundation
import FuncKit

/// API keys and service accounts, and the tokens that keys are exchanged for.
struct APIKeyService: Sendable {
    /// How every key begins.
    static let prefix = "hks_live_"
    /// How the identifiers of keys begin; those of sessions begin otherwise.
    static let idPrefix = "key-"
    private static let maxNameLength = 128
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
    /// What a scope needs; a key without a role has the least role that all its scopes need.
    private static let scopeRoles: [String: Role] = [
        "functions:read": .viewer, "logs:read": .viewer, "functions:write": .developer, "functions:invoke": .developer,
        "admin": .admin,
    ]

    let keys: APIKeyStore
    let serviceAccounts: ServiceAccountStore
    let grants: any GrantProviding
    let workspaces: WorkspaceStore
    let projects: ProjectStore
    let tokens: AccessTokens
    let limiter: GuessLimiter
    let authenticator: CompositeAuthenticator
    let log: SecurityLogStore

    /// A key as its maker wants it.
    struct NewKey: Sendable {
        var name: String
        var scopes: [String]
        var expiresAt: Date?
        var organization: String
        var workspace: String
        var project: String
        var role: Role?
        var serviceAccount: String?
    }

    // MARK: Keys

    /// Makes a key.
    /// - Returns: what is known of it, and the key itself, which is shown this once.
    /// - Throws: `invalid_argument`, `forbidden`, `not_found`, `project_not_found`.
    func create(_ new: NewKey, by maker: Principal, from client: ClientInfo) async throws -> (key: APIKey, text: String)
    {
        try Self.checkName(new.name)
        if let end = new.expiresAt, end <= keys.now() {
            throw FuncError(.invalidArgument, "'expires_at' is in the past")
        }
        let workspace = try await workspaces.workspace(new.workspace)
        guard workspace.organizationID == new.organization else {
            throw FuncError(.notFound, "workspace '\(new.workspace)' not found in the organization")
        }
        let project = try await manageable(new.project, workspace: workspace.id, by: maker)
        var account: ServiceAccount?
        if let reference = new.serviceAccount {
            let found = try await serviceAccounts.account(reference, workspace: workspace.id)
            // Whoever holds the key acts as the account: only its own admins may hand that out.
            guard found.projectID == project else {
                throw FuncError(
                    .invalidArgument,
                    "service account '\(found.name)' belongs to another project than the key"
                )
            }
            account = found
        }
        let text = Self.makeText()
        let key = APIKey(
            id: Identifier.make(String(Self.idPrefix.dropLast())),
            organizationID: new.organization,
            workspaceID: workspace.id,
            projectID: project,
            name: new.name,
            prefix: String(text.prefix(Self.prefix.count + 4)),
            scopes: new.scopes,
            role: try Self.role(new.role, scopes: new.scopes, isServiceAccount: account != nil),
            serviceAccountID: account?.id,
            createdBy: maker.id,
            createdAt: keys.now(),
            expiresAt: new.expiresAt
        )
        try await keys.add(key, text: text, from: client)
        return (key, text)
    }

    /// The keys of an organization that someone may see: those of projects whose access they manage.
    func keys(organization: String, seenBy principal: Principal) async throws -> [APIKey] {
        try await keys.keys(organization: organization)
            .filter { principal.grants.allows(.manageAccess, project: $0.projectID) }
    }

    /// Revokes a key.
    /// - Throws: `not_found`, also where the caller may not see it.
    func revoke(_ id: String, organization: String, by principal: Principal, from client: ClientInfo) async throws {
        let seen = try await keys(organization: organization, seenBy: principal)
        guard let key = seen.first(where: { $0.id == id }) else {
            throw FuncError(.notFound, "API key '\(id)' not found")
        }
        try await keys.revoke(key, by: principal.id, from: client)
    }

    /// Exchanges a key for an access token, which ends with the key at the latest. Nil for a key that is not good.
    /// - Throws: ``Throttled``.
    func exchange(_ text: String, from client: ClientInfo) async throws -> String? {
        try await limiter.admit(client.address)
        guard let key = try await keys.use(text: text) else {
            try await authenticator.noteGuess(from: client.address)
            return nil
        }
        let principal = try await authenticator.principal(of: key)
        let bearer = AccessTokens.Bearer(
            id: principal.id,
            name: principal.name,
            provider: "api_key",
            sessionID: key.id
        )
        let token = try await tokens.issue(to: bearer, tokenID: SecretText.make(bytes: 16))
        try await log.add(
            .keyExchanged,
            "API key '\(key.name)' (\(key.id)) was exchanged for an access token",
            of: principal.id,
            from: client
        )
        return token
    }

    // MARK: Service accounts

    /// Makes a service account in a project, with a role there if one is given.
    /// - Throws: `invalid_argument`, `forbidden`, `already_exists`, `project_not_found`.
    func createAccount(
        name: String,
        description: String,
        role: Role?,
        workspace: String,
        project: String,
        by maker: Principal,
        from client: ClientInfo
    ) async throws -> ServiceAccount {
        try Self.checkName(name)
        let project = try await manageable(project, workspace: workspace, by: maker)
        let account = try await serviceAccounts.create(
            name: name,
            description: description,
            workspace: workspace,
            project: project,
            by: maker.id,
            from: client
        )
        if let role { try await grants.setRole(role, of: account.id, in: project) }
        return account
    }

    /// The service accounts that someone may see, with their roles by project.
    func accounts(workspace: String, seenBy principal: Principal) async throws -> [(ServiceAccount, [String: Role])] {
        var seen: [(ServiceAccount, [String: Role])] = []
        for account in try await serviceAccounts.accounts(workspace: workspace)
        where principal.grants.allows(.manageAccess, project: account.projectID) {
            seen.append((account, try await grants.grants(of: account.id).roles))
        }
        return seen
    }

    /// Deletes a service account with its keys and roles.
    /// - Throws: `not_found`, also where the caller may not see it.
    func deleteAccount(_ reference: String, workspace: String, by principal: Principal, from client: ClientInfo)
        async throws
    {
        let account = try await serviceAccounts.account(reference, workspace: workspace)
        guard principal.grants.allows(.manageAccess, project: account.projectID) else {
            throw FuncError(.notFound, "service account '\(reference)' not found")
        }
        for project in try await grants.grants(of: account.id).roles.keys {
            try await grants.setRole(nil, of: account.id, in: project)
        }
        try await serviceAccounts.delete(account, by: principal.id, from: client)
    }

    // MARK: Rules

    /// The id of a project whose access someone manages.
    private func manageable(_ reference: String, workspace: String, by principal: Principal) async throws -> String {
        let project = try await projects.id(of: reference, workspace: workspace)
        if let project, principal.grants.allows(.manageAccess, project: project) { return project }
        // Whoever may not manage a project learns nothing about it, not even that it is not there.
        guard principal.grants.isPlatformAdmin else {
            throw FuncError(
                .forbidden,
                "you may not \(Permission.manageAccess.rawValue) in project '\(reference)'",
                hint: "ask an admin of the project; 'hks-func whoami' shows your roles"
            )
        }
        throw FuncError(.projectNotFound, "project '\(reference)' not found in workspace '\(workspace)'")
    }

    private static func role(_ role: Role?, scopes: [String], isServiceAccount: Bool) throws -> Role? {
        let needed = try scopes.map { scope in
            guard let role = scopeRoles[scope] else {
                throw FuncError(
                    .invalidArgument,
                    "scope '\(scope)' is not known",
                    hint: "known are " + scopeRoles.keys.sorted().joined(separator: ", ")
                )
            }
            return role
        }.max()
        if let role, let needed, role != needed {
            throw FuncError(
                .invalidArgument,
                "role '\(role.rawValue)' does not match the scopes, which need '\(needed.rawValue)'",
                hint: "give either"
            )
        }
        return role ?? needed ?? (isServiceAccount ? nil : .developer)
    }

    private static func checkName(_ name: String) throws {
        guard (1...maxNameLength).contains(name.count), name.unicodeScalars.allSatisfy({ $0.properties.isPrintable })
        else {
            throw FuncError(
                .invalidArgument,
                "'name' has no letters, more than \(maxNameLength), or some that cannot be shown"
            )
        }
    }

    private static func makeText() -> String {
        var random = SystemRandomNumberGenerator()
        return prefix + String((0..<43).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] })
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isPrintable: Bool {
        switch generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
