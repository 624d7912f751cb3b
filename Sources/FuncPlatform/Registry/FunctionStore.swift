import Foundation
import FuncKit
import GRDB

/// Functions, their versions, traffic and history. Every method is one transaction.
struct FunctionStore: Sendable {
    let registry: Registry
    /// Versions kept per function besides those with traffic or a tag.
    let maxVersions: Int
    let now: @Sendable () -> Date

    /// Uses `registry`; `now` stamps what it writes.
    init(registry: Registry, maxVersions: Int, now: @escaping @Sendable () -> Date = { Date() }) {
        self.registry = registry
        self.maxVersions = maxVersions
        self.now = now
    }

    /// One function by id, or by name within the project.
    /// - Throws: `function_not_found`.
    func function(_ reference: FunctionReference) async throws -> FunctionState {
        try await registry.read { database in
            try Self.state(of: Self.find(reference, in: database), in: database)
        }
    }

    /// The function meant and its project, by id; nil where there is none.
    func owner(of reference: FunctionReference) async throws -> FunctionOwner? {
        try await registry.read { database in
            do {
                let record = try Self.find(reference, in: database)
                return FunctionOwner(project: record.projectID, function: record.id)
            } catch let error as FuncError where [.functionNotFound, .projectNotFound].contains(error.code) {
                return nil
            }
        }
    }

    /// All functions of a project, or of the workspace, by project and name.
    /// - Throws: `project_not_found`.
    func functions(workspace: String, project: String?) async throws -> [FunctionState] {
        try await registry.read { database in
            var request = FunctionRecord.filter(Column("workspaceID") == workspace && Column("isDeleting") == false)
            if let project {
                let record = try ProjectStore.find(project, workspace: workspace, in: database)
                request = request.filter(Column("projectID") == record.id)
            }
            let records = try request.order(Column("projectID"), Column("name")).fetchAll(database)
            return try Self.states(of: records, in: database)
        }
    }

    /// All versions, newest first.
    func versions(of reference: FunctionReference) async throws -> [FunctionVersion] {
        try await registry.read { database in
            try Self.versions(of: Self.find(reference, in: database), in: database)
        }
    }

    /// One version by number, tag or id.
    /// - Throws: `function_not_found`, `version_not_found`.
    func version(_ selector: VersionSelector, of reference: FunctionReference) async throws -> FunctionVersion {
        try await registry.read { database in
            let function = try Self.find(reference, in: database)
            return try Self.version(selector, among: Self.versions(of: function, in: database), of: function)
        }
    }

    /// What it takes to run a version.
    /// - Throws: `function_not_found`, `version_not_found`.
    func plan(_ selector: VersionSelector, of reference: FunctionReference) async throws -> VersionPlan {
        try await registry.read { database in
            let function = try Self.find(reference, in: database)
            let version = try Self.version(selector, among: Self.versions(of: function, in: database), of: function)
            return try Self.plan(versionID: version.id, of: function, in: database)
        }
    }

    /// What it takes to run a version of the function with this id, whatever its workspace.
    /// - Throws: `function_not_found`, `version_not_found`.
    func plan(_ selector: VersionSelector, functionID: String) async throws -> VersionPlan {
        try await registry.read { database in
            guard let function = try FunctionRecord.fetchOne(database, key: functionID), !function.isDeleting else {
                throw FuncError(.functionNotFound, "function '\(functionID)' not found")
            }
            let version = try Self.version(selector, among: Self.versions(of: function, in: database), of: function)
            return try Self.plan(versionID: version.id, of: function, in: database)
        }
    }

    /// The shares and tags of a function; nil once it is gone.
    func routing(functionID: String) async throws -> RoutingState? {
        try await registry.read { database in
            guard let function = try FunctionRecord.fetchOne(database, key: functionID), !function.isDeleting else {
                return nil
            }
            let project = try ProjectRecord.fetchOne(database, key: function.projectID)
            return RoutingState(
                functionID: function.id,
                name: function.name,
                projectID: function.projectID,
                projectName: project?.name ?? function.projectID,
                projectHost: project?.hostLabel ?? function.projectID,
                triggers: try TriggerRecord.httpTriggers(of: function.id, in: database),
                scaling: function.settings.scaling,
                routes: try Self.routes(of: function.id, in: database).map { route in
                    RoutingState.Route(
                        plan: try Self.plan(versionID: route.versionID, of: function, in: database),
                        percent: route.percent,
                        tag: route.tag
                    )
                }
            )
        }
    }

    /// Ids of functions by what a start of the platform has to do for them.
    func inventory() async throws -> (routed: [String], unfinished: [String], deleting: [String]) {
        try await registry.read { database in
            let final = [VersionStatus.ready, .failed].map(\.rawValue)
            return (
                try String.fetchAll(database, sql: "SELECT DISTINCT functionID FROM trafficRoute"),
                try VersionRecord.filter(!final.contains(Column("status")))
                    .select(Column("functionID"), as: String.self).distinct().fetchAll(database),
                try FunctionRecord.filter(Column("isDeleting") == true)
                    .select(Column("id"), as: String.self).fetchAll(database)
            )
        }
    }
}

/// How a request names a function.
struct FunctionReference: Sendable, Hashable {
    var workspace: String
    /// Id or name of the project in which names are looked up.
    var project: String
    /// Id or name of the function.
    var function: String

    /// Names a function.
    init(workspace: String = "default", project: String = "default", function: String) {
        self.workspace = workspace
        self.project = project
        self.function = function
    }
}
