import Foundation
import FuncKit

/// A function as the Python SDK reads it. All fields are always there: some of them its models require.
struct SDKFunction: Encodable {
    private let state: FunctionState
    private let usage: FunctionUsage
    private let endpoint: String

    /// Shows a function; `endpoint` is the absolute address that reaches it.
    init(_ state: FunctionState, usage: FunctionUsage, endpoint: String) {
        self.state = state
        self.usage = usage
        self.endpoint = endpoint
    }

    func encode(to encoder: any Encoder) throws {
        let settings = state.settings
        let version = state.active ?? state.latest
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(state.id, forKey: .id)
        try container.encode(state.name, forKey: .name)
        try container.encode(settings.runtime, forKey: .runtime)
        try container.encode(settings.handler, forKey: .handler)
        try container.encode(version.map { "v\($0.number)" } ?? "v0", forKey: .version)
        try container.encode(status, forKey: .status)
        try container.encode(endpoint, forKey: .endpoint)
        try container.encode(settings.memoryMB, forKey: .memoryMB)
        try container.encode(settings.timeout, forKey: .timeoutSeconds)
        try container.encode(settings.environment, forKey: .environment)
        try container.encode(SDKTime.format(state.createdAt), forKey: .createdAt)
        try container.encode(SDKTime.format(state.updatedAt), forKey: .updatedAt)
        try container.encode(usage.lastCallAt.map(SDKTime.format), forKey: .lastExecutedAt)
        try container.encode(usage.calls, forKey: .executionCount)
    }

    /// The SDK knows `active`, `inactive` and `deleting`.
    private var status: String {
        switch state.status {
        case .ready: "active"
        case .deleting: "deleting"
        case .pending, .building, .error: "inactive"
        }
    }

    private enum CodingKeys: String, CodingKey {
        case name, runtime, handler, version, status, endpoint, environment
        case id = "function_id"
        case memoryMB = "memory_mb"
        case timeoutSeconds = "timeout_seconds"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case lastExecutedAt = "last_executed_at"
        case executionCount = "execution_count"
    }
}

/// Times of the Python SDK: UTC without saying so, because it compares them with naive ones of its own.
enum SDKTime {
    static func format(_ date: Date) -> String {
        String(WireDate.format(date).dropLast())
    }
}
