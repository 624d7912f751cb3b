import Foundation
import FuncKit
import Hummingbird

/// `/functions/{f}/metrics`: a function's numbers.
struct MetricsRoutes: Sendable {
    let catalog: FunctionCatalog
    let metrics: MetricsService

    func add(to group: APIRouteGroup) {
        group.on(.get, "/{function}/metrics", .permission(.readFunctions, .function), report)
    }

    @Sendable private func report(_ request: Request, _ context: APIContext) async throws -> Response {
        let reference = try context.functionReference()
        let function = try await catalog.store.function(reference)
        let items = APIQuery(request)
        let now = Date()
        let end = try items.time("end", or: "end_time", now: now) ?? now
        let start = try items.time("start", or: "start_time", now: now) ?? end.addingTimeInterval(-3600)
        guard start < end else {
            let name = items.text("start") == nil ? "start_time" : "start"
            let text = items.text(name).map { "'\(name)=\($0)'" } ?? "'\(name)'"
            throw FuncError(.invalidArgument, "query item \(text) is not before the end of the range")
        }
        var version: FunctionVersion?
        if let text = items.text("version") {
            version = try await catalog.store.version(VersionSelector(text), of: reference)
        }
        return try Response.json(
            try await metrics.report(
                functionID: function.id,
                createdAt: function.createdAt,
                versionID: version?.id,
                start: start,
                end: end,
                resolution: try items.length("resolution", or: "interval", maximum: 30 * 86_400),
                blocks: try Self.blocks(items)
            )
        )
    }

    /// The parts that were asked for; all where none is named.
    private static func blocks(_ items: APIQuery) throws -> Set<MetricsBlock> {
        var blocks: Set<MetricsBlock> = []
        for name in ["metrics", "metrics[]", "metric"] {
            for text in items.texts(name).flatMap({ $0.split(separator: ",") }) {
                guard let block = MetricsBlock(rawValue: String(text)) else {
                    let known = MetricsBlock.allCases.map(\.rawValue).joined(separator: ", ")
                    throw FuncError(.invalidArgument, "query item '\(name)=\(text)' is none of \(known)")
                }
                blocks.insert(block)
            }
        }
        return blocks.isEmpty ? Set(MetricsBlock.allCases) : blocks
    }
}

/// `/metrics`: the whole platform's numbers for Prometheus. They name every function of every workspace, so they are for
/// those who administrate the platform.
struct ExpositionRoutes: Sendable {
    let metrics: MetricsService

    func add(to group: APIRouteGroup) {
        group.on(.get, "/metrics", .platformAdmin) { _, _ in
            let text = try await metrics.exposition()
            return Response(
                status: .ok,
                headers: [.contentType: MetricsExposition.contentType],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text))
            )
        }
    }
}
