import Foundation

extension HTTPClient {
    /// Reads a public document with GET.
    /// - Parameters:
    ///   - url: Absolute, `http` or `https`; redirects are followed within its server only.
    ///   - limit: Most bytes that are taken.
    ///   - timeout: Longest time for one attempt.
    /// - Returns: its body.
    /// - Throws: `unreachable`, `timed_out`, `protocol_error` for any status but 2xx.
    package func document(at url: String, limit: Int, timeout: Duration) async throws -> Data {
        var request = HTTPRequest(
            "GET",
            url,
            headers: ["accept": "application/json"],
            redirects: .sameOrigin,
            responseLimit: limit
        )
        request.timeouts.total = timeout
        request.retries = false
        let response = try await send(request)
        guard response.head.isSuccess else {
            throw FuncError(.protocolError, "'\(request.displayURL)' answered with status \(response.status)")
        }
        return response.body
    }
}
