import Foundation
import FuncKit
import GRDB

// A version's way from accepted to ready or failed.
extension FunctionStore {
    /// The oldest version of a function that has not come to an end.
    func nextUnfinished(of functionID: String) async throws -> VersionPlan? {
        try await registry.read { database in
            guard let function = try FunctionRecord.fetchOne(database, key: functionID), !function.isDeleting,
                let next = try Self.unfinished(of: functionID, in: database).first
            else { return nil }
            return try Self.plan(versionID: next.id, of: function, in: database)
        }
    }

    /// Moves a version on.
    /// - Throws: `version_not_found`; `internal_error` for a step that does not exist.
    func advance(_ versionID: String, by event: DeploymentEvent, bundle: Bundle? = nil, buildTime: Int? = nil)
        async throws
    {
        try await registry.write { database in
            var version = try Self.require(versionID, in: database)
            version.status = try version.status.after(event)
            version.buildStatus = version.status.buildStatus ?? version.buildStatus
            if let bundle { version.bundle = bundle }
            if let buildTime { version.phases = VersionPhases(buildMilliseconds: buildTime) }
            try version.update(database)
        }
    }

    /// Remembers where a version's bundle lies now.
    func keep(_ bundle: Bundle, of versionID: String) async throws {
        try await registry.write { database in
            var version = try Self.require(versionID, in: database)
            version.bundle = bundle
            try version.update(database)
        }
    }

    /// Ends a version that could not be built or did not become ready; traffic stays as it is.
    func fail(_ versionID: String, with failure: VersionFailure) async throws {
        let now = now()
        try await registry.write { database in
            var version = try Self.require(versionID, in: database)
            if version.status != .starting { version.buildStatus = .failed }
            version.status = try version.status.after(.failed)
            version.failure = failure
            try version.update(database)
            guard var function = try FunctionRecord.fetchOne(database, key: version.functionID) else { return }
            function.revision += 1
            function.updatedAt = now
            try function.update(database)
            try EventStore.add(
                "error",
                "v\(version.number) failed: \(failure.message)",
                metadata: ["version": "\(version.number)", "code": failure.code.rawValue],
                of: function,
                at: now,
                in: database
            )
            try prune(function, in: database)
        }
    }

    /// Marks a version ready and, unless it was deployed without traffic, makes it the active one, all at once.
    func promote(_ versionID: String, readyTime: Int) async throws {
        let now = now()
        try await registry.write { database in
            var version = try Self.require(versionID, in: database)
            guard var function = try FunctionRecord.fetchOne(database, key: version.functionID) else { return }
            version.status = try version.status.after(.becameReady)
            version.phases = VersionPhases(
                buildMilliseconds: version.phases?.buildMilliseconds,
                readyMilliseconds: readyTime
            )
            try version.update(database)
            function.revision += 1
            function.updatedAt = now
            if version.takesTraffic {
                if function.settingsStamp == version.settingsStamp {
                    function.settings = version.settings
                    let triggers = version.settings.triggers
                    try TriggerRecord.declare(triggers, of: function, now: now, in: database)
                }
                try Self.switchAll(to: version, tag: version.tag, of: &function, in: database)
                try Self.record(.deployed, version, message: version.message, at: now, in: database)
            } else if let tag = version.tag {
                try Self.place(tag: tag, on: version, in: database)
            }
            try function.update(database)
            var metadata = ["version": "\(version.number)", "digest": version.sourceDigest]
            metadata["tag"] = version.tag
            metadata["message"] = version.message
            let text = "v\(version.number) deployed" + (version.takesTraffic ? "" : " without traffic")
            try EventStore.add("deployed", text, metadata: metadata, of: function, at: now, in: database)
            try prune(function, in: database)
        }
    }

    /// Hides a function and answers with its id; the rest of the deletion can be taken up after a crash.
    /// - Throws: `function_not_found`.
    func beginDeletion(of reference: FunctionReference, ifMatch: EntityTagCondition = .any) async throws -> String {
        try await registry.write { database in
            var function = try Self.find(reference, in: database)
            try ifMatch.check(function.name, revision: function.revision)
            function.isDeleting = true
            try function.update(database)
            return function.id
        }
    }

    /// Removes the rows of a function whose instances and logs are gone.
    func finishDeletion(of functionID: String) async throws {
        let now = now()
        try await registry.write { database in
            guard let function = try FunctionRecord.fetchOne(database, key: functionID) else { return }
            try function.delete(database)
            try EventRecord.filter(Column("functionID") == functionID).deleteAll(database)
            try EventStore.add("deleted", "function '\(function.name)' deleted", of: function, at: now, in: database)
        }
    }

    /// Removes the oldest versions beyond the limit, but none that is on its way, gets traffic or has a tag.
    private func prune(_ function: FunctionRecord, in database: Database) throws {
        let kept = Set(try Self.routes(of: function.id, in: database).map(\.versionID))
        let loose = try Self.records(of: function.id, in: database).filter {
            $0.status.isFinal && !kept.contains($0.id) && $0.id != function.activeVersionID
        }
        for version in loose.dropFirst(maxVersions) {
            try version.delete(database)
        }
    }
}

extension VersionStatus {
    /// What the status says about the build; nil where it leaves that open.
    fileprivate var buildStatus: BuildStatus? {
        switch self {
        case .pending: .pending
        case .building: .building
        case .starting, .ready: .success
        case .failed: nil
        }
    }
}
