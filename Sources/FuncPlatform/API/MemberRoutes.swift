import FuncKit
import Hummingbird

/// `/projects/{project}/members`: roles. `/functions/{function}/invokers`: who may call one function besides.
struct MemberRoutes: Sendable {
    let memberships: MembershipStore

    /// The routes below `/workspaces/{workspace}`.
    func add(to workspace: APIRouteGroup) {
        addMembers(to: workspace.group("/projects/{project}/members"))
        addInvokers(to: workspace.group("/functions/{function}/invokers"))
    }

    private func addMembers(to group: APIRouteGroup) {
        group.on(.get, "", .permission(.readProject, .projectInPath)) { _, context in
            let members = try await memberships.members(of: context.project, workspace: context.workspace)
            return try Response.json(["members": members])
        }
        group.on(.put, "/{principal}", .permission(.manageAccess, .projectInPath)) { request, context in
            let role = try await APIBody.decode(RoleBody.self, from: request).role
            let principal = try context.path("principal")
            let member = try await memberships.give(
                role,
                to: principal,
                in: context.project,
                workspace: context.workspace
            )
            context.logger.info(
                "role given",
                metadata: ["principal": "\(principal)", "role": "\(role)", "project": "\(context.project)"]
            )
            return try Response.json(member)
        }
        group.on(.delete, "/{principal}", .permission(.manageAccess, .projectInPath)) { _, context in
            let principal = try context.path("principal")
            try await memberships.remove(principal, from: context.project, workspace: context.workspace)
            context.logger.info(
                "role taken away",
                metadata: ["principal": "\(principal)", "project": "\(context.project)"]
            )
            return Response(status: .noContent)
        }
    }

    private func addInvokers(to group: APIRouteGroup) {
        group.on(.get, "", .permission(.readFunctions, .function)) { _, context in
            let invokers = try await memberships.invokers(of: try context.functionReference())
            return try Response.json(["invokers": invokers])
        }
        group.on(.get, "/{principal}", .permission(.readFunctions, .function)) { _, context in
            let principal = try context.path("principal")
            return try Response.json(try await memberships.invoker(principal, of: try context.functionReference()))
        }
        group.on(.put, "/{principal}", .permission(.manageAccess, .function)) { _, context in
            try Response.json(
                try await memberships.addInvoker(
                    try context.path("principal"),
                    to: try context.functionReference(),
                    author: context.principal.name
                )
            )
        }
        group.on(.delete, "/{principal}", .permission(.manageAccess, .function)) { _, context in
            try await memberships.removeInvoker(
                try context.path("principal"),
                from: try context.functionReference(),
                author: context.principal.name
            )
            return Response(status: .noContent)
        }
    }

    /// The role as a word, so that a wrong one is answered with the right ones.
    private struct RoleBody: Decodable {
        var role: Role

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            let word = try container.decode(String.self, forKey: .role)
            guard let role = Role(rawValue: word) else {
                let known = Role.allCases.map(\.rawValue).joined(separator: ", ")
                throw DecodingError.dataCorruptedError(
                    forKey: .role,
                    in: container,
                    debugDescription: "'\(word)' is none of \(known)"
                )
            }
            self.role = role
        }

        private enum CodingKeys: String, CodingKey {
            case role
        }
    }
}
