import Foundation
import FuncKit
import Hummingbird

/// `/functions/{f}/versions`: deploys and their history.
struct VersionRoutes: Sendable {
    let catalog: FunctionCatalog
    let deployments: DeploymentService
    let rules: SettingsRules

    func add(to group: APIRouteGroup) {
        group.on(.post, "/{function}/versions", .permission(.changeFunctions, .function), deploy)
        group.on(.get, "/{function}/versions", .permission(.readFunctions, .function)) { request, context in
            let reference = try context.functionReference()
            return try Response.json(VersionList(versions: try await catalog.store.versions(of: reference)))
        }
        group.on(.get, "/{function}/versions/{version}", .permission(.readFunctions, .function)) { request, context in
            let reference = try context.functionReference()
            let selector = VersionSelector(try context.path("version"))
            return try Response.json(try await catalog.store.version(selector, of: reference))
        }
        group.on(.put, "/{function}/versions/{version}/active", .permission(.changeFunctions, .function)) {
            request,
            context in
            let reference = try context.functionReference()
            try await deployments.activate(VersionSelector(try context.path("version")), of: reference)
            return try Response.json(["message": "Version activated successfully"])
        }
        group.on(.post, "/{function}/rollback", .permission(.changeFunctions, .function), rollBack)
    }

    @Sendable private func deploy(_ request: Request, _ context: APIContext) async throws -> Response {
        let reference = try context.functionReference()
        var deploy = try await APIBody.decode(DeployRequest.self, from: request)
        if deploy.name.isEmpty { deploy.name = try await catalog.store.function(reference).name }
        try await rules.check(deploy)
        try await deployments.artifacts.require(deploy.sourceDigest, for: context.principal)
        let acceptance = try await deployments.deploy(deploy, to: reference, author: context.principal.name)
        guard let version = acceptance.version else {
            throw FuncError(.internalError, "a deploy led to no version")
        }
        let isNew = acceptance.change == .version
        return try Response.json(Changed(value: version, change: acceptance.change), status: isNew ? .created : .ok)
    }

    @Sendable private func rollBack(_ request: Request, _ context: APIContext) async throws -> Response {
        let reference = try context.functionReference()
        let data = try await APIBody.data(request)
        let wish = data.isEmpty ? Rollback() : try APIBody.decode(Rollback.self, from: data)
        let selector = wish.version.map { VersionSelector($0.text) }
        let isTrial = wish.isTrial ?? false
        let result =
            isTrial
            ? try await catalog.store.plannedRollback(of: reference, to: selector)
            : try await deployments.rollBack(reference, to: selector, message: wish.message)
        let message = isTrial ? "Nothing was changed" : "Rollback successful"
        return try Response.json(
            RolledBack(message: message, from: result.from, to: result.to, changed: result.changed)
        )
    }

    private struct VersionList: Encodable {
        var versions: [FunctionVersion]
    }

    private struct Rollback: Decodable {
        var version: FlexibleText?
        var message: String?
        /// Whether to say only what would be done.
        var isTrial: Bool?

        enum CodingKeys: String, CodingKey {
            case version, message
            case isTrial = "dry_run"
        }
    }

    /// A version as clients write it: `3` or `"v3"`.
    private struct FlexibleText: Decodable {
        var text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Int.self) {
                text = String(number)
            } else {
                text = try container.decode(String.self)
            }
        }
    }

    private struct RolledBack: Encodable {
        var message: String
        var from: Int?
        var to: Int
        var changed: Bool
    }
}

/// `/functions/{f}/traffic`: shares and tags.
struct TrafficRoutes: Sendable {
    let catalog: FunctionCatalog
    let deployments: DeploymentService

    func add(to group: APIRouteGroup) {
        group.on(.get, "/{function}/traffic", .permission(.readFunctions, .function)) { request, context in
            let reference = try context.functionReference()
            return try Response.json(try await catalog.store.traffic(of: reference))
        }
        group.on(.put, "/{function}/traffic", .permission(.changeFunctions, .function)) { request, context in
            let reference = try context.functionReference()
            let traffic = try await APIBody.decode(Traffic.self, from: request)
            return try Response.json(try await deployments.setTraffic(traffic, of: reference))
        }
    }
}
