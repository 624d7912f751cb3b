import Foundation
import FuncKit
import Hummingbird

/// `/organizations/{o}/workspaces/{w}[/projects/{p}]/functions`: the dialect of the web console.
struct UIRoutes: Sendable {
    let catalog: FunctionCatalog
    let deployer: DeployDesk
    let invocations: InvocationService
    let logs: any LogStoring
    let waiter: FunctionWaiter

    func add(to group: APIRouteGroup) {
        group.on(.get, "/functions", .permission(.readFunctions, .workspace)) { request, context in
            try await list(request, context, project: nil)
        }
        group.on(.get, "/projects/{project}/functions", .permission(.readFunctions, .project)) { request, context in
            try await list(request, context, project: context.project)
        }
        group.on(.post, "/functions", .permission(.changeFunctions, .project), create)
        group.on(.post, "/projects/{project}/functions", .permission(.changeFunctions, .project), create)
        group.on(.get, "/functions/{function}", .permission(.readFunctions, .function)) { _, context in
            try Response.json(try await function(context))
        }
        group.on(.put, "/functions/{function}", .permission(.changeFunctions, .function), update)
        group.on(.delete, "/functions/{function}", .permission(.deleteFunctions, .function)) { _, context in
            try await deployer.deployments.delete(try context.functionReference())
            return Response(status: .noContent)
        }
        group.on(.post, "/functions/{function}/deploy", .permission(.changeFunctions, .function), deploy)
        group.on(.post, "/functions/{function}/invoke", .permission(.invoke, .function), invoke)
        group.on(.get, "/functions/{function}/logs", .permission(.readLogs, .function), readLogs)
        group.on(.get, "/functions/{function}/versions", .permission(.readFunctions, .function), versions)
    }

    private func list(_ request: Request, _ context: APIContext, project: String?) async throws -> Response {
        let query = APIQuery(request)
        let grants = context.principal.grants
        let runtime = query.text("runtime").map { RuntimeCatalog.normalise($0)?.description ?? $0.lowercased() }
        let shown = try await catalog.store.functions(workspace: context.workspace, project: project)
            .filter { grants.allows(.readFunctions, project: $0.projectID) }
            .map(UIFunction.init)
            .filter { function in
                let own = function.state.settings.runtime
                let isMeant = { (text: String) in
                    own.lowercased().contains(text)
                        || RuntimeCatalog.normalise(own)?.description.contains(text) == true
                }
                return (runtime.map(isMeant) ?? true) && (query.text("status").map { $0 == function.status } ?? true)
                    && (query.text("trigger").map(function.triggers.contains) ?? true)
            }
        return try Response.json(FunctionList(functions: shown, total: shown.count))
    }

    @Sendable private func create(_ request: Request, _ context: APIContext) async throws -> Response {
        try await deployer.withBody(of: request) { body in
            var body = try body.fromConsole()
            // The console's own defaults.
            if body.fields["timeout"] == nil { body.fields["timeout"] = .integer(30) }
            let state = try await deployer.create(body, in: context)
            return try Response.json(UIFunction(state: state), status: .created)
        }
    }

    @Sendable private func update(_ request: Request, _ context: APIContext) async throws -> Response {
        let reference = try context.functionReference()
        return try await deployer.withBody(of: request) { body in
            let triggers = try await catalog.store.function(reference).settings.triggers
            let state = try await deployer.update(try body.fromConsole(current: triggers), reference, in: context).state
            return try Response.json(UIFunction(state: state))
        }
    }

    @Sendable private func deploy(_ request: Request, _ context: APIContext) async throws -> Response {
        let reference = try context.functionReference()
        return try await deployer.withBody(of: request) { body in
            var body = try body.fromConsole()
            if let target = body.fields.removeValue(forKey: "rollback_to")?.plainText, !target.isEmpty {
                return try await rollBack(reference, to: target)
            }
            // A label of the console's kind cannot be a number or a tag, so it is kept as the version's message.
            if let label = try body.text("version"), UIVersion.isLabel(label) {
                body.fields["version"] = nil
                body.fields["message"] = .string(label)
            }
            guard body.source != nil || body.fields.keys.contains(where: { $0 != "version" && $0 != "message" }) else {
                throw FuncError.field(
                    "source",
                    "the request has nothing to deploy",
                    hint: "send a file as 'source', 'environment_vars', or a version as 'rollback_to'"
                )
            }
            let acceptance = try await deployer.deploy(body, reference, in: context)
            guard let version = acceptance.version else {
                throw FuncError(.internalError, "a deploy led to no version")
            }
            let status = version.status.isFinal ? "active" : "deploying"
            return try Response.json(Deployed(version: UIVersion.name(of: version), status: status))
        }
    }

    /// To a number, a tag, an id, or a label that an earlier deploy gave.
    private func rollBack(_ reference: FunctionReference, to target: String) async throws -> Response {
        let versions = try await catalog.store.versions(of: reference)
        let labelled = versions.first { $0.message == target && UIVersion.isLabel(target) }
        let selector = labelled.map { VersionSelector.number($0.number) } ?? VersionSelector(target)
        let result = try await deployer.deployments.rollBack(reference, to: selector, message: nil)
        let version = versions.first { $0.number == result.to }
        return try Response.json(
            Deployed(version: version.map(UIVersion.name(of:)) ?? "v\(result.to)", status: "active")
        )
    }

    @Sendable private func invoke(_ request: Request, _ context: APIContext) async throws -> Response {
        let call = try UICall(try await APIBody.data(request, upTo: APIBody.maxInvokeBytes))
        let reference = try context.functionReference()
        let state = try await waiter.ready(reference)
        let record = try await invocations.execute(call.request, of: reference)
        let lines = try await logs.read(.function(id: state.id), query: LogQuery(limit: 1000, requestID: record.id))
        return try UIInvocation(call: call, record: record, logs: lines).response()
    }

    @Sendable private func readLogs(_ request: Request, _ context: APIContext) async throws -> Response {
        let state = try await catalog.store.function(try context.functionReference())
        let items = APIQuery(request)
        let now = Date()
        let query = LogQuery(
            since: try items.time("start_time", now: now),
            until: try items.time("end_time", now: now),
            limit: try items.count("limit", default: 100, maximum: 10_000),
            requestID: items.text("invocation_id")
        )
        let lines = try await logs.read(.function(id: state.id), query: query).map(UILogLine.text)
        return try Response.json(LogList(logs: lines, total: lines.count))
    }

    @Sendable private func versions(_ request: Request, _ context: APIContext) async throws -> Response {
        let artifacts = deployer.artifacts
        var shown: [UIVersion] = []
        for version in try await catalog.store.versions(of: try context.functionReference()) {
            let size = try await artifacts.size(of: version.sourceDigest ?? "")
            shown.append(UIVersion(version: version, size: size))
        }
        return try Response.json(["versions": shown])
    }

    private func function(_ context: APIContext) async throws -> UIFunction {
        UIFunction(state: try await catalog.store.function(try context.functionReference()))
    }

    private struct FunctionList: Encodable {
        var functions: [UIFunction]
        var total: Int
    }

    private struct Deployed: Encodable {
        var version: String
        var status: String
    }

    private struct LogList: Encodable {
        var logs: [String]
        var total: Int
    }
}
