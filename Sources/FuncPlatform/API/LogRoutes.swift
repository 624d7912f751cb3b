import Foundation
import FuncKit
import Hummingbird

/// `/functions/{f}/logs`, `…/build-logs` and `…/events`: what happened.
struct LogRoutes: Sendable {
    let catalog: FunctionCatalog
    let logs: any LogStoring
    let events: EventStore
    let heartbeat: Duration

    func add(to group: APIRouteGroup) {
        group.on(.get, "/{function}/logs", .permission(.readLogs, .function), functionLogs)
        group.on(.get, "/{function}/versions/{version}/build-logs", .permission(.readLogs, .function), buildLogs)
        group.on(.get, "/{function}/events", .permission(.readFunctions, .function)) { request, context in
            let reference = try context.functionReference()
            let limit = try APIQuery(request).count("limit", default: 100, maximum: 1000)
            return try Response.json(EventList(events: try await events.events(of: reference, limit: limit)))
        }
    }

    @Sendable private func functionLogs(_ request: Request, _ context: APIContext) async throws -> Response {
        let reference = try context.functionReference()
        let function = try await catalog.store.function(reference)
        let items = APIQuery(request)
        let now = Date()
        var query = LogQuery(
            since: try items.time("since", or: "start_time", now: now),
            until: try items.time("until", or: "end_time", now: now),
            limit: try items.count(
                items.text("limit") == nil ? "tail" : "limit",
                default: 100,
                maximum: 10_000
            ),
            requestID: items.text("request_id")
        )
        // The lines of earlier instances are among the others here, so there is nothing to be switched on.
        _ = try items.flag("previous")
        if let level = items.text("level") {
            guard let known = LogLevel(name: level) else {
                let levels = LogLevel.allCases.map(\.rawValue).joined(separator: ", ")
                throw FuncError(.invalidArgument, "query item 'level=\(level)' is none of \(levels)")
            }
            query.level = known
        }
        if let version = items.text("version") {
            query.version = try await catalog.store.version(VersionSelector(version), of: reference).number
        }
        let stream = LogStream.function(id: function.id)
        if try items.flag("follow"), let framing = LogFraming(accept: request.headers[.accept]) {
            return NDJSONStream(lines: logs.follow(stream, query: query), heartbeat: heartbeat, framing: framing)
                .response(to: request)
        }
        return try Response.json(LogList(logs: try await logs.read(stream, query: query)))
    }

    @Sendable private func buildLogs(_ request: Request, _ context: APIContext) async throws -> Response {
        let reference = try context.functionReference()
        let version = try await catalog.store.version(VersionSelector(try context.path("version")), of: reference)
        let stream = LogStream.build(functionID: version.functionID, versionID: version.id)
        let isBuilding = version.status == .pending || version.status == .building
        if try APIQuery(request).flag("follow"), isBuilding {
            return NDJSONStream(lines: logs.follow(stream, query: LogQuery()), heartbeat: heartbeat)
                .response(to: request)
        }
        let entries = try await logs.read(stream, query: LogQuery())
        var body = ByteBuffer()
        for entry in entries { body.writeImmutableBuffer(try NDJSONStream.line(entry)) }
        return Response(
            status: .ok,
            headers: [.contentType: NDJSONStream.contentType],
            body: ResponseBody(byteBuffer: body)
        )
    }

    private struct LogList: Encodable {
        var logs: [LogEntry]
    }

    private struct EventList: Encodable {
        var events: [Event]
    }
}
