import Foundation
import FuncKit
import NIOCore

/// A request that went through the gateway, for metrics, logs and the invocation history.
public struct RequestRecord: Sendable, Hashable {
    public var requestID: String
    public var functionID: String
    public var versionID: String
    public var versionNumber: Int
    public var method: String
    public var path: String
    /// Status sent to the client.
    public var status: Int
    public var startedAt: Date
    public var durationMilliseconds: Double
    public var coldStart: Bool

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
        coldStart: Bool
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
    }
}

/// A version that may receive requests, as the route table knows it.
public struct RoutableVersion: Sendable {
    public var versionID: String
    public var number: Int
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
    public var functionID: String
    public var name: String
    public var project: String
    /// Longest call, in seconds.
    public var timeoutSeconds: Int
    /// Shares above 0 %; empty while no version is ready.
    public var shares: [RoutableVersion]
    /// Versions reached by tag.
    public var tags: [String: RoutableVersion]

    /// Describes a function's routes.
    public init(
        functionID: String,
        name: String,
        project: String,
        timeoutSeconds: Int,
        shares: [RoutableVersion],
        tags: [String: RoutableVersion]
    ) {
        self.functionID = functionID
        self.name = name
        self.project = project
        self.timeoutSeconds = timeoutSeconds
        self.shares = shares
        self.tags = tags
    }
}
