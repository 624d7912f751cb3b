import FuncKit
import NIOHTTP1

/// A request as it came, with the fields that steer the gateway taken out of its header block in one pass.
struct IncomingRequest {
    var method: HTTPMethod
    var version: HTTPVersion
    var uri: String
    /// Values of `Host`; more than one is an error.
    var hosts: [String] = []
    var origin: String?
    /// Value of `x-hks-tag`.
    var tag: String?
    /// Declared length of the body.
    var contentLength: Int?
    var isChunked = false
    var expectsContinue = false
    /// The protocol that the client wants to go on with.
    var upgrade: String?
    /// Whether the decoder reads no further request, as after an `Upgrade` field or CONNECT, whatever the answer.
    var endsDecoding = false
    /// A valid `x-request-id`.
    var requestID: String?
    /// A valid `traceparent`.
    var traceparent: String?
    /// Values of `X-Forwarded-For`.
    var forwardedFor: [String] = []
    /// Values of `Authorization`.
    var authorizations: [String] = []
    /// Values of `X-API-Key`.
    var apiKeys: [String] = []
    /// Fields that go on as they are.
    var fields = HTTPHeaders()

    var hasBody: Bool { isChunked || (contentLength ?? 0) > 0 }

    init(_ head: HTTPRequestHead) throws(GatewayFailure) {
        method = head.method
        version = head.version
        uri = head.uri
        fields.reserveCapacity(head.headers.count + 8)
        var connection = ConnectionField()
        var upgradeTo: String?
        for (name, value) in head.headers {
            switch HeaderRules.kind(of: name) {
            case .host: hosts.append(value)
            case .connection: connection.add(value)
            case .hopByHop, .platformCall: break
            case .upgrade: upgradeTo = value
            case .transferEncoding: try takeTransferEncoding(value)
            case .contentLength: try takeContentLength(value)
            case .expect: try takeExpectation(value)
            case .requestID: requestID = RequestIdentity.isValidRequestID(value) ? value : nil
            case .traceparent: traceparent = RequestIdentity.isValidTraceparent(value) ? value : nil
            case .forwardedFor: forwardedFor.append(value)
            case .forwardedOther: break
            case .tag: tag = value
            case .origin:
                origin = value
                fields.add(name: name, value: value)
            case .authorization:
                authorizations.append(value)
                fields.add(name: name, value: value)
            case .apiKey:
                apiKeys.append(value)
                fields.add(name: name, value: value)
            case .authSubject: break
            case .gatewayAnswer, .other: fields.add(name: name, value: value)
            }
        }
        connection.removeNominated(from: &fields)
        endsDecoding = upgradeTo != nil || method == .CONNECT
        takeUpgrade(upgradeTo, connection)
    }

    /// Anything but exactly `chunked` cannot be passed on faithfully, and two readings of one request are how requests are
    /// smuggled (RFC 9112 6.1). The decoder has refused a request with both framings already.
    private mutating func takeTransferEncoding(_ value: String) throws(GatewayFailure) {
        guard version.minor > 0 else { throw .badRequest("HTTP/1.0 has no transfer-encoding") }
        guard !isChunked, contentLength == nil, value.lowercased() == "chunked" else {
            throw .badRequest("transfer-encoding '\(value)' is not supported")
        }
        isChunked = true
    }

    private mutating func takeContentLength(_ value: String) throws(GatewayFailure) {
        guard contentLength == nil, !isChunked, let length = Int(value), length >= 0 else {
            throw .badRequest("content-length '\(value)' is not valid")
        }
        contentLength = length
    }

    private mutating func takeExpectation(_ value: String) throws(GatewayFailure) {
        guard value.lowercased() == "100-continue" else {
            throw GatewayFailure(.expectationFailed, .badRequest, "expectation '\(value)' is not supported")
        }
        expectsContinue = version.minor > 0
    }

    /// HTTP/2 over an upgraded connection is offered by clients as a matter of routine, and never needed here.
    private mutating func takeUpgrade(_ value: String?, _ connection: ConnectionField) {
        guard let value, connection.namesUpgrade, version.minor > 0, !hasBody else { return }
        guard !value.lowercased().hasPrefix("h2c") else { return }
        upgrade = value
    }
}
