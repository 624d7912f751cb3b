import Foundation
import FuncKit
import Hummingbird

/// `/functions/{f}/invoke` and its relatives: calls on the client's behalf.
struct InvocationRoutes: Sendable {
    let service: InvocationService
    let store: InvocationStore

    func add(to group: APIRouteGroup) {
        group.on(.post, "/{function}/invoke", .permission(.invoke, .function)) { request, context in
            let reference = try context.functionReference()
            let call = try await InvokeBody.read(request)
            guard try APIQuery(request).flag("async") else {
                return try Response.json(try await service.invoke(call, of: reference))
            }
            let id = try await service.invokeLater(call, of: reference)
            return try Response.json(["invocation_id": id, "invocationID": id], status: .accepted)
        }
        group.on(.post, "/{function}/invoke-async", .permission(.invoke, .function)) { request, context in
            let reference = try context.functionReference()
            let call = try await InvokeBody.read(request)
            let id = try await service.invokeLater(call, of: reference)
            return try Response.json(["invocation_id": id], status: .accepted)
        }
        group.on(.get, "/{function}/invocations", .permission(.readFunctions, .function)) { request, context in
            let reference = try context.functionReference()
            let items = APIQuery(request)
            let limit = try items.count("limit", default: 50, maximum: 1000)
            let status = try items.text("status").map(Self.status)
            return try Response.json(
                InvocationList(invocations: try await store.invocations(of: reference, limit: limit, status: status))
            )
        }
        group.on(.get, "/{function}/invocations/{invocation}", .permission(.readFunctions, .function)) { _, context in
            let reference = try context.functionReference()
            return try Response.json(try await store.invocation(try context.path("invocation"), of: reference))
        }
        addStatus(to: group)
    }

    /// One recorded call by its id alone, also beside `/functions` for older clients.
    func addStatus(to group: APIRouteGroup) {
        group.on(.get, "/invocations/{invocation}", .permission(.readFunctions, .invocation)) { _, context in
            try Response.json(
                try await store.invocation(try context.path("invocation"), workspace: context.workspace)
            )
        }
    }

    private static func status(_ text: String) throws -> InvocationStatus {
        guard let status = InvocationStatus(rawValue: text) else {
            let known = InvocationStatus.allCases.map(\.rawValue).joined(separator: ", ")
            throw FuncError(.invalidArgument, "query item 'status=\(text)' is none of \(known)")
        }
        return status
    }

    private struct InvocationList: Encodable {
        var invocations: [Invocation]
    }
}
