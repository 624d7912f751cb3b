import Foundation

/// One delivery that a trigger led to, by itself or by hand, and what came of it.
public struct TriggerFiring: Codable, Hashable, Sendable {
    /// Name of the trigger.
    public var trigger: String
    /// Its type.
    public var type: String
    /// Function that was called.
    public var functionID: String
    /// Name of that function.
    public var functionName: String
    /// The recorded call.
    public var invocationID: String
    /// Whether someone asked for it, rather than the time that came.
    public var isManual: Bool
    /// When it was due; nil for triggers that are not about time.
    public var scheduledTime: Date?
    /// When it was sent.
    public var firedTime: Date
    /// Which attempt it was, from 1.
    public var attempt: Int
    /// How the call ended.
    public var status: InvocationStatus
    /// What the function answered, if it did.
    public var response: InvokeResponse?
    /// Why it failed, if it did.
    public var error: String?

    /// Describes a delivery.
    public init(
        trigger: String,
        type: String,
        functionID: String,
        functionName: String = "",
        invocationID: String,
        isManual: Bool = false,
        scheduledTime: Date? = nil,
        firedTime: Date,
        attempt: Int = 1,
        status: InvocationStatus,
        response: InvokeResponse? = nil,
        error: String? = nil
    ) {
        self.trigger = trigger
        self.type = type
        self.functionID = functionID
        self.functionName = functionName
        self.invocationID = invocationID
        self.isManual = isManual
        self.scheduledTime = scheduledTime
        self.firedTime = firedTime
        self.attempt = attempt
        self.status = status
        self.response = response
        self.error = error
    }

    /// Whether the function did what it was called for.
    public var isSuccess: Bool {
        status == .completed && response.map { $0.statusCode < 400 } ?? true
    }

    private enum CodingKeys: String, CodingKey {
        case trigger, type, attempt, status, error
        case functionID = "function_id"
        case functionName = "function_name"
        case invocationID = "invocation_id"
        case isManual = "manual"
        case scheduledTime = "scheduled_at"
        case firedTime = "fired_at"
        case response = "result"
    }
}
