import FuncKit
import NIOCore
import NIOHTTP1

/// A request as it goes on, and what the gateway must know to see it through.
struct ProxyRequest {
    /// The header block for the instance.
    var head: HTTPRequestHead
    var destination: RoutedRequest.Destination
    /// Value of `x-request-id` in the request, the answer and the logs.
    var id: String
    /// Largest body; nil leaves it to the destination.
    var bodyLimit: Int?
    var hasBody = false
    var expectsContinue = false
    /// Whether the client asked to leave HTTP.
    var asksForUpgrade = false
    /// What the client has to prove before the function hears of it.
    var demand: CallerDemand?

    /// Longest time from sending the request to the end of the answer.
    var timeoutSeconds: Int? {
        guard case .function(let target) = destination, !asksForUpgrade else { return nil }
        return max(1, target.route.timeoutSeconds)
    }

    /// Whether sending it twice does no more than sending it once (RFC 9110 9.2.2).
    var isIdempotent: Bool {
        switch head.method {
        case .GET, .HEAD, .OPTIONS, .TRACE, .PUT, .DELETE: true
        default: false
        }
    }

    /// Decides where `incoming` goes and what the destination gets to see.
    init(
        _ incoming: IncomingRequest,
        id: String,
        from address: String,
        in loop: LoopContext
    ) throws(GatewayFailure) {
        let configuration = loop.shared.configuration
        switch incoming.method {
        case .CONNECT, .TRACE:
            throw GatewayFailure(
                .methodNotAllowed,
                .methodNotAllowed,
                "method '\(incoming.method.rawValue)' is not supported"
            )
        default: break
        }
        let routed = try loop.shared.router.route(incoming)
        self.id = id
        destination = routed.destination
        if case .function = destination { bodyLimit = configuration.maxBodyBytes }
        if let bodyLimit, let length = incoming.contentLength, length > bodyLimit {
            throw GatewayFailure.bodyTooLarge(limit: bodyLimit)
        }
        if case .function(let target) = routed.destination, routed.auth != .public {
            demand = CallerDemand(incoming, auth: routed.auth, route: target.route, client: address)
        }
        hasBody = incoming.hasBody
        expectsContinue = incoming.expectsContinue
        asksForUpgrade = incoming.upgrade != nil
        var headers = incoming.fields
        Self.addIdentity(of: incoming, id: id, to: &headers, in: loop)
        Self.addForwarding(of: incoming, from: address, prefix: routed.prefix, to: &headers)
        Self.addFraming(of: incoming, to: &headers)
        head = HTTPRequestHead(version: .http1_1, method: incoming.method, uri: routed.uri, headers: headers)
    }

    /// A request that the platform makes by itself; its headers are complete.
    init(head: HTTPRequestHead, target: FunctionTarget, id: String, hasBody: Bool) {
        self.head = head
        self.id = id
        self.hasBody = hasBody
        destination = .function(target)
    }

    /// The client has proved who it is.
    mutating func admit(_ caller: AdmittedCaller) {
        if !caller.keepsCredentials {
            head.headers.remove(name: "authorization")
            head.headers.remove(name: "x-api-key")
        }
        head.headers.add(name: "x-hks-auth-subject", value: caller.subject)
    }

    private static func addIdentity(
        of incoming: IncomingRequest,
        id: String,
        to headers: inout HTTPHeaders,
        in loop: LoopContext
    ) {
        headers.add(name: "host", value: incoming.hosts.first ?? "localhost")
        headers.add(name: "x-request-id", value: id)
        let trace = incoming.traceparent ?? RequestIdentity.makeTraceparent(requestID: id, using: &loop.random)
        headers.add(name: "traceparent", value: trace)
    }

    /// The client is the one that can be trusted with its own address only, so all but the chain is set anew.
    private static func addForwarding(
        of incoming: IncomingRequest,
        from address: String,
        prefix: String?,
        to headers: inout HTTPHeaders
    ) {
        let chain =
            incoming.forwardedFor.isEmpty
            ? address : (incoming.forwardedFor + [address]).joined(separator: ", ")
        headers.add(name: "x-forwarded-for", value: chain)
        headers.add(name: "x-forwarded-proto", value: "http")
        if let host = incoming.hosts.first { headers.add(name: "x-forwarded-host", value: host) }
        if let prefix { headers.add(name: "x-forwarded-prefix", value: prefix) }
    }

    private static func addFraming(of incoming: IncomingRequest, to headers: inout HTTPHeaders) {
        if incoming.isChunked {
            headers.add(name: "transfer-encoding", value: "chunked")
        } else if let length = incoming.contentLength {
            headers.add(name: "content-length", value: String(length))
        }
        if let upgrade = incoming.upgrade {
            headers.add(name: "connection", value: "upgrade")
            headers.add(name: "upgrade", value: upgrade)
        }
    }
}
