import Foundation
import FuncKit
import Hummingbird

/// The fields of an HTML form.
struct AuthFormBody {
    private static let maxBytes = 16 << 10
    private let fields: [String: String]

    /// Reads a form from a request.
    /// - Throws: `invalid_argument`; `NIOTooManyBytesError`, which becomes status 413.
    init(_ request: Request) async throws {
        guard request.headers[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true else {
            throw FuncError(.invalidArgument, "the request is no form")
        }
        let body = try await request.body.collect(upTo: Self.maxBytes)
        try self.init(String(decoding: body.readableBytesView, as: UTF8.self))
    }

    /// Reads `name=value&…`.
    /// - Throws: `invalid_argument`.
    init(_ text: String) throws {
        var fields: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                $0.replacingOccurrences(of: "+", with: " ").removingPercentEncoding
            }
            guard let name = parts[0], let value = parts.count == 2 ? parts[1] : "", fields[name] == nil else {
                throw FuncError(.invalidArgument, "the form is malformed")
            }
            fields[name] = value
        }
        self.fields = fields
    }

    /// The value of a field; empty where it is missing.
    subscript(_ name: String) -> String { fields[name] ?? "" }
}
