import Foundation
import TestSupport
import Testing

@testable import FuncKit

@Suite struct WorkspaceDirectoryTests {
    private func resolve(
        _ server: AuthServer,
        organization: String? = nil,
        workspace: String? = nil,
        project: String? = nil,
        token: String? = AuthServer.token
    ) async throws -> (context: ConnectionContext, notes: [String]) {
        let directory = WorkspaceDirectory(
            endpoint: server.url + "/",
            http: try makeClient(),
            tokens: FixedToken(token)
        )
        return try await directory.resolve(
            ConnectionContext(
                name: "prod",
                endpoint: server.url,
                workspace: workspace,
                project: project,
                organization: organization
            )
        )
    }

    @Test(arguments: [
        ("lab", "ws-2", "lab"), ("ws-1", "ws-1", "main"), ("ws-3", "ws-3", "main"), ("ws-99", "ws-99", "hidden"),
    ])
    func `a workspace is found by name or id, listed or not`(wanted: String, id: String, name: String) async throws {
        try await AuthServer.with { server in
            let found = try await resolve(server, workspace: wanted)
            #expect(found.context.workspace == id)
            #expect(found.context.workspaceName == name)
            #expect(found.notes.isEmpty)
        }
    }

    @Test func `organization, workspace and project are found together`() async throws {
        try await AuthServer.with { server in
            let found = try await resolve(server, organization: "acme", workspace: "main", project: "The shop").context
            #expect(found.organization == "org-1")
            #expect(found.organizationName == "acme")
            #expect(found.workspace == "ws-1")
            #expect(found.project == "p-1")
            #expect(found.projectName == "shop")
        }
    }

    @Test func `a name that several have is not guessed`() async throws {
        try await AuthServer.with { server in
            let error = await #expect(throws: FuncError.self) { try await resolve(server, workspace: "main") }
            #expect(error?.code == .conflict)
            #expect(error?.details == ["acme/main (ws-1)", "umbrella/main (ws-3)"])
            #expect(error?.hint == "pass the id, or --organization")
        }
    }

    @Test func `an unknown name comes with what there is`() async throws {
        try await AuthServer.with { server in
            let workspace = await #expect(throws: FuncError.self) { try await resolve(server, workspace: "nope") }
            #expect(workspace?.summary == "not_found: there is no workspace 'nope' on the server")
            #expect(workspace?.details == ["acme/main (ws-1)", "acme/lab (ws-2)", "umbrella/main (ws-3)"])
            let organization = await #expect(throws: FuncError.self) {
                try await resolve(server, organization: "nope", workspace: "lab")
            }
            #expect(organization?.details == ["acme (org-1)", "umbrella (org-2)"])
            let project = await #expect(throws: FuncError.self) {
                try await resolve(server, workspace: "ws-1", project: "nope")
            }
            #expect(project?.code == .projectNotFound)
            #expect(project?.details == ["shop (p-1)", "blog (p-2)"])
            // This list is null.
            let empty = await #expect(throws: FuncError.self) {
                try await resolve(server, workspace: "lab", project: "shop")
            }
            #expect(empty?.hint == "it shows you no projects at all: check who is logged in")
        }
    }

    @Test func `a server without lists leaves names as they are, and says so`() async throws {
        var options = AuthServer.Options()
        options.hasDirectory = false
        try await AuthServer.with(options) { server in
            let found = try await resolve(server, workspace: "main", project: "shop")
            #expect(found.context.workspace == "main")
            #expect(found.context.workspaceName == nil)
            #expect(found.context.project == "shop")
            #expect(found.notes.count == 2)
        }
    }

    @Test func `without a token the server refuses`() async throws {
        try await AuthServer.with { server in
            let error = await #expect(throws: FuncError.self) {
                try await resolve(server, workspace: "main", token: nil)
            }
            #expect(error?.code == .unauthenticated)
        }
    }
}
