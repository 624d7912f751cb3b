import Foundation
import FuncKit
import Hummingbird

/// `/functions/{f}/versions`: deploys and their history.
struct VersionRoutes: Sendable {
    let catalog: FunctionCatalog
    let deployer: DeployDesk

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
        group.on(.put, "/{function}/versions/{version}/active", .permission(.changeFunctions, .function), activate)
        // Older clients say it in these ways.
        for method in [HTTPRequest.Method.put, .post] {
            group.on(
                method,
                "/{function}/versions/{version}/activate",
                .permission(.changeFunctions, .function),
                activate
            )
        }
        group.on(.post, "/{function}/rollback", .permission(.changeFunctions, .function), rollBack)
        group.on(.post, "/{function}/versions/{version}/rollback", .permission(.changeFunctions, .function), rollBack)
    }

    @Sendable private func activate(_ request: Request, _ context: APIContext) async throws -> Response {
        let reference = try context.functionReference()
        try await deployer.deployments.activate(VersionSelector(try context.path("version")), of: reference)
        return try Response.json(["message": "Version activated successfully"])
    }

    @Sendable private func deploy(_ request: Request, _ context: APIContext) async throws -> Response {
        let reference = try context.functionReference()
        return try await deployer.withBody(of: request) { body in
            let acceptance = try await deployer.deploy(body, reference, in: context)
            guard let version = acceptance.version else {
                throw FuncError(.internalError, "a deploy led to no version")
            }
            let isNew = acceptance.change == .version
            return try Response.json(Changed(value: version, change: acceptance.change), status: isNew ? .created : .ok)
        }
    }

    @Sendable private func rollBack(_ request: Request, _ context: APIContext) async throws -> Response {
        let reference = try context.functionReference()
        let data = try await APIBody.data(request)
        let wish = data.isEmpty ? Rollback() : try APIBody.decode(Rollback.self, from: data)
        let named = context.parameters.get("version") == nil ? nil : try context.path("version")
        let target = try named ?? APIQuery(request).text("version") ?? wish.target()
        let selector = target.map { VersionSelector($0) }
        let isTrial = wish.isTrial ?? false
        let result =
            isTrial
            ? try await catalog.store.plannedRollback(of: reference, to: selector)
            : try await deployer.deployments.rollBack(reference, to: selector, message: wish.message)
        let message = isTrial ? "Nothing was changed" : "Rollback successful"
        return try Response.json(
            RolledBack(message: message, from: result.from, to: result.to, changed: result.changed)
        )
    }

    private struct VersionList: Encodable {
        var versions: [FunctionVersion]
    }

    private struct Rollback: Decodable {
        var version: JSONValue?
        var versionID: JSONValue?
        var message: String?
        /// Whether to say only what would be done.
        var isTrial: Bool?

        /// The version that the body names: `3`, `"v3"` or an id.
        func target() throws -> String? {
            for (name, value) in [("version", version), ("version_id", versionID)] {
                guard let value, value != .null else { continue }
                guard let text = value.plainText, !text.isEmpty else {
                    throw FuncError.field(name, "field '\(name)' is neither a string nor a number")
                }
                return text
            }
            return nil
        }

        enum CodingKeys: String, CodingKey {
            case version, message
            case versionID = "version_id"
            case isTrial = "dry_run"
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
