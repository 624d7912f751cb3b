import Foundation
import FuncKit
import Hummingbird

/// `/functions/`: functions as wholes.
struct FunctionRoutes: Sendable {
    let catalog: FunctionCatalog
    let deployments: DeploymentService
    let rules: SettingsRules
    let projects: ProjectStore

    func add(to group: RouterGroup<APIContext>) {
        group.get { request, context in
            let query = APIQuery(request)
            let workspace = try await projects.workspace(try context.path("workspace"))
            let project = try query.flag("all_projects") ? nil : query.text("project_id") ?? "default"
            return try Response.json(
                FunctionList(functions: try await catalog.functions(workspace: workspace, project: project))
            )
        }
        group.post { request, context in
            let workspace = try await projects.workspace(try context.path("workspace"))
            let deploy = try await APIBody.decode(DeployRequest.self, from: request)
            try await rules.check(deploy)
            let state = try await deployments.create(
                deploy,
                workspace: workspace,
                project: APIQuery(request).text("project_id") ?? "default",
                author: Author.local
            )
            let changed = Changed(value: await catalog.show(state), change: .version)
            return try Response.json(changed, status: .created)
        }
        group.get(":function") { request, context in
            let function = try await catalog.function(try await projects.reference(request, context))
            let etag = function.revision.map { "\"\($0)\"" } ?? ""
            return try Response.json(function, headers: [.eTag: etag])
        }
        group.put(":function", use: update)
        group.delete(":function") { request, context in
            try await deployments.delete(try await projects.reference(request, context))
            return Response(status: .noContent)
        }
    }

    @Sendable private func update(_ request: Request, _ context: APIContext) async throws -> Response {
        let reference = try await projects.reference(request, context)
        let patch = try SettingsPatch(try await APIBody.data(request))
        let current = try await catalog.function(reference)
        if let name = patch.name, name != current.name {
            throw FuncError(.nameImmutable, "function '\(current.name)' cannot be renamed to '\(name)'")
        }
        // Checked before the transaction, because a runtime may have to be looked for on the machine.
        try await rules.check(try patch.applied(to: current.settings))
        let acceptance = try await deployments.update(reference, ifVersion: patch.ifVersion, author: Author.local) {
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
