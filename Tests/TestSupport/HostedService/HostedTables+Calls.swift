import Foundation
import FuncKit

/// A single text in place of a list of values is refused, and so is a body that is not base64.
private struct CallBody: Decodable {
    var method: String?
    var path: String?
    var headers: [String: [String]]?
    var body: Data?
    var query: [String: [String]]?
}

extension HostedTables {
    /// Always 200: what the function answered is inside.
    mutating func invoke(_ name: String, _ request: ScriptedServer.Request) -> HostedAnswer {
        guard let body = try? request.decoded(CallBody.self) else { return .error(400, "Invalid request body") }
        guard let function = functions[name] else { return .error(500, "Failed to invoke function") }
        let start = now()
        let invocation = HostedInvocation(
            function: function,
            version: active(name),
            method: (body.method ?? "").isEmpty ? "GET" : body.method ?? "",
            body: body.body ?? Data()
        )
        let answer = respond(invocation)
        let id = "fission-\(name)-\(nanoseconds(start) + calls.count)"
        calls.append(
            HostedCall(id: id, function: name, status: "completed", startedAt: start, completedAt: now(), answer: answer)
        )
        note("invoked", name)
        return .json(200, Self.json(answer, id: id))
    }

    mutating func invokeLater(_ name: String, _ request: ScriptedServer.Request) -> HostedAnswer {
        guard (try? request.decoded(CallBody.self)) != nil else { return .error(400, "Invalid request body") }
        guard functions[name] != nil else { return .error(500, "Failed to invoke function async") }
        let id = "async-\(name)-\(nanoseconds(now()) + calls.count)"
        calls.append(HostedCall(id: id, function: name, status: "running", startedAt: now()))
        return .json(202, ["invocation_id": id])
    }

    /// The first look ends an asynchronous call, without a result and in year 1.
    mutating func call(_ id: String) -> HostedAnswer {
        guard let index = calls.firstIndex(where: { $0.id == id }) else { return .error(404, "Invocation not found") }
        calls[index].status = "completed"
        return .json(200, json(calls[index]))
    }

    func callList(_ function: String, _ request: ScriptedServer.Request) -> HostedAnswer {
        let found = calls.filter { $0.function == function }.sorted { $0.startedAt > $1.startedAt }
        return .list("invocations", found.prefix(Self.limit(request, 50)).map { json($0) })
    }

    private func json(_ call: HostedCall) -> JSONValue {
        var fields: [String: JSONValue] = [
            "invocation_id": .string(call.id), "workspace_id": .string(workspace),
            "function_id": .string(call.function), "status": .string(call.status),
            "started_at": .string(WireDate.format(call.startedAt)),
        ]
        if call.status == "completed" {
            fields["completed_at"] = .string(call.completedAt.map(WireDate.format) ?? zeroTime)
        }
        fields["result"] = call.answer.map { Self.json($0, id: call.id) }
        return .object(fields)
    }

    private static func json(_ answer: HostedResponse, id: String) -> JSONValue {
        .object([
            "status_code": .integer(answer.status),
            "headers": .object(["Content-Type": .array([.string("text/plain; charset=utf-8")])]),
            "body": .string(answer.body.base64EncodedString()), "duration": .integer(178_655),
            "cold_start": .bool(false), "invocation_id": .string(id),
        ])
    }

    private func nanoseconds(_ time: Date) -> Int {
        Int(time.timeIntervalSince1970 * 1000) * 1_000_000
    }

    private static func limit(_ request: ScriptedServer.Request, _ usual: Int) -> Int {
        guard let limit = request.query["limit"].flatMap({ Int($0) }), limit > 0 else { return usual }
        return limit
    }

    // MARK: Telemetry, most of it made up

    func logs(_ function: String) -> HostedAnswer {
        guard functions[function] != nil else { return .error(500, "Failed to get function logs") }
        return .list(
            "logs",
            [
                .object([
                    "timestamp": .string(WireDate.format(now())), "level": .string("info"),
                    "message": .string("Function \(function) logs are not collected"),
                ])
            ]
        )
    }

    func metrics(_ function: String) -> HostedAnswer {
        guard functions[function] != nil else { return .error(500, "Failed to get function metrics") }
        let numbers: [String: JSONValue] = ["min": .integer(10), "max": .integer(500), "avg": .integer(50)]
        let zeros = JSONValue.object(["min": .integer(0), "max": .integer(0), "avg": .integer(0)])
        let fields: [String: JSONValue] = [
            "invocations": .integer(1000), "errors": .integer(10), "cold_starts": .integer(50),
            "duration": .object(numbers), "concurrency": zeros, "memory": zeros, "cpu": zeros,
        ]
        return .json(200, fields)
    }

    func eventList(_ function: String, _ request: ScriptedServer.Request) -> HostedAnswer {
        let found = events.filter { $0.function == function }.reversed().prefix(Self.limit(request, 100))
        return .list(
            "events",
            found.map { event in
                .object([
                    "id": .string(event.id), "workspace_id": .string(workspace),
                    "function_id": .string(event.function), "type": .string(event.type),
                    "description": .string("Function \(event.function) \(event.type)"),
                    "created_at": .string(WireDate.format(event.createdAt)),
                ])
            }
        )
    }

    static var capabilities: HostedAnswer {
        let runtimes = [
            "go", "python", "python38", "python39", "node", "node14", "node16", "java", "dotnet", "php", "ruby",
        ]
        let yes = [
            "versioning", "async", "logs", "metrics", "environment_vars", "custom_images", "auto_scaling",
            "scale_to_zero", "https", "warm_pool",
        ]
        let no = [
            "tracing", "secrets", "custom_domains", "private_registry", "build_from_source", "websockets", "grpc",
            "custom_headers", "iam_integration", "network_policies",
        ]
        var fields: [String: JSONValue] = [
            "name": .string("fission"), "version": .string("1.0.0"),
            "description": .string("functions with fast cold starts"),
            "supported_runtimes": .array(runtimes.map(JSONValue.string)),
            "supported_trigger_types": .array(["http", "schedule", "messagequeue", "event"].map(JSONValue.string)),
            "max_memory_mb": .integer(4096), "max_timeout_secs": .integer(300), "max_payload_size_mb": .integer(50),
            "max_concurrency": .integer(0), "typical_cold_start_ms": .integer(100),
            "warm_pool_size_per_function": .integer(3), "log_retention_days": .integer(7),
            "metrics_retention_days": .integer(30), "cost_model": .string("per-invocation"),
        ]
        for name in yes { fields["supports_\(name)"] = .bool(true) }
        for name in no { fields["supports_\(name)"] = .bool(false) }
        return .json(200, fields)
    }
}
