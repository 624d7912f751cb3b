import Foundation
import FuncKit
import Hummingbird

/// `/functions/{f}/triggers`: what calls a function.
struct TriggerRoutes: Sendable {
    let catalog: FunctionCatalog
    let deployments: DeploymentService
    let firing: FiringService

    func add(to group: APIRouteGroup) {
        let path = "/{function}/triggers"
        group.on(.get, path, .permission(.readFunctions, .function)) { request, context in
            let reference = try context.functionReference()
            let place = try await place(of: reference)
            let triggers = try await deployments.triggers(of: reference)
            return try Response.json(TriggerList(triggers: triggers.map(place.show)))
        }
        group.on(.post, path, .permission(.changeFunctions, .function)) { request, context in
            let body = try await APIBody.decode(TriggerBody.self, from: request)
            let reference = try context.functionReference()
            let trigger = try await deployments.createTrigger(
                body.applied(to: TriggerSpec(name: "", type: "")),
                of: reference,
                author: context.principal.name
            )
            return try Response.json(try await place(of: reference).show(trigger), status: .created)
        }
        group.on(.get, path + "/{trigger}", .permission(.readFunctions, .function)) { request, context in
            let reference = try context.functionReference()
            let trigger = try await deployments.trigger(try context.path("trigger"), of: reference)
            return try Response.json(try await place(of: reference).show(trigger))
        }
        group.on(.put, path + "/{trigger}", .permission(.changeFunctions, .function)) { request, context in
            let body = try await APIBody.decode(TriggerBody.self, from: request)
            let reference = try context.functionReference()
            let trigger = try await deployments.updateTrigger(
                try context.path("trigger"),
                of: reference,
                author: context.principal.name,
                change: body.applied
            )
            return try Response.json(try await place(of: reference).show(trigger))
        }
        group.on(.delete, path + "/{trigger}", .permission(.changeFunctions, .function)) { request, context in
            try await deployments.deleteTrigger(
                try context.path("trigger"),
                of: try context.functionReference(),
                author: context.principal.name
            )
            return Response(status: .noContent)
        }
        group.on(.post, path + "/{trigger}/fire", .permission(.invoke, .function)) { request, context in
            let body = try await FireBody.read(request)
            return try Response.json(
                try await firing.fire(
                    try context.path("trigger"),
                    of: try context.functionReference(),
                    data: body.data
                )
            )
        }
    }

    private func place(of reference: FunctionReference) async throws -> TriggerPlace {
        let function = try await catalog.store.function(reference)
        return TriggerPlace(function: function.name, project: function.projectName, port: catalog.port())
    }

    private struct TriggerList: Encodable {
        var triggers: [Trigger]
    }
}

/// Where the triggers of a function are reached.
private struct TriggerPlace {
    let function: String
    let project: String
    let port: Int?

    /// The wire form: http triggers get their address.
    @Sendable func show(_ trigger: Trigger) -> Trigger {
        var trigger = trigger
        trigger.nextFireAt = trigger.dueTimes(after: Date(), count: 1).first
        guard trigger.spec.type == TriggerSpec.http, let port else { return trigger }
        if let path = trigger.spec.config["path"] {
            trigger.spec.config["url"] = "http://\(project).localhost:\(port)\(Self.encoded(path))"
        } else {
            trigger.spec.config["url"] = "http://\(function).\(project).localhost:\(port)/"
        }
        return trigger
    }

    private static func encoded(_ path: String) -> String {
        path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
    }
}

/// What a client hands over to a trigger that it fires; no body is as good as an empty one.
private struct FireBody: Decodable, Sendable {
    /// Data of the event.
    var data: JSONValue?

    static func read(_ request: Request) async throws -> FireBody {
        let body = try await APIBody.data(request)
        return body.isEmpty ? FireBody() : try APIBody.decode(FireBody.self, from: body)
    }
}

/// What a client says about a trigger. A field that it leaves out stays as it is; a new trigger is enabled.
private struct TriggerBody: Decodable, Sendable {
    var name: String?
    var type: String?
    var enabled: Bool?
    /// The settings as a whole.
    var config: [String: JSONValue]?

    @Sendable func applied(to spec: TriggerSpec) -> TriggerSpec {
        var spec = spec
        if let name, !name.isEmpty { spec.name = name }
        if let type, !type.isEmpty { spec.type = type }
        if let enabled { spec.enabled = enabled }
        if let config { spec.config = TriggerConfig.flat(config) }
        return spec
    }
}
