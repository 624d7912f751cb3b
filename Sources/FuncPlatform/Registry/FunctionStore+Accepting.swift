import Foundation
import FuncKit
import GRDB

// Deploy requests and changes of settings, up to the point where a version waits to be built.
extension FunctionStore {
    /// Creates a function with its first version.
    /// - Throws: `already_exists`, `source_not_found`, `invalid_argument`, `version_conflict`.
    func create(
        _ request: DeployRequest,
        workspace: String,
        project: String,
        author: String?
    ) async throws -> (function: FunctionState, version: FunctionVersion) {
        let now = now()
        return try await registry.write { database in
            let owner = try ProjectStore.findOrCreate(project, workspace: workspace, now: now, in: database)
            let twin = FunctionRecord.filter(Column("projectID") == owner.id && Column("name") == request.name)
            if let existing = try twin.fetchOne(database) {
                throw Self.alreadyExists(existing, project: owner.name)
            }
            if let expected = request.ifVersion, expected != 0 {
                throw FuncError(
                    .versionConflict,
                    "function '\(request.name)' does not exist, so its active version is not v\(expected)"
                )
            }
            guard let digest = request.sourceDigest else { throw Self.sourceNeeded(request.name) }
            var function = FunctionRecord(
                id: Identifier.make("func"),
                workspaceID: workspace,
                projectID: owner.id,
                name: request.name,
                settings: request.settings,
                settingsStamp: 0,
                activeVersionID: nil,
                lastNumber: 0,
                revision: 0,
                isDeleting: false,
                createdAt: now,
                updatedAt: now
            )
            try function.insert(database)
            try TriggerRecord.declare(request.settings.triggers, of: function, now: now, in: database)
            try EventStore.add("created", "function '\(function.name)' created", of: function, at: now, in: database)
            let version = try Self.addVersion(
                request,
                source: digest,
                to: &function,
                author: author,
                now: now,
                in: database
            )
            let state = try Self.state(of: function, in: database)
            return (state, Self.model(version, of: function, routes: []))
        }
    }

    /// Takes a deploy of an existing function. A client that claims an id or a number for its version gets a new one
    /// even where nothing changed.
    /// - Throws: `function_not_found`, `version_conflict`, `source_not_found`, `conflict`, `invalid_argument`,
    ///   `already_exists` where what is claimed is taken.
    func accept(
        _ request: DeployRequest,
        claim: VersionClaim = VersionClaim(),
        for reference: FunctionReference,
        author: String?
    ) async throws -> Acceptance {
        let now = now()
        return try await registry.write { database in
            var function = try Self.find(reference, in: database)
            guard request.name.isEmpty || request.name == function.name else {
                throw FuncError(
                    .nameImmutable,
                    "function '\(function.name)' cannot be renamed to '\(request.name)'",
                    hint: "deploy under the new name, then delete '\(function.name)'"
                )
            }
            let waiting = try Self.unfinished(of: function.id, in: database)
            try Self.check(request.ifVersion, of: function, waiting: waiting, in: database)
            let source = try Self.source(for: request, of: function, waiting: waiting, in: database)
            if !request.force, claim.isEmpty {
                let routes = try Self.routes(of: function.id, in: database)
                if let last = waiting.last, Self.isRepeat(request, source: source, of: last) {
                    return .version(Self.model(last, of: function, routes: routes))
                }
                let isSettled = !waiting.contains { $0.takesTraffic }
                if isSettled,
                    let active = try Self.satisfied(request, source: source, of: function, routes: routes, in: database)
                {
                    let version = Self.model(active, of: function, routes: routes)
                    let changed = try Self.apply(
                        request.settings,
                        to: &function,
                        restoresTriggers: true,
                        now: now,
                        in: database
                    )
                    return changed ? .settings(version) : .unchanged(version)
                }
            }
            let version = try Self.addVersion(
                request,
                claim: claim,
                source: source,
                to: &function,
                author: author,
                now: now,
                in: database
            )
            return .version(Self.model(version, of: function, routes: []))
        }
    }

    /// Changes settings; `merge` gets those in force and returns those wanted.
    /// - Throws: `function_not_found`, `version_conflict`, `conflict`, `precondition_failed`, and what `merge` throws.
    func update(
        _ reference: FunctionReference,
        ifVersion: Int?,
        ifMatch: EntityTagCondition = .any,
        author: String?,
        merge: @escaping @Sendable (FunctionSettings) throws -> FunctionSettings
    ) async throws -> Acceptance {
        let now = now()
        return try await registry.write { database in
            var function = try Self.find(reference, in: database)
            try ifMatch.check(function.name, revision: function.revision)
            let waiting = try Self.unfinished(of: function.id, in: database)
            try Self.check(ifVersion, of: function, waiting: waiting, in: database)
            let state = try Self.state(of: function, in: database)
            let settings = try merge(state.settings)
            guard settings.needsNewVersion(from: state.settings) else {
                let changed = try Self.apply(
                    settings,
                    to: &function,
                    restoresTriggers: settings.triggers != function.settings.triggers,
                    now: now,
                    in: database
                )
                if changed { return .settings(state.active) }
                guard let version = state.active ?? state.latest else { return .settings(nil) }
                return .unchanged(version)
            }
            let request = DeployRequest(name: function.name, settings: settings, sourceDigest: nil)
            let source = try Self.source(for: request, of: function, waiting: waiting, in: database)
            let version = try Self.addVersion(
                request,
                source: source,
                to: &function,
                author: author,
                now: now,
                in: database
            )
            return .version(Self.model(version, of: function, routes: []))
        }
    }

    // MARK: - Rules

    /// A version on its way counts as a change that the author has not seen.
    private static func check(
        _ expected: Int?,
        of function: FunctionRecord,
        waiting: [VersionRecord],
        in database: Database
    ) throws {
        guard let expected else { return }
        let active = try function.activeVersionID.map { try require($0, in: database).number } ?? 0
        if active != expected {
            let actual = active == 0 ? "it has none" : "it is v\(active)"
            throw FuncError(
                .versionConflict,
                "active version of function '\(function.name)' is not v\(expected): \(actual)",
                hint: "look at the change with 'hks-func versions list \(function.name)', then deploy again"
            )
        }
        if let next = waiting.last(where: \.takesTraffic) {
            throw FuncError(
                .versionConflict,
                "function '\(function.name)' is about to leave v\(expected): v\(next.number) is being deployed"
            )
        }
    }

    private static func source(
        for request: DeployRequest,
        of function: FunctionRecord,
        waiting: [VersionRecord],
        in database: Database
    ) throws -> String {
        if let digest = request.sourceDigest { return digest }
        // Which code the settings would meet is not known before the versions on their way have come to an end.
        if let next = waiting.last {
            throw FuncError(
                .conflict,
                "v\(next.number) of function '\(function.name)' is still being deployed",
                hint: "wait until it is ready, then try again"
            )
        }
        if let active = function.activeVersionID { return try require(active, in: database).sourceDigest }
        let latest = try records(of: function.id, in: database).first
        guard let latest else { throw sourceNeeded(function.name) }
        return latest.sourceDigest
    }

    /// Whether a client that lost the answer to `record`'s request sent it again.
    private static func isRepeat(_ request: DeployRequest, source: String, of record: VersionRecord) -> Bool {
        record.sourceDigest == source && record.settings == request.settings && record.tag == request.tag
            && record.message == request.message && record.takesTraffic == request.takesTraffic
    }

    /// The active version if it is what `request` asks for, the function's own fields aside.
    private static func satisfied(
        _ request: DeployRequest,
        source: String,
        of function: FunctionRecord,
        routes: [RouteRecord],
        in database: Database
    ) throws -> VersionRecord? {
        guard let id = function.activeVersionID else { return nil }
        let active = try require(id, in: database)
        let share = routes.filter { $0.versionID == id }.reduce(0) { $0 + $1.percent }
        let isTagged = request.tag == nil || routes.contains { $0.versionID == id && $0.tag == request.tag }
        guard active.sourceDigest == source, !request.settings.needsNewVersion(from: active.settings), isTagged,
            share == 100 || !request.takesTraffic
        else { return nil }
        return active
    }

    /// A deploy also restores declared triggers that were changed by themselves; a change of other settings does not.
    private static func apply(
        _ settings: FunctionSettings,
        to function: inout FunctionRecord,
        restoresTriggers: Bool,
        now: Date,
        in database: Database
    ) throws -> Bool {
        let wanted = function.settings.withFunctionFields(of: settings)
        let restored =
            restoresTriggers
            ? try TriggerRecord.declare(wanted.triggers, of: function, now: now, in: database) : false
        guard restored || wanted != function.settings else { return false }
        function.settings = wanted
        function.settingsStamp += 1
        function.revision += 1
        function.updatedAt = now
        try function.update(database)
        try EventStore.add("updated", "settings changed in place", of: function, at: now, in: database)
        return true
    }

    private static func addVersion(
        _ request: DeployRequest,
        claim: VersionClaim = VersionClaim(),
        source: String,
        to function: inout FunctionRecord,
        author: String?,
        now: Date,
        in database: Database
    ) throws -> VersionRecord {
        guard try SourceRecord.exists(database, key: source) else {
            throw FuncError(
                .sourceNotFound,
                "source '\(source)' is not stored here",
                hint: "upload it first with PUT /functions/sources/{sha256}"
            )
        }
        try SecretStore.requireAll(request.settings.secrets, projectID: function.projectID, in: database)
        if request.takesTraffic {
            // Told now rather than after a build.
            let triggers = try request.settings.triggers.compactMap { try HTTPTrigger($0) }
            try TriggerRecord.checkAddresses(triggers, of: function, in: database)
        }
        try check(claim, of: function, in: database)
        function.lastNumber = claim.number ?? function.lastNumber + 1
        function.revision += 1
        function.updatedAt = now
        try function.update(database)
        let version = VersionRecord(
            id: claim.id ?? Identifier.make("ver"),
            functionID: function.id,
            number: function.lastNumber,
            status: .pending,
            buildStatus: .pending,
            settings: request.settings,
            settingsStamp: function.settingsStamp,
            sourceDigest: source,
            bundle: nil,
            takesTraffic: request.takesTraffic,
            tag: request.tag,
            message: request.message,
            createdBy: author,
            failure: nil,
            phases: nil,
            createdAt: now
        )
        try version.insert(database)
        return version
    }

    private static func check(_ claim: VersionClaim, of function: FunctionRecord, in database: Database) throws {
        if let number = claim.number, number <= function.lastNumber {
            throw FuncError.field(
                "version",
                "version \(number) of function '\(function.name)' is taken: the next one is \(function.lastNumber + 1)",
                code: .alreadyExists
            )
        }
        if let id = claim.id, try VersionRecord.exists(database, key: id) {
            throw FuncError.field("id", "version id '\(id)' is taken", code: .alreadyExists)
        }
    }

    private static func alreadyExists(_ function: FunctionRecord, project: String) -> FuncError {
        guard !function.isDeleting else {
            return FuncError(.conflict, "function '\(function.name)' is being deleted", hint: "try again in a moment")
        }
        return FuncError(.alreadyExists, "function '\(function.name)' exists already in project '\(project)'")
    }

    private static func sourceNeeded(_ name: String) -> FuncError {
        FuncError(
            .invalidArgument,
            "function '\(name)' has no version yet, so 'source_digest' must name a source",
            hint: "upload it first with PUT /functions/sources/{sha256}"
        )
    }
}
