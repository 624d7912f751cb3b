import Foundation
import FuncKit
import GRDB

// What several transactions have in common: finding rows and turning them into values.
extension FunctionStore {
    /// The function meant, by id first.
    static func find(_ reference: FunctionReference, in database: Database) throws -> FunctionRecord {
        let alive = FunctionRecord.filter(
            Column("isDeleting") == false && Column("workspaceID") == reference.workspace
        )
        if let record = try alive.filter(Column("id") == reference.function).fetchOne(database) { return record }
        let project = try ProjectStore.find(reference.project, workspace: reference.workspace, in: database)
        let named = alive.filter(Column("projectID") == project.id && Column("name") == reference.function)
        if let record = try named.fetchOne(database) { return record }
        throw FuncError(
            .functionNotFound,
            "function '\(reference.function)' not found in project '\(project.name)'",
            hint: "run 'hks-func list' to see what is deployed"
        )
    }

    static func routes(of functionID: String, in database: Database) throws -> [RouteRecord] {
        try RouteRecord.filter(Column("functionID") == functionID).order(Column("position")).fetchAll(database)
    }

    static func records(of functionID: String, in database: Database) throws -> [VersionRecord] {
        try VersionRecord.filter(Column("functionID") == functionID).order(Column("number").desc).fetchAll(database)
    }

    static func unfinished(of functionID: String, in database: Database) throws -> [VersionRecord] {
        try records(of: functionID, in: database).filter { !$0.status.isFinal }.reversed()
    }

    static func versions(of function: FunctionRecord, in database: Database) throws -> [FunctionVersion] {
        let routes = try routes(of: function.id, in: database)
        return try records(of: function.id, in: database).map { model($0, of: function, routes: routes) }
    }

    static func version(
        _ selector: VersionSelector,
        among versions: [FunctionVersion],
        of function: FunctionRecord
    ) throws -> FunctionVersion {
        guard let version = selector.first(in: versions) else {
            throw FuncError(
                .versionNotFound,
                "version '\(selector)' of function '\(function.name)' not found",
                hint: "run 'hks-func versions list \(function.name)' to see its versions"
            )
        }
        return version
    }

    static func model(_ record: VersionRecord, of function: FunctionRecord, routes: [RouteRecord]) -> FunctionVersion {
        FunctionVersion(
            id: record.id,
            number: record.number,
            workspaceID: function.workspaceID,
            functionID: function.id,
            functionName: function.name,
            buildStatus: record.buildStatus,
            status: record.status,
            failure: record.failure,
            isActive: record.id == function.activeVersionID,
            trafficPercent: routes.filter { $0.versionID == record.id }.reduce(0) { $0 + $1.percent },
            tag: record.tag,
            message: record.message,
            createdBy: record.createdBy,
            sourceDigest: record.sourceDigest,
            phases: record.phases,
            warnings: record.bundle?.warnings ?? [],
            settings: record.settings,
            createdAt: record.createdAt
        )
    }

    static func plan(versionID: String, of function: FunctionRecord, in database: Database) throws -> VersionPlan {
        let record = try require(versionID, in: database)
        let routes = try routes(of: function.id, in: database)
        return VersionPlan(
            workspaceID: function.workspaceID,
            projectID: function.projectID,
            functionID: function.id,
            functionName: function.name,
            version: model(record, of: function, routes: routes),
            settings: record.settings,
            sourceDigest: record.sourceDigest,
            bundle: record.bundle
        )
    }

    /// The row of a version that was there a moment ago.
    static func require(_ versionID: String, in database: Database) throws -> VersionRecord {
        guard let record = try VersionRecord.fetchOne(database, key: versionID) else {
            throw FuncError(.versionNotFound, "version '\(versionID)' not found")
        }
        return record
    }

    static func state(of function: FunctionRecord, in database: Database) throws -> FunctionState {
        guard let state = try states(of: [function], in: database).first else {
            throw FuncError(.functionNotFound, "function '\(function.name)' not found")
        }
        return state
    }

    /// Few statements whatever the number of functions, because a list shows them all.
    static func states(of functions: [FunctionRecord], in database: Database) throws -> [FunctionState] {
        let single = functions.count == 1 ? functions.first?.id : nil
        let condition = single == nil ? "" : "AND f.id = :id"
        let arguments: StatementArguments = single.map { ["id": $0] } ?? StatementArguments()
        let shown = try VersionRecord.fetchAll(
            database,
            sql: """
                SELECT v.* FROM version v JOIN function f ON f.id = v.functionID
                WHERE (v.id = f.activeVersionID OR v.number = f.lastNumber) \(condition)
                """,
            arguments: arguments
        )
        let ready = try Set(
            String.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT f.id FROM function f JOIN version v ON v.functionID = f.id
                    WHERE v.status = 'ready' \(condition)
                    """,
                arguments: arguments
            )
        )
        let routes = Dictionary(grouping: try routes(ofOnly: single, in: database), by: \.functionID)
        let projects = try ProjectRecord.fetchAll(database).reduce(into: [:]) { $0[$1.id] = $1 }
        let versions = Dictionary(grouping: shown, by: \.functionID)
        return functions.map { function in
            let mine = versions[function.id] ?? []
            func value(_ record: VersionRecord) -> FunctionVersion {
                model(record, of: function, routes: routes[function.id] ?? [])
            }
            let active = mine.first { $0.id == function.activeVersionID }
            let latest = mine.first { $0.number == function.lastNumber }
            let base = active?.settings ?? latest?.settings ?? function.settings
            return FunctionState(
                id: function.id,
                workspaceID: function.workspaceID,
                projectID: function.projectID,
                projectName: projects[function.projectID]?.name ?? function.projectID,
                projectHost: projects[function.projectID]?.hostLabel ?? function.projectID,
                name: function.name,
                settings: base.withFunctionFields(of: function.settings),
                active: active.map(value),
                latest: latest.map(value),
                hasReadyVersion: ready.contains(function.id),
                revision: function.revision,
                createdAt: function.createdAt,
                updatedAt: function.updatedAt
            )
        }
    }

    private static func routes(ofOnly functionID: String?, in database: Database) throws -> [RouteRecord] {
        guard let functionID else { return try RouteRecord.fetchAll(database) }
        return try routes(of: functionID, in: database)
    }
}
