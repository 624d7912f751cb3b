import Foundation
import FuncKit

/// Shows functions as clients see them: with address and running instances.
struct FunctionCatalog: Sendable {
    let store: FunctionStore
    let fleet: any FleetControlling
    /// The gateway's port, once it listens.
    let port: @Sendable () -> Int?

    /// One function.
    func function(_ reference: FunctionReference) async throws -> Function {
        await show(try await store.function(reference))
    }

    /// All functions of a project, or of the workspace.
    func functions(workspace: String, project: String?) async throws -> [Function] {
        var functions: [Function] = []
        for state in try await store.functions(workspace: workspace, project: project) {
            functions.append(await show(state))
        }
        return functions
    }

    /// The wire form of a function.
    func show(_ state: FunctionState) async -> Function {
        var ready = 0
        if let active = state.active {
            ready = await fleet.readyInstances(versionID: active.id)
        }
        let url = port().map { "http://\(state.name).\(state.projectHost).localhost:\($0)/" }
        var function = state.model(url: url, readyInstances: ready)
        if let active = state.active, function.statusReason == nil {
            function.statusReason = await fleet.lastFailure(versionID: active.id)?.message
        }
        return function
    }
}
