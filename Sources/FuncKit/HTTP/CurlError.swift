internal import CCurl

/// What libcurl reported about a transfer that did not come to an answer.
public struct CurlError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of failure that callers tell apart.
    public enum Kind: Hashable, Sendable {
        /// The URL cannot be used at all.
        case malformedURL
        /// The name of the server, or of the proxy, has no address.
        case unresolvable
        /// Nothing accepts connections there.
        case refused
        /// A deadline passed.
        case timedOut
        /// The proxy refused to let the request through.
        case proxyRefused
        /// The TLS handshake failed, or the certificate was not accepted.
        case tls
        /// The connection ended before the answer did.
        case broken
        /// The header of the answer is larger than any limit.
        case headerTooLarge
        /// What came is not HTTP.
        case notHTTP
        /// Anything else.
        case other
    }

    /// libcurl's own number (`CURLcode`, or `CURLMcode` for the operations on the whole set).
    public let code: Int
    /// What was being done.
    public let operation: String
    /// libcurl's text about this very failure.
    public let message: String
    /// Whether a connection was up, so that the request may have reached the server.
    public let wasConnected: Bool
    /// The status with which a proxy refused a tunnel to the server; nil where none did.
    public let proxyStatus: Int?

    /// Holds what libcurl said.
    public init(code: Int, operation: String, message: String, wasConnected: Bool, proxyStatus: Int? = nil) {
        self.proxyStatus = proxyStatus
        self.code = code
        self.operation = operation
        self.message = message
        self.wasConnected = wasConnected
    }

    /// The kind that `code` stands for; numbers are libcurl's stable `CURLE_…` values.
    public var kind: Kind {
        if proxyStatus != nil { return .proxyRefused }
        return switch code {
        // Over a connection, "unsupported protocol" is libcurl's word for an answer without an HTTP status line.
        case 1: wasConnected ? .notHTTP : .malformedURL
        case 3: .malformedURL
        case 5, 6: .unresolvable
        case 7: .refused
        case 28: .timedOut
        case 35, 51, 53, 54, 58, 59, 60, 64, 66, 77, 80, 82, 83, 90, 91, 98: .tls
        case 16, 18, 52, 55, 56, 92, 95: .broken
        case 100: .headerTooLarge
        case 8, 43, 61: .notHTTP
        default: .other
        }
    }

    /// Operation, text and number in one line.
    public var description: String { "\(operation): \(message) (libcurl \(code))" }
}

/// The one look-up of the C library, with its global set-up.
enum CurlLibrary {
    /// Keeps a broken pipe on the calling thread from ending the process.
    static func blockBrokenPipeSignal() {
        hks_curl_block_sigpipe()
    }

    /// Opens libcurl on first use.
    /// - Throws: `library_missing`.
    static func load() throws {
        guard hks_curl_load() else {
            throw FuncError(
                .libraryMissing,
                "the library libcurl could not be opened",
                hint: "install it: on Debian and Ubuntu 'sudo apt-get install libcurl4'",
                cause: String(cString: hks_curl_load_error())
            )
        }
    }
}
