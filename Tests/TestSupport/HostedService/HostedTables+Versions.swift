import Foundation
import FuncKit

private struct VersionBody: Decodable {
    var id: String?
    var version: Int?
    var source_code: String?
    var image: String?
}

private struct TriggerBody: Decodable {
    var name: String?
    var type: String?
    var enabled: Bool?
    var config: [String: String]?
}

extension HostedTables {
    mutating func addVersion(_ function: String, _ request: ScriptedServer.Request) -> HostedAnswer {
        guard let body = try? request.decoded(VersionBody.self) else { return .error(400, "Invalid request body") }
        let (id, number) = (body.id ?? "", body.version ?? 0)
        // The id is the key across all functions, the number within one; an absent id is the empty one.
        let isTaken = versions.contains { $0.id == id || ($0.function == function && $0.number == number) }
        guard functions[function] != nil, !isTaken else { return .error(500, "Failed to deploy version") }
        functions[function]?.liveSource = body.source_code
        var version = HostedVersion(
            id: id,
            function: function,
            number: number,
            source: body.source_code,
            isActive: false,
            createdAt: now()
        )
        version.image = body.image
        versions.append(version)
        note("deployed", function)
        let answer: [String: JSONValue] = [
            "id": .string(""), "workspace_id": .string(workspace), "function_id": .string(function),
            "function_name": .string(function), "version": .integer(0), "build_status": .string(""),
            "created_at": .string(zeroTime), "is_active": .bool(false),
        ]
        return .json(201, answer)
    }

    func version(_ function: String, _ id: String) -> HostedAnswer {
        guard let version = versions.first(where: { $0.function == function && $0.id == id }) else {
            return .error(404, "Version not found")
        }
        return .json(200, Self.json(version))
    }

    /// The others stay active, and the provider is told nothing.
    mutating func activate(_ function: String, _ id: String) -> HostedAnswer {
        guard functions[function] != nil,
            let index = versions.firstIndex(where: { $0.function == function && $0.id == id })
        else { return .error(500, "Failed to set active version") }
        versions[index].isActive = true
        functions[function]?.activeVersion = id
        functions[function]?.updatedAt = now()
        note("version_activated", function)
        return .message("Version activated successfully")
    }

    /// In the list from new to old, it takes the one before the first active one: a newer version.
    mutating func rollBack(_ function: String) -> HostedAnswer {
        let all = versions(of: function)
        guard all.count > 1, let index = all.firstIndex(where: \.isActive), index > 0 else {
            return .error(500, "Failed to rollback version")
        }
        _ = activate(function, all[index - 1].id)
        return .message("Rollback successful")
    }

    static func json(_ version: HostedVersion) -> JSONValue {
        var fields: [String: JSONValue] = [
            "id": .string(version.id), "workspace_id": .string(""), "function_id": .string(version.function),
            "function_name": .string(version.function), "version": .integer(version.number),
            "build_status": .string(""), "created_at": .string(WireDate.format(version.createdAt)),
            "is_active": .bool(version.isActive),
        ]
        fields["source_code"] = version.source.map(JSONValue.string)
        fields["image"] = version.image.map(JSONValue.string)
        return .object(fields)
    }

    // MARK: Triggers

    /// Only two types come about, whatever the capabilities promise.
    mutating func addTrigger(_ function: String, _ request: ScriptedServer.Request) -> HostedAnswer {
        guard let body = try? request.decoded(TriggerBody.self) else { return .error(400, "Invalid request body") }
        let (name, type) = (body.name ?? "", body.type ?? "")
        let isTaken = triggers.contains { $0.function == function && $0.name == name }
        let isPossible = type == "http" || (type == "schedule" && Self.hasFiveFields(body.config?["cron"]))
        guard functions[function] != nil, !isTaken, isPossible else { return .error(500, "Failed to create trigger") }
        let trigger = HostedTrigger(
            id: "trg-\(name)-\(Int(now().timeIntervalSince1970))",
            function: function,
            name: name,
            type: type,
            isEnabled: body.enabled ?? false,
            config: body.config
        )
        triggers.append(trigger)
        return .json(201, json(trigger))
    }

    private static func hasFiveFields(_ cron: String?) -> Bool {
        cron?.split(separator: " ").count == 5
    }

    func triggerList(_ function: String) -> HostedAnswer {
        .list("triggers", triggers.filter { $0.function == function }.reversed().map(json))
    }

    private func json(_ trigger: HostedTrigger) -> JSONValue {
        .object([
            "id": .string(trigger.id), "workspace_id": .string(workspace), "function_id": .string(trigger.function),
            "function_name": .string(trigger.function), "name": .string(trigger.name), "type": .string(trigger.type),
            "enabled": .bool(trigger.isEnabled), "config": trigger.config.map(JSONValue.map) ?? .null,
            "created_at": .string(zeroTime), "updated_at": .string(zeroTime),
        ])
    }
}
