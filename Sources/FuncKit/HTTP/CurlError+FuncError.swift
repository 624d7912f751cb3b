import Foundation

extension FuncError {
    /// Says in plain words why a request got no answer. Never shows headers, credentials or query values.
    init(_ error: CurlError, request: HTTPRequest) {
        let server = request.displayServer
        let (code, message, hint) = Self.words(for: error, server: server, request: request)
        self.init(
            code,
            message,
            hint: hint,
            cause: error.description,
            requestID: request.headers[HTTPHeaders.requestID]
        )
    }

    private static func words(
        for error: CurlError,
        server: String,
        request: HTTPRequest
    ) -> (ErrorCode, String, hint: String?) {
        switch error.kind {
        case .malformedURL:
            return (.invalidArgument, "'\(request.displayURL)' is not a usable URL", nil)
        case .unresolvable:
            let what = error.code == 5 ? "the proxy for '\(server)'" : "'\(server)'"
            return (.unreachable, "\(what) has no address", "check the name and the network")
        case .refused:
            return (.unreachable, "nothing answers at '\(server)'", "check that the server runs and the port is right")
        case .timedOut where !error.wasConnected:
            return (.unreachable, "no connection to '\(server)' came about in time", "check the network and any proxy")
        case .timedOut:
            return (.timedOut, "'\(server)' did not answer in time", uncertainty(request))
        case .proxyRefused:
            let status = error.proxyStatus.map { " with status \($0)" } ?? ""
            return (.unreachable, "the proxy refuses the way to '\(server)'\(status)", "check the proxy and NO_PROXY")
        case .tls:
            return tlsWords(for: error, server: server)
        case .broken:
            return (.unreachable, "the connection to '\(server)' broke off", uncertainty(request))
        case .headerTooLarge:
            return (.protocolError, "the header of the answer from '\(server)' is too large", nil)
        case .notHTTP:
            return (.protocolError, "'\(server)' did not answer in HTTP", "check the address and the port")
        case .other:
            return (.internalError, "the request to '\(server)' failed", nil)
        }
    }

    private static func uncertainty(_ request: HTTPRequest) -> String {
        request.isIdempotent
            ? "try again"
            : "the server may have carried out the request: look before trying again"
    }

    private static func tlsWords(for error: CurlError, server: String) -> (ErrorCode, String, hint: String?) {
        switch error.code {
        case 51, 60:
            (
                .unreachable, "the certificate of '\(server)' is not trusted: \(error.message)",
                "if the server is yours, name its certificate authority's PEM file in SSL_CERT_FILE"
            )
        case 77, 58, 66, 82, 83:
            (
                .unreachable, "the certificates for '\(server)' cannot be read: \(error.message)",
                "check SSL_CERT_FILE and SSL_CERT_DIR, or install the package ca-certificates"
            )
        default:
            (
                .unreachable, "no secure connection to '\(server)' came about: \(error.message)",
                "check that the port speaks TLS; for plain HTTP write http://"
            )
        }
    }
}

extension HTTPRequest {
    /// The URL without user, password, query and fragment.
    var displayURL: String {
        guard var parts = URLComponents(string: url) else { return "the given text" }
        (parts.user, parts.password, parts.query, parts.fragment) = (nil, nil, nil, nil)
        return parts.string ?? "the given text"
    }

    /// Host, with the port where one is named.
    var displayServer: String {
        guard let parts = URLComponents(string: url), let host = parts.host else { return "the server" }
        return parts.port.map { "\(host):\($0)" } ?? host
    }
}

extension HTTPHeaders {
    /// The field that request identifiers travel in.
    static let requestID = "x-request-id"
}
