import Foundation
import FuncKit
import Hummingbird

/// `/functions` and `/executions` at the root: the dialect of the Python SDK.
///
/// The caller's credentials decide workspace and project. What the caller got wrong is 422, because the SDK repeats
/// requests that end with any other status it does not know.
struct SDKRoutes: Sendable {
    let catalog: FunctionCatalog
    let deployer: DeployDesk
    let invocations: InvocationService
    let invocationStore: InvocationStore
    let waiter: FunctionWaiter

    func add(to group: APIRouteGroup) {
        on(group, .post, "/functions", .permission(.changeFunctions, .project), deploy)
        on(group, .get, "/functions", .permission(.readFunctions, .project), list)
        on(group, .get, "/functions/{function}", .permission(.readFunctions, .function)) { _, context in
            let state = try await catalog.store.function(try context.functionReference())
            return try Response.json(try await show(state))
        }
        on(group, .delete, "/functions/{function}", .permission(.deleteFunctions, .function)) { _, context in
            let reference = try context.functionReference()
            let state = try await catalog.store.function(reference)
            try await deployer.deployments.delete(reference)
            // The SDK reads a body whatever the status.
            return try Response.json(Deleted(functionID: state.id))
        }
        on(group, .post, "/functions/{function}/execute", .permission(.invoke, .function), execute)
        on(group, .get, "/executions/{invocation}", .permission(.readFunctions, .invocation)) { _, context in
            let id = try context.path("invocation")
            return try SDKExecution(try await invocationStore.invocation(id, workspace: context.workspace)).response()
        }
    }

    @Sendable private func deploy(_ request: Request, _ context: APIContext) async throws -> Response {
        let data = try await APIBody.data(request, upTo: APIBody.maxSourceBytes)
        let wish = try APIBody.decode(SDKDeploy.self, from: data)
        guard data.count - wish.code.utf8.count <= APIBody.maxBytes else { throw APIBody.tooLong }
        let state = try await deployer.create(
            wish.request,
            source: .text(wish.code, nil),
            dependencies: wish.dependencies,
            in: context
        )
        return try Response.json(try await show(state), status: .created)
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = APIQuery(request)
        let limit = try query.count("limit", default: 100, maximum: 1000)
        let offset = try query.text("offset") == "0" ? 0 : query.count("offset", default: 0, maximum: 1_000_000)
        let name = query.text("name")
        let grants = context.principal.grants
        let states = try await catalog.store.functions(workspace: context.workspace, project: context.project)
            .filter { grants.allows(.readFunctions, project: $0.projectID) && (name.map($0.name.contains) ?? true) }
        let usage = try await invocationStore.usage()
        let shown = states.dropFirst(offset).prefix(limit).map { state in
            SDKFunction(state, usage: usage[state.id] ?? FunctionUsage(), endpoint: endpoint(of: state))
        }
        return try Response.json(Page(functions: Array(shown), total: states.count, limit: limit, offset: offset))
    }

    @Sendable private func execute(_ request: Request, _ context: APIContext) async throws -> Response {
        let call = try SDKCall(try await APIBody.data(request, upTo: APIBody.maxInvokeBytes))
        let reference = try context.functionReference()
        // Scripts call what they deployed a moment ago.
        _ = try await waiter.ready(reference)
        guard call.isAsync else {
            return try SDKExecution(try await invocations.execute(call.request, of: reference)).response()
        }
        let id = try await invocations.invokeLater(call.request, of: reference)
        var record = try await invocationStore.invocation(id, workspace: context.workspace)
        // It may have ended already; what was promised is an answer that says where to look.
        (record.status, record.result, record.error, record.completedAt) = (.pending, nil, nil, nil)
        return try SDKExecution(record).response(status: .accepted)
    }

    private func show(_ state: FunctionState) async throws -> SDKFunction {
        SDKFunction(state, usage: try await invocationStore.usage(of: state.id), endpoint: endpoint(of: state))
    }

    /// An address that every client can resolve; names below `localhost` are not known to Python everywhere.
    private func endpoint(of state: FunctionState) -> String {
        catalog.port().map { "http://127.0.0.1:\($0)/fn/\(state.projectName)/\(state.name)/" } ?? ""
    }

    private func on(
        _ group: APIRouteGroup,
        _ method: HTTPRequest.Method,
        _ path: String,
        _ access: Access,
        _ handler: @escaping @Sendable (Request, APIContext) async throws -> Response
    ) {
        group.on(method, path, access) { request, context in
            do {
                return try await handler(request, context)
            } catch let error as FuncError where APIError.status(of: error.code) == .badRequest {
                return try Response.json(APIError(error), status: .unprocessableContent)
            }
        }
    }

    private struct Page: Encodable {
        var functions: [SDKFunction]
        var total: Int
        var limit: Int
        var offset: Int
    }

    private struct Deleted: Encodable {
        var deleted = true
        var functionID: String

        enum CodingKeys: String, CodingKey {
            case deleted
            case functionID = "function_id"
        }
    }
}
