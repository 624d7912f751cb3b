import Foundation
import FuncKit

/// A function as the registry holds it, in one consistent reading.
struct FunctionState: Sendable, Hashable {
    var id: String
    var workspaceID: String
    var projectID: String
    var projectName: String
    /// The project's part of the function's host name.
    var projectHost: String
    var name: String
    /// Settings of the active version (of the newest one before that) with the function's own fields in force.
    var settings: FunctionSettings
    var active: FunctionVersion?
    var latest: FunctionVersion?
    /// Whether any version became ready, active or not.
    var hasReadyVersion: Bool
    var revision: Int
    var createdAt: Date
    var updatedAt: Date

    /// Where the function stands: what it serves counts more than what its newest version is up to.
    var status: FunctionStatus {
        if active != nil { return .ready }
        guard let latest else { return .pending }
        if !latest.status.isFinal { return .building }
        return hasReadyVersion ? .ready : .error
    }

    /// The wire form.
    func model(url: String?, readyInstances: Int?) -> Function {
        Function(
            id: id,
            name: name,
            namespace: projectID,
            workspaceID: workspaceID,
            projectID: projectID,
            activeVersion: active?.id,
            activeVersionNumber: active?.number,
            latestVersionNumber: latest?.number,
            status: status,
            statusReason: status == .error ? latest?.failure?.message : nil,
            url: url,
            sourceDigest: active?.sourceDigest,
            revision: revision,
            readyInstances: readyInstances,
            settings: settings,
            createdAt: createdAt,
            updatedAt: updatedAt
        )
    }
}

/// What it takes to run a version.
struct VersionPlan: Sendable, Hashable {
    var workspaceID: String
    var projectID: String
    var functionID: String
    var functionName: String
    var version: FunctionVersion
    /// Settings the version was deployed with.
    var settings: FunctionSettings
    var sourceDigest: String
    /// The bundle of an earlier build; nil before the first.
    var bundle: Bundle?

    /// How to start an instance of it from `bundle`.
    func spec(bundle: Bundle) -> InstanceSpec {
        InstanceSpec(
            workspace: workspaceID,
            project: projectID,
            functionID: functionID,
            functionName: functionName,
            versionID: version.id,
            versionNumber: version.number,
            bundle: bundle,
            settings: settings
        )
    }
}

/// What the gateway must know of a function.
struct RoutingState: Sendable, Hashable {
    /// A share or tag and the version that it leads to.
    struct Route: Sendable, Hashable {
        var plan: VersionPlan
        var percent: Int
        var tag: String?
    }

    var functionID: String
    var name: String
    var projectID: String
    var projectName: String
    /// The project's part of the function's host name.
    var projectHost: String
    /// Its triggers of type http, disabled ones too.
    var triggers: [HTTPTrigger]
    /// How many instances run for the versions with traffic.
    var scaling: Scaling
    var routes: [Route]
}

/// What came of a deploy request or a change of settings.
enum Acceptance: Sendable, Hashable {
    /// Everything is as asked for already.
    case unchanged(FunctionVersion)
    /// The function's own fields changed in place.
    case settings(FunctionVersion?)
    /// A version waits to be built.
    case version(FunctionVersion)

    /// The wire form of what happened.
    var change: FunctionChange {
        switch self {
        case .unchanged: .none
        case .settings: .settings
        case .version: .version
        }
    }

    /// The version that the answer shows.
    var version: FunctionVersion? {
        switch self {
        case .unchanged(let version), .version(let version): version
        case .settings(let version): version
        }
    }
}

extension FunctionSettings {
    /// These settings with the fields that belong to the function, not to a version, taken from `other`;
    /// the counterpart of ``needsNewVersion(from:)``.
    func withFunctionFields(of other: FunctionSettings) -> FunctionSettings {
        var mine = self
        mine.description = other.description
        mine.scaling = other.scaling
        mine.triggers = other.triggers
        mine.labels = other.labels
        mine.annotations = other.annotations
        return mine
    }
}
