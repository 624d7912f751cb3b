import Foundation
import FuncKit
import NIOCore

/// More or fewer requests are under way at a version: one came in, or went on to another version before it was sent. That
/// one came to its end is told by its ``RequestRecord``.
public struct RequestLoad: Sendable, Hashable {
    /// Function that is called.
    public var functionID: String
    /// Version that was picked.
    public var versionID: String
    /// Its number.
    public var versionNumber: Int
    /// 1 or -1.
    public var change: Int

    /// Describes a change.
    public init(functionID: String, versionID: String, versionNumber: Int, change: Int) {
        self.functionID = functionID
        self.versionID = versionID
        self.versionNumber = versionNumber
        self.change = change
    }
}

/// How a request ended.
public enum RequestOutcome: String, Sendable, Hashable {
    /// With a whole answer: the function's, or the gateway's own in its place.
    case answered
    /// With a part of an answer.
    case brokeOff
    /// The client did not wait for it.
    case clientLeft
}

/// A request that went through the gateway, for metrics, logs and the invocation history.
public struct RequestRecord: Sendable, Hashable {
    /// `x-request-id` of the request and its answer.
    public var requestID: String
    /// Function that was called.
    public var functionID: String
    /// Version that was picked.
    public var versionID: String
    /// Its number.
    public var versionNumber: Int
    /// HTTP method.
    public var method: String
    /// Path as the function saw it, without the query.
    public var path: String
    /// Status of the answer; 499 where the client left before there was one.
    public var status: Int
    /// When the request arrived.
    public var startedAt: Date
    /// Time to the end of the answer, waiting for an instance included.
    public var durationMilliseconds: Double
    /// Whether the request waited for an instance to start.
    public var coldStart: Bool
    /// How it ended.
    public var outcome: RequestOutcome

    /// Describes a finished request.
    public init(
        requestID: String,
        functionID: String,
        versionID: String,
        versionNumber: Int,
        method: String,
        path: String,
        status: Int,
        startedAt: Date,
        durationMilliseconds: Double,
        coldStart: Bool,
        outcome: RequestOutcome = .answered
    ) {
        self.requestID = requestID
        self.functionID = functionID
        self.versionID = versionID
        self.versionNumber = versionNumber
        self.method = method
        self.path = path
        self.status = status
        self.startedAt = startedAt
        self.durationMilliseconds = durationMilliseconds
        self.coldStart = coldStart
        self.outcome = outcome
    }
}

/// A version that may receive requests, as the route table knows it.
public struct RoutableVersion: Sendable {
    /// The version.
    public var versionID: String
    /// Its number.
    public var number: Int
    /// Its share of the function's traffic.
    public var percent: Int
    /// Where its instances are found.
    public var pool: InstancePool

    /// Ties a share to a pool.
    public init(versionID: String, number: Int, percent: Int, pool: InstancePool) {
        self.versionID = versionID
        self.number = number
        self.percent = percent
        self.pool = pool
    }
}

/// A function as the gateway knows it. The table swaps whole values, so a request sees one split or the other.
public struct FunctionRoute: Sendable {
    /// The function.
    public var functionID: String
    /// Its name, a label of its address.
    public var name: String
    /// Id of its project.
    public var projectID: String
    /// Name of its project, the next label.
    public var project: String
    /// Longest call, in seconds.
    public var timeoutSeconds: Int
    /// Shares above 0 %; empty while no version is ready.
    public var shares: [RoutableVersion]
    /// Versions reached by tag.
    public var tags: [String: RoutableVersion]
    /// Further addresses, and who may call.
    public var access: RouteAccess

    /// Describes a function's routes.
    public init(
        functionID: String,
        name: String,
        projectID: String = "",
        project: String,
        timeoutSeconds: Int,
        shares: [RoutableVersion],
        tags: [String: RoutableVersion],
        access: RouteAccess = RouteAccess()
    ) {
        self.functionID = functionID
        self.name = name
        self.projectID = projectID
        self.project = project
        self.timeoutSeconds = timeoutSeconds
        self.shares = shares
        self.tags = tags
        self.access = access
    }
}
