import Foundation
import FuncKit
import GRDB

// Rows of the registry. Only the stores in this folder use them; services see values of FuncKit's model.

/// A row of `function`.
struct FunctionRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "function"
    var id: String
    var workspaceID: String
    var projectID: String
    var name: String
    /// Description, scaling, triggers, labels and annotations in force; the other fields are those of the versions.
    var settings: FunctionSettings
    /// Counts changes of `settings` outside of deploys, so that a deploy accepted earlier does not undo them.
    var settingsStamp: Int
    var activeVersionID: String?
    var lastNumber: Int
    var revision: Int
    var isDeleting: Bool
    var createdAt: Date
    var updatedAt: Date
}

/// A row of `version`.
struct VersionRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "version"
    var id: String
    var functionID: String
    var number: Int
    var status: VersionStatus
    var buildStatus: BuildStatus
    var settings: FunctionSettings
    /// The function's `settingsStamp` when this version was accepted.
    var settingsStamp: Int
    var sourceDigest: String
    var bundle: Bundle?
    var takesTraffic: Bool
    var tag: String?
    var message: String?
    var createdBy: String?
    var failure: VersionFailure?
    var phases: VersionPhases?
    var createdAt: Date
}

/// A row of `trafficRoute`.
struct RouteRecord: Codable, Hashable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "trafficRoute"
    var functionID: String
    var position: Int
    var versionID: String
    var percent: Int
    var tag: String?
}

/// A row of `activation`.
struct ActivationRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "activation"
    var id: Int64?
    var functionID: String
    var versionID: String
    var reason: ActivationReason
    var message: String?
    var createdAt: Date
}

/// A row of `source`.
struct SourceRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "source"
    var digest: String
    var size: Int
    var createdAt: Date
    /// When a client last asked for it or sent it; it is not collected soon after.
    var touchedAt: Date
}

/// A row of `functionTrigger`.
struct TriggerRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "functionTrigger"
    var id: String
    var functionID: String
    var name: String
    var spec: TriggerSpec
    var origin: TriggerOrigin
    var createdAt: Date
    var updatedAt: Date
}

/// A row of `invocation`.
struct InvocationRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "invocation"
    var id: String
    var functionID: String
    var status: InvocationStatus
    /// What to send, kept while the call is pending.
    var request: InvokeRequest?
    /// Name of the trigger that led to it; nil for calls through the API.
    var triggerName: String?
    var startedAt: Date
    var completedAt: Date?
    var result: InvokeResponse?
    var error: String?
}

/// A row of `event`.
struct EventRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "event"
    var position: Int64?
    var id: String
    var workspaceID: String
    /// Nil in entries about functions that were deleted before projects were noted.
    var projectID: String?
    var functionID: String
    var type: String
    var description: String
    var metadata: [String: String]
    var createdAt: Date
}
