import Foundation
import FuncKit
import NIOCore
import NIOHTTP1
import NIOPosix

/// What a function answered to a call of the platform's own.
public struct InvokedResponse: Sendable {
    /// The function's status.
    public var status: Int
    /// Its header fields, in order.
    public var headers: [(String, String)]
    /// Its body.
    public var body: Data
    /// Whether an instance had to start for it.
    public var coldStart: Bool
    /// From asking for an instance to the end of the answer.
    public var durationMilliseconds: Double
    /// `x-request-id` of the call, under which its log lines are found.
    public var requestID: String
}

/// Calls functions from within the platform, over the same pools and connections that clients' requests use. Calls are
/// recorded as those requests are.
public struct FunctionInvoker: Sendable {
    let group: MultiThreadedEventLoopGroup
    let loops: GatewayLoops

    /// Sends one request and waits for the whole answer. Cancelling the task closes the connection to the instance.
    ///
    /// Without `version` one is picked by the route's split. `path` has the query with it. `timeout` is how long the
    /// function may take once it has the request. `isDirect` hands the body to the handler as its event.
    /// - Throws: ``FuncError`` with code `still_pending` without a version, `overloaded`, `readiness_failed`, `timed_out`,
    ///   `function_failed`, `unreachable`, `response_too_large`, `invalid_argument` or `cancelled`.
    public func invoke(
        route: FunctionRoute,
        version: RoutableVersion? = nil,
        method: String,
        path: String,
        headers: [(String, String)] = [],
        body: Data? = nil,
        isDirect: Bool = false,
        timeout: Duration,
        maxResponseBytes: Int
    ) async throws -> InvokedResponse {
        guard let version = version ?? route.choose(random: { Int.random(in: 0..<$0) }) else {
            throw FuncError(.stillPending, "function '\(route.name)' has no version that takes traffic")
        }
        let call = InvokerCall(
            target: FunctionTarget(route: route, tag: nil, version: version),
            method: HTTPMethod(rawValue: method.uppercased()),
            uri: path.hasPrefix("/") ? path : "/" + path,
            headers: headers,
            body: body,
            isDirect: isDirect,
            timeout: TimeAmount(timeout),
            maxResponseBytes: maxResponseBytes
        )
        try call.validate()
        return try await call.run(on: group.next(), loops: loops)
    }
}
