import Foundation
import Synchronization
import TestSupport

@testable import FuncKit

/// A client of a scripted server, with time that passes only while something waits.
func makeAPIClient(
    _ server: ScriptedServer,
    project: String = "default",
    token: String? = "t0ken",
    timing: RetryTiming = .immediate(),
    configure: (inout HTTPClientConfiguration) -> Void = { _ in }
) throws -> FunctionAPIClient {
    let http = try makeClient { configuration in
        configuration.timing = timing
        configure(&configuration)
    }
    return FunctionAPIClient(
        endpoint: server.url + "/",
        workspace: "ws 1",
        project: project,
        tokens: FixedToken(token),
        http: http,
        timing: timing
    )
}

/// What a server with all extensions says of itself.
private let everything =
    #"{"name":"full","supports_source_upload":true,"supports_traffic":true,"supports_rollback":true,"#
    + #""supports_log_streaming":true,"supports_build_logs":true,"supports_trigger_firing":true}"#

/// Answers by method and path below the workspace; anything else is a route the server does not know. Unless the table says
/// otherwise, the server has all extensions.
func routes(_ table: [String: ScriptedServer.Handler]) -> ScriptedServer.Handler {
    { exchange in
        let path = exchange.request.path.replacingOccurrences(of: "/api/v1/workspaces/ws%201", with: "")
        if let handler = table["\(exchange.request.method) \(path)"] {
            try handler(exchange)
        } else if path == "/functions/provider/capabilities" {
            try exchange.respond(json: everything)
        } else {
            try exchange.respond(json: #"{"error":"endpoint not found","path":"\#(path)"}"#, status: 404)
        }
    }
}

/// Answers with fixed JSON.
func json(_ text: String, status: Int = 200) -> ScriptedServer.Handler {
    { try $0.respond(json: text, status: status) }
}

/// A number that several threads raise.
final class Counter: Sendable {
    private let count = Mutex(0)

    /// The number of calls so far, this one included.
    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }

    var value: Int { count.withLock { $0 } }
}

extension FuncError {
    /// Code and message, for comparisons in one go.
    var summary: String { "\(code.rawValue): \(message)" }
}
