import Foundation
import FuncKit

/// A stand-in for the hosted Function API, with the faults that were observed on the real one (wire reference, sections
/// 1.0–1.4, 2 and 3.1): what a client has to survive there, it survives here.
public final class HostedService: Sendable {
    /// A bearer token that the service takes without asking, as the real one does.
    public static let token = "dev_token_test"

    private let server: ScriptedServer
    private let tables: MutexBox<HostedTables>
    private let listener: MutexBox<(@Sendable (ScriptedServer.Request, Int) -> Void)?> = MutexBox(nil)

    /// Begins to serve on a free port; `configure` fills the tables and chooses the behaviour.
    public init(_ configure: (inout HostedTables) -> Void = { _ in }) throws {
        var start = HostedTables()
        configure(&start)
        let tables = MutexBox(start)
        self.tables = tables
        let listener = listener
        server = try ScriptedServer { exchange in
            try exchange.readBody()
            let request = exchange.request
            let answer = tables.mutate { $0.answer(request) }
            listener.current?(request, answer.status)
            try exchange.respond(answer.status, answer.body, headers: answer.headers)
        }
    }

    /// Runs `body` with a service, and ends the service afterwards.
    public static func with<T>(
        _ configure: (inout HostedTables) -> Void = { _ in },
        _ body: (HostedService) async throws -> T
    ) async throws -> T {
        let service = try HostedService(configure)
        defer { service.stop() }
        return try await body(service)
    }

    /// Base address without a trailing slash.
    public var url: String { server.url }
    /// What was received, in order.
    public var requests: [ScriptedServer.Request] { server.requests }
    /// What the service holds now.
    public var state: HostedTables { tables.current }

    /// Tells about each request and the status of its answer, from now on.
    public func onRequest(_ tell: @escaping @Sendable (ScriptedServer.Request, Int) -> Void) {
        listener.mutate { $0 = tell }
    }

    /// Changes what the service holds.
    public func change(_ body: (inout HostedTables) -> Void) {
        tables.mutate { body(&$0) }
    }

    /// Ends every connection.
    public func stop() {
        server.stop()
    }
}
