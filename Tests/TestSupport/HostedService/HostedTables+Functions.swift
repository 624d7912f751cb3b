import Foundation
import FuncKit

/// What a create or replacement may say; everything else is dropped.
private struct FunctionBody: Decodable {
    struct Amounts: Decodable {
        var memory: String?
        var cpu: String?
    }

    var name: String?
    var runtime: String?
    var handler: String?
    var source_code: String?
    var environment: [String: String]?
    var resources: Amounts?
    var labels: [String: String]?
    var annotations: [String: String]?
}

extension HostedTables {
    /// Adds a function as if somebody had created it.
    public mutating func addFunction(_ name: String, project: String) {
        functions[name] = function(name, project: project, FunctionBody())
    }

    private func function(_ name: String, project: String, _ body: FunctionBody) -> HostedFunction {
        HostedFunction(
            name: name,
            project: project,
            runtime: body.runtime ?? "",
            handler: body.handler ?? "",
            liveSource: body.source_code,
            activeVersion: "v1",
            asksUntilReady: asksUntilReady,
            labels: body.labels,
            annotations: body.annotations,
            createdAt: now(),
            updatedAt: now()
        )
    }

    mutating func create(_ request: ScriptedServer.Request) -> HostedAnswer {
        guard let project = request.query["project_id"], !project.isEmpty else {
            return .error(400, "project_id is required")
        }
        guard let body = try? request.decoded(FunctionBody.self) else { return .error(400, "Invalid request body") }
        guard body.resources != nil else { return .empty500 }
        let name = body.name ?? ""
        guard projects[project] != nil, functions[name] == nil else { return .error(500, "Failed to create function") }
        let function = function(name, project: project, body)
        functions[name] = function
        note("created", name)
        return .json(201, json(function))
    }

    func list(_ request: ScriptedServer.Request) -> HostedAnswer {
        guard let project = request.query["project_id"], !project.isEmpty else {
            return .error(400, "project_id is required")
        }
        let found = functions.values.filter { $0.project == project }.sorted { $0.createdAt > $1.createdAt }
        return .list("functions", found.map { json($0) })
    }

    mutating func describe(_ id: String) -> HostedAnswer {
        guard let function = functions[id] else { return .error(404, "Function not found") }
        if function.asksUntilReady > 0 { functions[id]?.asksUntilReady -= 1 }
        return .json(200, json(function))
    }

    /// What is left out is emptied; the name is kept, and the provider puts a label in place of the active version.
    mutating func replace(_ id: String, _ request: ScriptedServer.Request) -> HostedAnswer {
        guard let body = try? request.decoded(FunctionBody.self) else { return .error(400, "Invalid request body") }
        guard body.resources != nil else { return .empty500 }
        guard var function = functions[id] else { return .error(500, "Failed to update function") }
        function.runtime = body.runtime ?? ""
        function.handler = body.handler ?? ""
        function.liveSource = body.source_code
        function.labels = body.labels
        function.annotations = body.annotations
        function.activeVersion = "v\(Int(now().timeIntervalSince1970))"
        function.updatedAt = now()
        functions[id] = function
        note("updated", id)
        return .json(200, json(function, createdAt: zeroTime))
    }

    mutating func delete(_ id: String) -> HostedAnswer {
        guard functions.removeValue(forKey: id) != nil else { return .error(500, "Failed to delete function") }
        versions.removeAll { $0.function == id }
        triggers.removeAll { $0.function == id }
        calls.removeAll { $0.function == id }
        events.removeAll { $0.function == id }
        return HostedAnswer(status: 204)
    }

    private func json(_ function: HostedFunction, createdAt: String? = nil) -> JSONValue {
        var fields: [String: JSONValue] = [
            "id": .string(function.name), "name": .string(function.name), "namespace": .string("fission-function"),
            "workspace_id": .string(workspace), "project_id": .string(function.project),
            "runtime": .string(function.runtime), "handler": .string(function.handler),
            "active_version": .string(function.activeVersion),
            "status": .string(function.asksUntilReady > 0 ? "building" : "ready"),
            "created_at": .string(createdAt ?? WireDate.format(function.createdAt)),
            "updated_at": .string(WireDate.format(function.updatedAt)),
        ]
        fields["labels"] = function.labels.map(JSONValue.map)
        fields["annotations"] = function.annotations.map(JSONValue.map)
        return .object(fields)
    }

    // MARK: Projects

    mutating func projectRoute(_ request: ScriptedServer.Request, _ path: [String]) -> HostedAnswer? {
        guard path.count == 1 else { return nil }
        switch (request.method, path[0]) {
        case ("GET", ""):
            let size = min(100, max(1, Int(request.query["page_size"] ?? "") ?? 20))
            let page = max(1, Int(request.query["page"] ?? "") ?? 1)
            let all = projects.sorted { $0.key < $1.key }
            let items = all.dropFirst((page - 1) * size).prefix(size).map { Self.project($0.key, $0.value) }
            let fields: [String: JSONValue] = [
                "projects": items.isEmpty ? .null : .array(items), "total": .integer(all.count),
                "page": .integer(page), "page_size": .integer(size),
            ]
            return .json(200, fields)
        case ("POST", ""):
            guard let body = try? request.decoded([String: String].self), let name = body["name"],
                body["workspace_id"] != nil
            else { return .error(400, "invalid request payload") }
            let id = "prj-\(projects.count + 1)"
            projects[id] = name
            return .json(201, Self.project(id, name))
        case ("GET", let id):
            return projects[id].map { .json(200, Self.project(id, $0)) } ?? .error(404, "project not found")
        default:
            return nil
        }
    }

    private static func project(_ id: String, _ name: String) -> JSONValue {
        .object(["id": .string(id), "name": .string(name), "status": .string("active")])
    }
}
