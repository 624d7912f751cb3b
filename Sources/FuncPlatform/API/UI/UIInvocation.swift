import Foundation
import FuncKit
import Hummingbird

/// A call as the web console makes it.
struct UICall {
    /// The call.
    let request: InvokeRequest
    /// What the console says calls the function; it is shown, and the function's own type decides.
    let trigger: String
    /// The payload as it came.
    let payload: Data?

    /// Reads a body.
    /// - Throws: `invalid_argument` naming the field.
    init(_ data: Data) throws {
        let options = try data.isEmpty ? Options() : APIBody.decode(Options.self, from: data)
        payload = RawJSON.member("payload", of: data)
        trigger = options.trigger ?? "http"
        var headers = (options.headers ?? [:]).mapValues { [$0] }
        if payload != nil, !headers.keys.contains(where: { $0.lowercased() == "content-type" }) {
            headers["Content-Type"] = ["application/json"]
        }
        request = InvokeRequest(method: options.method ?? "POST", headers: headers, body: payload)
    }

    private struct Options: Decodable {
        var trigger: String?
        var method: String?
        var headers: [String: String]?

        enum CodingKeys: String, CodingKey {
            case headers
            case trigger = "trigger_type"
            case method = "http_method"
        }
    }
}

/// A call as the web console shows it.
struct UIInvocation {
    let call: UICall
    let record: Invocation
    /// What the function wrote during the call.
    let logs: [LogEntry]

    /// The answer; payload and output go into it byte for byte.
    func response() throws -> Response {
        var body = try JSONEncoder.functionAPI.encode(
            Fields(
                id: record.id,
                functionID: record.functionID,
                status: status,
                trigger: call.trigger,
                error: record.error,
                duration: record.result?.durationMilliseconds,
                logs: logs.map(UILogLine.text).joined(separator: "\n"),
                startedAt: record.startedAt,
                completedAt: record.completedAt
            )
        )
        if let payload = call.payload { body = RawJSON.adding("payload", payload, to: body) }
        if let output = try output { body = RawJSON.adding("output", output, to: body) }
        return Response(
            status: .ok,
            headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }

    /// The function's answer as JSON: itself, a text, or Base64.
    private var output: Data? {
        get throws {
            guard let body = record.result?.body, !body.isEmpty else { return nil }
            if RawJSON.isValid(body) { return body }
            return try JSONValue.string(String(data: body, encoding: .utf8) ?? body.base64EncodedString()).document
        }
    }

    private var status: String {
        switch record.status {
        case .completed: (record.result?.statusCode ?? 200) < 400 ? "success" : "error"
        case .timeout: "timeout"
        case .pending, .running, .failed: "error"
        }
    }

    private struct Fields: Encodable {
        var id: String
        var functionID: String
        var status: String
        var trigger: String
        var error: String?
        var duration: Double?
        var logs: String
        var startedAt: Date?
        var completedAt: Date?

        enum CodingKeys: String, CodingKey {
            case status, error, logs
            case id = "invocation_id"
            case functionID = "function_id"
            case trigger = "trigger_type"
            case duration = "duration_ms"
            case startedAt = "started_at"
            case completedAt = "completed_at"
        }
    }
}

/// A log line of the web console: plain text.
enum UILogLine {
    static func text(_ entry: LogEntry) -> String {
        let time = entry.timestamp.map { WireDate.format($0) + " " } ?? ""
        return "\(time)\(entry.level.rawValue.uppercased()) \(entry.message)"
    }
}
