import Foundation
import FuncKit

/// An error as it is shown: two lines for people, one JSON object for programs.
struct ErrorReport: Encodable, Sendable {
    let error: FuncError

    /// The lines for people; causes and identifiers only with `--verbose`.
    func text(_ style: TextStyle, isVerbose: Bool) -> String {
        var lines: [String] = []
        if error.failures.isEmpty {
            lines.append("\(style.bad("Error:")) \(error.description.withoutControls)")
        } else {
            lines += error.failures.flatMap { failure in
                ["\(style.bad("Error:")) \(failure.description.withoutControls)"]
                    + (failure.hint.map { ["  \(style.bold("Hint:")) \($0.withoutControls)"] } ?? [])
            }
        }
        lines += error.details.map { "  \(style.dim("|")) \($0.withoutControls)" }
        if let hint = error.hint { lines.append("\(style.bold("Hint:")) \(hint.withoutControls)") }
        // Whoever runs the server is not asked about a wrong name.
        let isServerMatter = [.failed, .unreachable, .timedOut].contains(ExitStatus(error.code))
        if let requestID = error.requestID, isServerMatter || isVerbose {
            lines.append(style.dim("Request id: \(requestID.withoutControls)"))
        }
        if isVerbose, let cause = error.cause { lines.append(style.dim("Cause: \(cause.withoutControls)")) }
        return lines.joined(separator: "\n")
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: OuterKey.self)
        try container.encode(Body(error), forKey: .error)
    }

    private enum OuterKey: CodingKey {
        case error
    }

    /// The error as an object.
    struct Body: Encodable {
        let code: ErrorCode
        let message: String
        let hint: String?
        let file: String?
        let line: Int?
        let column: Int?
        let cause: String?
        let requestID: String?
        let details: [String]?
        let failures: [Body]?

        init(_ error: FuncError) {
            code = error.code
            message = error.message
            hint = error.hint
            file = error.location?.file
            line = error.location?.line
            column = error.location?.column
            cause = error.cause
            requestID = error.requestID
            details = error.details.isEmpty ? nil : error.details
            failures = error.failures.isEmpty ? nil : error.failures.map(Body.init)
        }

        private enum CodingKeys: String, CodingKey {
            case code, message, hint, file, line, column, cause, details, failures
            case requestID = "request_id"
        }
    }
}
