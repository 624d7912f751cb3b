import Foundation
import FuncKit
import Hummingbird

/// `/secrets`: write-only values; every answer has metadata alone.
struct SecretRoutes: Sendable {
    let service: SecretService

    func add(to group: APIRouteGroup) {
        group.on(.get, "", .permission(.readSecrets, .project)) { _, context in
            let secrets = try await service.store.secrets(workspace: context.workspace, project: context.project)
            return try Response.json(SecretList(secrets: secrets))
        }
        group.on(.get, "/{secret}", .permission(.readSecrets, .project)) { _, context in
            let name = try context.path("secret")
            return try Response.json(
                try await service.store.secret(name, workspace: context.workspace, project: context.project)
            )
        }
        group.on(.put, "/{secret}", .permission(.changeSecrets, .project)) { request, context in
            let name = try context.path("secret")
            let body = try await APIBody.decode(NewValue.self, from: request)
            let (secret, change) = try await service.set(
                name,
                value: body.value,
                workspace: context.workspace,
                project: context.project,
                author: context.principal.name
            )
            return try Response.json(secret, status: change == .created ? .created : .ok)
        }
        group.on(.delete, "/{secret}", .permission(.changeSecrets, .project)) { request, context in
            try await service.delete(
                try context.path("secret"),
                workspace: context.workspace,
                project: context.project,
                force: try APIQuery(request).flag("force"),
                author: context.principal.name
            )
            return Response(status: .noContent)
        }
    }

    private struct SecretList: Encodable {
        var secrets: [Secret]
    }

    private struct NewValue: Decodable {
        /// In base64 on the wire.
        var value: Data
    }
}
