import Foundation
import FuncKit
import Hummingbird

/// `/organizations/{org}/api-keys` and `/workspaces/{workspace}/service-accounts`: how programs get in.
///
/// The guard lets in who manages access anywhere in the organisation or workspace; the service then looks at the project
/// in question.
struct AuthKeyRoutes: Sendable {
    let service: APIKeyService

    init(_ auth: AuthParts) {
        service = auth.keys
    }

    func add(to group: APIRouteGroup) {
        let keys = group.group("/api/v1/organizations/{organization}/api-keys")
        keys.on(.post, "", .permission(.manageAccess, .organization), createKey)
        keys.on(.get, "", .permission(.manageAccess, .organization)) { _, context in
            let keys = try await service.keys(
                organization: context.organization,
                seenBy: context.principal
            )
            return try Response.json(KeyList(keys: keys.map { KeyView($0) }, total: keys.count))
        }
        keys.on(.delete, "/{key}", .permission(.manageAccess, .organization)) { request, context in
            try await service.revoke(
                try context.path("key"),
                organization: context.organization,
                by: context.principal,
                from: ClientInfo(request)
            )
            return Response(status: .noContent)
        }
        let accounts = group.group("/api/v1/workspaces/{workspace}/service-accounts")
        accounts.on(.post, "", .permission(.manageAccess, .workspace), createAccount)
        accounts.on(.get, "", .permission(.manageAccess, .workspace)) { _, context in
            let accounts = try await service.accounts(workspace: context.workspace, seenBy: context.principal)
                .map { AccountView($0, roles: $1) }
            return try Response.json(AccountList(accounts: accounts, total: accounts.count))
        }
        accounts.on(.delete, "/{account}", .permission(.manageAccess, .workspace)) { request, context in
            try await service.deleteAccount(
                try context.path("account"),
                workspace: context.workspace,
                by: context.principal,
                from: ClientInfo(request)
            )
            return Response(status: .noContent)
        }
    }

    @Sendable private func createKey(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await APIBody.decode(NewKey.self, from: request)
        let (key, text) = try await service.create(
            APIKeyService.NewKey(
                name: body.name,
                scopes: body.scopes ?? [],
                expiresAt: body.expiresAt,
                organization: context.organization,
                workspace: body.workspace ?? context.principal.defaultWorkspace,
                project: body.project
                    ?? (body.workspace == nil ? context.principal.defaultProject : ProjectStore.defaultName),
                role: try Self.role(body.role),
                serviceAccount: body.serviceAccount
            ),
            by: context.principal,
            from: ClientInfo(request)
        )
        var view = KeyView(key)
        view.key = text
        return try Response.json(view, status: .created, headers: [.cacheControl: "no-store"])
    }

    @Sendable private func createAccount(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await APIBody.decode(NewAccount.self, from: request)
        let role = try Self.role(body.role)
        let account = try await service.createAccount(
            name: body.name,
            description: body.description ?? "",
            role: role,
            workspace: context.workspace,
            project: body.project ?? context.project,
            by: context.principal,
            from: ClientInfo(request)
        )
        let roles = role.map { [account.projectID: $0] } ?? [:]
        return try Response.json(AccountView(account, roles: roles), status: .created)
    }

    private static func role(_ text: String?) throws -> Role? {
        guard let text else { return nil }
        guard let role = Role(rawValue: text) else {
            let known = Role.allCases.map(\.rawValue).joined(separator: ", ")
            throw FuncError(.invalidArgument, "role '\(text)' is not known", hint: "known are \(known)")
        }
        return role
    }
}

extension AuthKeyRoutes {
    private struct NewKey: Decodable {
        var name: String
        var scopes: [String]?
        var expiresAt: Date?
        var workspace: String?
        var project: String?
        var role: String?
        var serviceAccount: String?

        enum CodingKeys: String, CodingKey {
            case name, scopes, workspace, project, role
            case expiresAt = "expires_at"
            case serviceAccount = "service_account"
        }
    }

    private struct NewAccount: Decodable {
        var name: String
        var description: String?
        var project: String?
        var role: String?
    }

    private struct KeyView: Encodable {
        var id: String
        var name: String
        var key: String?
        var prefix: String
        var scopes: [String]
        var workspace: String
        var project: String
        var role: Role?
        var serviceAccount: String?
        var createdBy: String
        var createdAt: Date
        var expiresAt: Date?
        var lastUsedAt: Date?

        init(_ key: APIKey) {
            id = key.id
            name = key.name
            prefix = key.prefix
            scopes = key.scopes
            workspace = key.workspaceID
            project = key.projectID
            role = key.role
            serviceAccount = key.serviceAccountID
            createdBy = key.createdBy
            createdAt = key.createdAt
            expiresAt = key.expiresAt
            lastUsedAt = key.lastUsedAt
        }

        enum CodingKeys: String, CodingKey {
            case id, name, key, prefix, scopes, workspace, project, role
            case serviceAccount = "service_account"
            case createdBy = "created_by"
            case createdAt = "created_at"
            case expiresAt = "expires_at"
            case lastUsedAt = "last_used_at"
        }
    }

    private struct KeyList: Encodable {
        var keys: [KeyView]
        var total: Int

        enum CodingKeys: String, CodingKey {
            case keys = "api_keys"
            case total
        }
    }

    private struct AccountView: Encodable {
        var id: String
        var name: String
        var description: String
        var workspaceID: String
        var project: String
        var roles: [String: Role]
        var createdAt: Date

        init(_ account: ServiceAccount, roles: [String: Role]) {
            id = account.id
            name = account.name
            description = account.description
            workspaceID = account.workspaceID
            project = account.projectID
            self.roles = roles
            createdAt = account.createdAt
        }

        enum CodingKeys: String, CodingKey {
            case id, name, description, project, roles
            case workspaceID = "workspace_id"
            case createdAt = "created_at"
        }
    }

    private struct AccountList: Encodable {
        var accounts: [AccountView]
        var total: Int

        enum CodingKeys: String, CodingKey {
            case accounts = "service_accounts"
            case total
        }
    }
}
