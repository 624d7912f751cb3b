import Foundation
import FuncKit
import Hummingbird

/// `/functions/`: functions as wholes.
struct FunctionRoutes: Sendable {
    let catalog: FunctionCatalog
    let deployer: DeployDesk

    func add(to group: APIRouteGroup) {
        group.on(.get, "", .permission(.readFunctions, .projectOrAll)) { request, context in
            try Response.json(FunctionList(functions: try await list(request, context)))
        }
        group.on(.post, "", .permission(.changeFunctions, .projectInBody), create)
        group.on(.get, "/{function}", .permission(.readFunctions, .function)) { request, context in
            let function = try await catalog.function(try context.functionReference())
            let revision = function.revision ?? 0
            let headers: HTTPFields = [.eTag: EntityTagCondition.tag(revision: revision)]
            if try EntityTagCondition(request.headers[.ifNoneMatch]).knows(revision: revision) {
                return Response(status: .notModified, headers: headers)
            }
            return try Response.json(CanonicalFunction(function: function), headers: headers)
        }
        group.on(.put, "/{function}", .permission(.changeFunctions, .function), update)
        group.on(.delete, "/{function}", .permission(.deleteFunctions, .function)) { request, context in
            try await deployer.deployments.delete(
                try context.functionReference(),
                ifMatch: try EntityTagCondition(request.headers[.ifMatch])
            )
            return Response(status: .noContent)
        }
    }

    /// The addresses of older clients, who name the project in the path and expect a bare list.
    func addProjectPaths(to group: APIRouteGroup) {
        group.on(.get, "/projects/{project}/functions", .permission(.readFunctions, .project)) { request, context in
            try Response.json(try await list(request, context))
        }
        group.on(.post, "/projects/{project}/functions", .permission(.changeFunctions, .project), create)
    }

    private func list(_ request: Request, _ context: APIContext) async throws -> [CanonicalFunction] {
        let project = try APIQuery(request).flag("all_projects") ? nil : context.project
        let grants = context.principal.grants
        return try await catalog.functions(workspace: context.workspace, project: project)
            .filter { grants.allows(.readFunctions, project: $0.projectID) }
            .map(CanonicalFunction.init)
    }

    @Sendable private func create(_ request: Request, _ context: APIContext) async throws -> Response {
        try await deployer.withBody(of: request) { body in
            let state = try await deployer.create(body, in: context)
            let function = CanonicalFunction(function: await catalog.show(state))
            return try Response.json(Changed(value: function, change: .version), status: .created)
        }
    }

    @Sendable private func update(_ request: Request, _ context: APIContext) async throws -> Response {
        let reference = try context.functionReference()
        return try await deployer.withBody(of: request) { body in
            let (state, change) = try await deployer.update(
                body,
                reference,
                ifMatch: EntityTagCondition(request.headers[.ifMatch]),
                in: context
            )
            let function = CanonicalFunction(function: await catalog.show(state))
            return try Response.json(Changed(value: function, change: change))
        }
    }

    private struct FunctionList: Encodable {
        var functions: [CanonicalFunction]
    }
}

/// A value with the field `change` beside its own.
struct Changed<Value: Encodable>: Encodable {
    var value: Value
    var change: FunctionChange

    func encode(to encoder: any Encoder) throws {
        try value.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(change, forKey: .change)
    }

    private enum CodingKeys: String, CodingKey {
        case change
    }
}
