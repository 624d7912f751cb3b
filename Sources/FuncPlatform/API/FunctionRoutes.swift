import Foundation
import FuncKit
import Hummingbird

/// `/functions/`: functions as wholes.
struct FunctionRoutes: Sendable {
    let catalog: FunctionCatalog
    let deployments: DeploymentService
    let rules: SettingsRules

    func add(to group: APIRouteGroup) {
        group.on(.get, "", .permission(.readFunctions, .projectOrAll)) { request, context in
            let project = try APIQuery(request).flag("all_projects") ? nil : context.project
            let functions = try await catalog.functions(workspace: context.workspace, project: project)
            let grants = context.principal.grants
            return try Response.json(
                FunctionList(functions: functions.filter { grants.allows(.readFunctions, project: $0.projectID) })
            )
        }
        group.on(.post, "", .permission(.changeFunctions, .projectInBody)) { request, context in
            let deploy = try await APIBody.decode(DeployRequest.self, from: request)
            try await rules.check(deploy)
            try await deployments.artifacts.require(deploy.sourceDigest, for: context.principal)
            let state = try await deployments.create(
                deploy,
                workspace: context.workspace,
                project: context.project,
                author: context.principal.name
            )
            let changed = Changed(value: await catalog.show(state), change: .version)
            return try Response.json(changed, status: .created)
        }
        group.on(.get, "/{function}", .permission(.readFunctions, .function)) { request, context in
            let function = try await catalog.function(try context.functionReference())
            let revision = function.revision ?? 0
            let headers: HTTPFields = [.eTag: EntityTagCondition.tag(revision: revision)]
            if try EntityTagCondition(request.headers[.ifNoneMatch]).knows(revision: revision) {
                return Response(status: .notModified, headers: headers)
            }
            return try Response.json(function, headers: headers)
        }
        group.on(.put, "/{function}", .permission(.changeFunctions, .function), update)
        group.on(.delete, "/{function}", .permission(.deleteFunctions, .function)) { request, context in
            try await deployments.delete(
                try context.functionReference(),
                ifMatch: try EntityTagCondition(request.headers[.ifMatch])
            )
            return Response(status: .noContent)
        }
    }

    @Sendable private func update(_ request: Request, _ context: APIContext) async throws -> Response {
        let reference = try context.functionReference()
        let patch = try SettingsPatch(try await APIBody.data(request))
        let current = try await catalog.function(reference)
        if let name = patch.name, name != current.name {
            throw FuncError(.nameImmutable, "function '\(current.name)' cannot be renamed to '\(name)'")
        }
        // Checked before the transaction, because a runtime may have to be looked for on the machine.
        try await rules.check(try patch.applied(to: current.settings))
        let acceptance = try await deployments.update(
            reference,
            ifVersion: patch.ifVersion,
            ifMatch: try EntityTagCondition(request.headers[.ifMatch]),
            author: context.principal.name
        ) {
            try patch.applied(to: $0)
        }
        let function = try await catalog.function(reference)
        return try Response.json(Changed(value: function, change: acceptance.change))
    }

    private struct FunctionList: Encodable {
        var functions: [Function]
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
