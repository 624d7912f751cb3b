import Foundation
import FuncKit
import Synchronization

/// Reads the documents that outside issuers publish.
protocol KeySetFetching: Sendable {
    /// The body of the answer from `url`.
    /// - Throws: `unreachable`, `timed_out`, `protocol_error`.
    func document(at url: String) async throws -> Data
}

/// Reads them over the network.
final class HTTPKeySetFetching: KeySetFetching {
    private static let maxBytes = 1 << 20

    private let environment: [String: String]
    private let client = Mutex<HTTPClient?>(nil)

    /// Takes proxies and certificates from the variables of the platform's process.
    init(environment: [String: String]) {
        self.environment = environment
    }

    func document(at url: String) async throws -> Data {
        // Made when it is needed first: most platforms never ask an outside issuer.
        let client = try client.withLock { client in
            if let client { return client }
            let new = try HTTPClient(HTTPClientConfiguration(environment: environment))
            client = new
            return new
        }
        return try await client.document(at: url, limit: Self.maxBytes, timeout: .seconds(10))
    }
}
