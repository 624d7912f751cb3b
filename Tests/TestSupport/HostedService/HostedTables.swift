import Foundation
import FuncKit

/// A function as the service keeps it.
public struct HostedFunction: Sendable {
    /// Also its id: the default provider gives no other, and knows no projects.
    public var name: String
    /// Project it was created in.
    public var project: String
    /// Empty where a replacement left it out.
    public var runtime: String
    /// Empty where a replacement left it out.
    public var handler: String
    /// What the provider runs: the source that was sent last, whatever is active.
    public var liveSource: String?
    /// Id of a version, or a label of the provider's.
    public var activeVersion: String
    /// How often the function is asked for before it says that it is ready.
    public var asksUntilReady: Int
    /// As sent.
    public var labels: [String: String]?
    /// As sent.
    public var annotations: [String: String]?
    /// Of the first creation.
    public var createdAt: Date
    /// Of the last change.
    public var updatedAt: Date
}

/// A version as the service keeps it.
public struct HostedVersion: Sendable {
    /// As the client sent it; unique across all functions.
    public var id: String
    /// Function it belongs to.
    public var function: String
    /// As the client sent it; unique within the function.
    public var number: Int
    /// As the client sent it.
    public var source: String?
    /// As the client sent it.
    public var image: String?
    /// Whether it was ever active.
    public var isActive: Bool
    /// Of its creation.
    public var createdAt: Date

    /// Makes a version.
    public init(id: String, function: String, number: Int, source: String?, isActive: Bool, createdAt: Date) {
        self.id = id
        self.function = function
        self.number = number
        self.source = source
        self.isActive = isActive
        self.createdAt = createdAt
    }
}

/// A trigger as the service keeps it.
public struct HostedTrigger: Sendable {
    /// `trg-<name>-<seconds>`.
    public var id: String
    /// Function it belongs to.
    public var function: String
    /// As sent.
    public var name: String
    /// As sent.
    public var type: String
    /// False where it was not sent.
    public var isEnabled: Bool
    /// As sent.
    public var config: [String: String]?
}

/// A recorded call.
public struct HostedCall: Sendable {
    /// With the provider's prefix.
    public var id: String
    /// Function that was called.
    public var function: String
    /// `running` or `completed`.
    public var status: String
    /// Of its start.
    public var startedAt: Date
    /// Of its end; nil for asynchronous calls.
    public var completedAt: Date?
    /// What the function answered; never kept for asynchronous calls.
    public var answer: HostedResponse?
}

/// An audit entry.
public struct HostedEvent: Sendable {
    /// `evt-<seconds>`: the second one of a second is lost.
    public var id: String
    /// Function it is about.
    public var function: String
    /// Such as `created`.
    public var type: String
    /// When, to the second.
    public var createdAt: Date
}

/// What a function answers.
public struct HostedResponse: Sendable {
    /// The function's own status.
    public var status: Int
    /// Its body.
    public var body: Data

    /// Holds an answer.
    public init(_ status: Int = 200, _ body: String) {
        self.status = status
        self.body = Data(body.utf8)
    }
}

/// A call as the function sees it.
public struct HostedInvocation: Sendable {
    /// Function that is called.
    public var function: HostedFunction
    /// The version that its records call active, if they name one.
    public var version: HostedVersion?
    /// Method of the call.
    public var method: String
    /// Body of the call.
    public var body: Data
}

/// All that the service holds, and how it behaves.
public struct HostedTables: Sendable {
    /// Workspace that it knows.
    public var workspace = "ws-1"
    /// Projects by id, with their names.
    public var projects = ["prj-1": "demo", "prj-2": "other"]
    /// By name.
    public var functions: [String: HostedFunction] = [:]
    /// In the order of their creation.
    public var versions: [HostedVersion] = []
    /// In the order of their creation.
    public var triggers: [HostedTrigger] = []
    /// In the order of their start.
    public var calls: [HostedCall] = []
    /// In the order of their creation.
    public var events: [HostedEvent] = []
    /// Sessions and tokens.
    public var sessions = HostedSessions()
    /// How often a new function is asked for before it is ready.
    public var asksUntilReady = 0
    /// The next so many requests that match this method and path suffix fail with 500 before anything happens.
    public var failures: [(method: String, suffix: String)] = []
    /// The next so many requests that match are carried out, and answered with 500 all the same.
    public var lateFailures: [(method: String, suffix: String)] = []
    /// The clock.
    public var now: @Sendable () -> Date = { Date() }
    /// What functions answer.
    public var respond: @Sendable (HostedInvocation) -> HostedResponse = { call in
        HostedResponse(200, "v\(call.version?.number ?? 0)")
    }

    /// The version that the function's records call active.
    public func active(_ function: String) -> HostedVersion? {
        guard let id = functions[function]?.activeVersion else { return nil }
        return versions.first { $0.function == function && $0.id == id }
    }

    /// The function's versions, newest first.
    public func versions(of function: String) -> [HostedVersion] {
        versions.filter { $0.function == function }.sorted { $0.number > $1.number }
    }

    mutating func note(_ type: String, _ function: String) {
        let time = now()
        let id = "evt-\(Int(time.timeIntervalSince1970))"
        guard !events.contains(where: { $0.id == id }) else { return }
        events.append(HostedEvent(id: id, function: function, type: type, createdAt: time))
    }
}
