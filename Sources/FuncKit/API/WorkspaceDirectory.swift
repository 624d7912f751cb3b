import Foundation

/// Finds organizations, workspaces and projects of a server by name (reference, section 1.4): no route does, so that they
/// are listed.
public struct WorkspaceDirectory: Sendable {
    private let http: HTTPClient
    private let endpoint: String
    private let tokens: any TokenSource

    /// Binds a directory to a server.
    public init(endpoint: String, http: HTTPClient, tokens: any TokenSource) {
        self.endpoint = endpoint
        self.http = http
        self.tokens = tokens
    }

    /// Replaces names in a context by ids, and notes the names.
    ///
    /// - Returns: the context, and what could not be looked up because the server has no such lists.
    /// - Throws: `not_found` or `project_not_found` for what is not there, `conflict` for a name that several have, each with
    ///   what there is as details; what a request may throw.
    public func resolve(_ context: ConnectionContext) async throws -> (context: ConnectionContext, notes: [String]) {
        var context = context
        var notes: [String] = []
        if context.workspace != nil || context.organization != nil {
            if let found = try await place(context.organization, context.workspace) {
                context.organization = found.organization.id
                context.organizationName = found.organization.name
                if let workspace = found.workspace {
                    context.workspace = workspace.id
                    context.workspaceName = workspace.name
                }
            } else {
                notes.append("the server lists no organizations; organization and workspace are kept as given")
            }
        }
        if let project = context.project {
            if let found = try await self.project(project, in: context.workspace ?? "default") {
                context.project = found.id
                context.projectName = found.name
            } else {
                notes.append("the server lists no projects; project '\(project)' is kept as given")
            }
        }
        return (context, notes)
    }

    // MARK: Organizations and workspaces

    private struct Place {
        var organization: Entry
        var workspace: Entry?
    }

    /// Nil where the server has no organizations at all.
    private func place(_ organization: String?, _ workspace: String?) async throws -> Place? {
        let call = collection("organizations", attempt: "list organizations")
        guard var organizations = try await listIfKnown(call, key: "organizations") else { return nil }
        if let organization {
            organizations = [try Self.only(organization, in: organizations, what: "organization", code: .notFound)]
        }
        guard let workspace else { return organizations.first.map { Place(organization: $0, workspace: nil) } }
        var found: [Place] = []
        var known: [String] = []
        for organization in organizations {
            let workspaces = try await workspaces(of: organization, matching: workspace)
            known += workspaces.map { "\(organization.name)/\($0.shown)" }
            found += Self.matches(workspace, in: workspaces).map { Place(organization: organization, workspace: $0) }
        }
        guard let first = found.first else {
            throw Self.missing(workspace, what: "workspace", known: known, code: .notFound)
        }
        guard found.count == 1 else {
            throw Self.ambiguous(
                workspace,
                what: "workspaces",
                found: found.compactMap { place in place.workspace.map { "\(place.organization.name)/\($0.shown)" } },
                hint: "pass the id, or --organization"
            )
        }
        return first
    }

    /// A server may list the first twenty only, but searches among all of them, and knows each by its id.
    private func workspaces(of organization: Entry, matching wanted: String) async throws -> [Entry] {
        let path = ["organizations", organization.id, "workspaces"]
        let listed = try await list(collection(path, attempt: "list workspaces"), key: "workspaces")
        guard Self.matches(wanted, in: listed).isEmpty else { return listed }
        var search = collection(path, attempt: "search workspaces")
        search.query = [("search", wanted)]
        let found = try await list(search, key: "workspaces")
        if !Self.matches(wanted, in: found).isEmpty { return found }
        var item = collection(path + [wanted], attempt: "find workspace '\(wanted)'")
        item.isCollection = false
        let response = try await transport.sendAny(item)
        guard response.head.isSuccess else { return listed }
        return listed + [try transport.decode(Entry.self, from: response, attempt: item.attempt)]
    }

    // MARK: Projects

    /// Nil where the server has no list of projects.
    private func project(_ wanted: String, in workspace: String) async throws -> Entry? {
        var projects: [Entry] = []
        for page in 1... {
            var call = collection(["workspaces", workspace, "projects"], attempt: "list projects")
            call.query = [("page", String(page)), ("page_size", "100")]
            guard let batch = try await listIfKnown(call, key: "projects") else { return nil }
            // A server that ignores paging sends the same page again.
            let new = batch.filter { entry in !projects.contains { $0.id == entry.id } }
            projects += new
            if new.isEmpty || batch.count < 100 { break }
        }
        return try Self.only(wanted, in: projects, what: "project", code: .projectNotFound)
    }

    // MARK: Matching

    /// Something that has an id and a name.
    private struct Entry: Decodable, Sendable {
        var id: String
        var name: String
        var displayName: String?

        var shown: String { id == name ? id : "\(name) (\(id))" }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            id = try container.decode(String.self, forKey: .id)
            name = try container.nonEmptyText(.name) ?? id
            displayName = try container.nonEmptyText(.displayName)
        }

        private enum CodingKeys: String, CodingKey {
            case id, name
            case displayName = "display_name"
        }
    }

    /// An id goes before a name, and a name before what is shown for it.
    private static func matches(_ wanted: String, in entries: [Entry]) -> [Entry] {
        let ranks: [(Entry) -> Bool] = [
            { $0.id == wanted }, { $0.name == wanted }, { $0.displayName == wanted },
        ]
        return ranks.lazy.map { entries.filter($0) }.first { !$0.isEmpty } ?? []
    }

    private static func only(_ wanted: String, in entries: [Entry], what: String, code: ErrorCode) throws -> Entry {
        let found = matches(wanted, in: entries)
        guard let first = found.first else {
            throw missing(wanted, what: what, known: entries.map(\.shown), code: code)
        }
        guard found.count == 1 else {
            throw ambiguous(wanted, what: what + "s", found: found.map(\.shown), hint: "pass the id")
        }
        return first
    }

    private static func missing(_ wanted: String, what: String, known: [String], code: ErrorCode) -> FuncError {
        FuncError(
            code,
            "there is no \(what) '\(wanted)' on the server",
            hint: known.isEmpty ? "it shows you no \(what)s at all: check who is logged in" : "use one of those above",
            details: Array(known.prefix(50))
        )
    }

    private static func ambiguous(_ wanted: String, what: String, found: [String], hint: String) -> FuncError {
        FuncError(.conflict, "several \(what) are called '\(wanted)'", hint: hint, details: found)
    }

    // MARK: Calls

    private var transport: APITransport {
        APITransport(http: http, endpoint: endpoint, workspace: "", tokens: tokens)
    }

    private func collection(_ path: String..., attempt: String) -> APICall {
        collection(path, attempt: attempt)
    }

    private func collection(_ path: [String], attempt: String) -> APICall {
        var call = APICall("GET", attempt: attempt)
        call.path = ["api", "v1"] + path
        call.isRooted = true
        call.isCollection = true
        return call
    }

    private func list(_ call: APICall, key: String) async throws -> [Entry] {
        try await transport.list(call, key: key)
    }

    /// The list; nil where the server has none there.
    private func listIfKnown(_ call: APICall, key: String) async throws -> [Entry]? {
        let response = try await transport.sendAny(call)
        if response.status == 404 { return nil }
        guard response.head.isSuccess else { throw FuncError(response, attempt: call.attempt, missing: call.missing) }
        return try transport.list(in: response, of: call, key: key)
    }
}
