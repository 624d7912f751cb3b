import Foundation

/// Speaks the Function API's canonical dialect over HTTP: to the local platform and to the hosted service alike.
public struct FunctionAPIClient: FunctionService {
    let transport: APITransport
    let project: String
    let timing: RetryTiming
    let sourceEncoding: SourceEncoding
    let sources = InlineSources()

    /// Binds a client to one project of one workspace.
    /// - Parameters:
    ///   - endpoint: base address such as `http://127.0.0.1:8787`.
    ///   - workspace: id of the workspace.
    ///   - project: id or name of the project.
    ///   - tokens: where the bearer token comes from.
    ///   - sourceEncoding: how sources travel to a server without uploads.
    ///   - http: sends the requests.
    ///   - timing: clock and chance of what is repeated here rather than in `http`.
    public init(
        endpoint: String,
        workspace: String = "default",
        project: String = "default",
        tokens: any TokenSource,
        sourceEncoding: SourceEncoding = .base64,
        http: HTTPClient,
        timing: RetryTiming = .live
    ) {
        var base = endpoint
        while base.hasSuffix("/") { base.removeLast() }
        transport = APITransport(http: http, endpoint: base, workspace: workspace, tokens: tokens)
        self.project = project
        self.sourceEncoding = sourceEncoding
        self.timing = timing
    }

    // MARK: Server and projects

    /// What the server can do; asked for once. One that does not say has the canonical routes and no more.
    public func capabilities() async throws -> Capabilities {
        try await transport.capabilities()
    }

    /// All projects of the workspace, read page by page.
    public func projects() async throws -> [Project] {
        var projects: [Project] = []
        var page = 1
        while true {
            var call = APICall("GET", "projects", attempt: "list projects")
            call.isCollection = true
            call.query = [("page", String(page)), ("page_size", "100")]
            let response = try await transport.send(call)
            let batch: ProjectPage = try transport.decode(ProjectPage.self, from: response, attempt: call.attempt)
            let known = Set(projects.map(\.id))
            let new = batch.projects.filter { !known.contains($0.id) }
            projects += new
            // A server that ignores paging sends the same page again, which ends this as well.
            guard !new.isEmpty, let total = batch.total, projects.count < total else { return projects }
            page += 1
        }
    }

    /// Adds a project to the workspace.
    public func createProject(_ name: String) async throws -> Project {
        var call = APICall("POST", "projects", attempt: "create project '\(name)'")
        call.isCollection = true
        call.isKeyed = true
        try call.setBody(["name": name, "workspace_id": transport.workspace])
        return try await transport.value(call)
    }

    private struct ProjectPage: Decodable {
        let projects: [Project]
        let total: Int?

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            projects = try container.value(.projects, or: [])
            total = try container.decodeIfPresent(Int.self, forKey: .total)
        }

        private enum CodingKeys: String, CodingKey {
            case projects, total
        }
    }

    // MARK: Functions

    /// The functions of the project, or of all projects, by name.
    public func functions(allProjects: Bool) async throws -> [Function] {
        var functions: [Function] = []
        if allProjects, try await isPlain() {
            for project in try await projects() { functions += try await list(project: project.id) }
        } else {
            functions = try await list(project: project, all: allProjects)
        }
        return functions.sorted { ($0.projectID, $0.name) < ($1.projectID, $1.name) }
    }

    private func list(project: String, all: Bool = false) async throws -> [Function] {
        var call = APICall("GET", "functions", attempt: "list functions")
        call.query = [("project_id", project)]
        call.isCollection = true
        if all { call.query.append(("all_projects", "true")) }
        call.missing = .projectNotFound
        let functions: [Function] = try await transport.list(call, key: "functions")
        return functions.map(SettingsMirror.restored)
    }

    /// Removes a function. A 404 after a broken attempt means that the first attempt went through, and so does a failure
    /// without a reason after which the function is not there.
    public func deleteFunction(_ function: String) async throws {
        let call = functionCall("DELETE", function, attempt: "delete function '\(function)'")
        let response = try await transport.sendAny(call)
        if response.tellsRemoval { return }
        let failure = FuncError(response, attempt: call.attempt, missing: call.missing)
        guard response.status == 500, response.givesNoReason else { throw failure }
        do {
            let found = try await self.function(function)
            guard found.id != function else { throw failure.withoutReason(response) }
            var again = call
            again.path[1] = found.id
            _ = try await transport.send(again)
        } catch let error as FuncError where error.code == .functionNotFound {
            return
        }
    }

    /// The audit trail, newest first.
    public func events(of function: String, limit: Int) async throws -> [Event] {
        var call = functionCall("GET", function, "events", attempt: "list events of function '\(function)'")
        call.query.append(("limit", String(limit)))
        return try await list(call, about: function, key: "events")
    }

    // MARK: Calls

    /// A call that names the project, as every call does.
    func call(_ method: String, _ path: String..., attempt: String) -> APICall {
        var call = APICall(method, attempt: attempt)
        call.path = path
        call.query = [("project_id", project)]
        call.isKeyed = method == "POST"
        return call
    }

    /// A call below one function.
    func functionCall(_ method: String, _ function: String, _ path: String..., attempt: String) -> APICall {
        var call = self.call(method, "functions", function, attempt: attempt)
        call.path += path
        call.missing = .functionNotFound
        return call
    }
}
