import Foundation
import FuncKit
import Hummingbird

/// A call as the Python SDK reads it.
struct SDKExecution {
    private let call: Invocation

    /// Shows a recorded call.
    init(_ call: Invocation) {
        self.call = call
    }

    /// The answer; the function's result goes into it byte for byte.
    func response(status: HTTPResponse.Status = .ok) throws -> Response {
        let result = result
        let fields = try JSONEncoder.functionAPI.encode(
            Fields(
                id: call.id,
                functionID: call.functionID,
                status: call.status,
                error: call.error ?? result.problem,
                duration: milliseconds,
                startedAt: call.startedAt.map(SDKTime.format),
                completedAt: call.completedAt.map(SDKTime.format)
            )
        )
        let body = RawJSON.adding("result", result.value ?? Data("null".utf8), to: fields)
        return Response(
            status: status,
            headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }

    /// What the function returned, where it returned something.
    private var result: (value: Data?, problem: String?) {
        guard call.status == .completed, let answer = call.result, !answer.body.isEmpty else { return (nil, nil) }
        if answer.headers[InvocationStore.truncationMark] != nil {
            return (nil, "the result is too large to be kept: call without 'async' to get it")
        }
        if RawJSON.isValid(answer.body) { return (answer.body, nil) }
        guard let text = String(data: answer.body, encoding: .utf8), let value = try? JSONValue.string(text).document
        else { return (nil, "the function answered with bytes that are neither JSON nor text") }
        return (value, nil)
    }

    /// Nil while it runs.
    private var milliseconds: Int? {
        if let duration = call.result?.durationMilliseconds { return Int(duration.rounded(.up)) }
        guard let start = call.startedAt, let end = call.completedAt else { return nil }
        return max(0, Int((end.timeIntervalSince(start) * 1000).rounded()))
    }

    private struct Fields: Encodable {
        var id: String
        var functionID: String
        var status: InvocationStatus
        var error: String?
        var duration: Int?
        var startedAt: String?
        var completedAt: String?

        /// Nothing is left out: the SDK's users look fields up by name.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(id, forKey: .id)
            try container.encode(functionID, forKey: .functionID)
            try container.encode(status, forKey: .status)
            try container.encode(error, forKey: .error)
            try container.encode(duration, forKey: .duration)
            try container.encode(duration, forKey: .billedDuration)
            try container.encode(startedAt, forKey: .startedAt)
            try container.encode(completedAt, forKey: .completedAt)
        }

        enum CodingKeys: String, CodingKey {
            case status, error
            case id = "execution_id"
            case functionID = "function_id"
            case duration = "duration_ms"
            case billedDuration = "billed_duration_ms"
            case startedAt = "started_at"
            case completedAt = "completed_at"
        }
    }
}
