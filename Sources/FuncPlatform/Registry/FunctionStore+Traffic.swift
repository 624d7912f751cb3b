import Foundation
import FuncKit
import GRDB

// Which version gets which requests, and the history of that.
extension FunctionStore {
    /// How requests are split.
    func traffic(of reference: FunctionReference) async throws -> Traffic {
        try await registry.read { database in
            try Self.traffic(of: Self.find(reference, in: database), in: database)
        }
    }

    /// Sets the whole split.
    /// - Throws: `invalid_argument`, `version_not_found`, `conflict` for a version that is not ready.
    func setTraffic(_ traffic: Traffic, of reference: FunctionReference) async throws -> Traffic {
        try traffic.validate()
        let now = now()
        return try await registry.write { database in
            var function = try Self.find(reference, in: database)
            let versions = try Self.versions(of: function, in: database)
            var routes: [RouteRecord] = []
            for (position, route) in traffic.routes.enumerated() {
                let version = try Self.version(.number(route.version), among: versions, of: function)
                try Self.requireReady(version)
                routes.append(
                    RouteRecord(
                        functionID: function.id,
                        position: position,
                        versionID: version.id,
                        percent: route.percent,
                        tag: route.tag
                    )
                )
            }
            guard try Self.routes(of: function.id, in: database) != routes else { return traffic }
            let leader = Self.leader(of: routes, versions: versions, current: function.activeVersionID)
            if let leader, leader.id != function.activeVersionID {
                function.activeVersionID = leader.id
                let record = try Self.require(leader.id, in: database)
                try Self.record(.trafficChanged, record, message: nil, at: now, in: database)
            }
            try Self.replaceRoutes(of: function.id, with: routes, in: database)
            function.revision += 1
            function.updatedAt = now
            try function.update(database)
            let split = traffic.routes.map { "v\($0.version)=\($0.percent)" }.joined(separator: " ")
            try EventStore.add(
                "traffic_changed",
                "traffic set to \(split)",
                metadata: ["routes": split],
                of: function,
                at: now,
                in: database
            )
            return try Self.traffic(of: function, in: database)
        }
    }

    /// Sends all traffic to a version; false if it had it already.
    /// - Throws: `version_not_found`, `conflict` for a version that is not ready.
    func activate(_ selector: VersionSelector, of reference: FunctionReference) async throws -> Bool {
        let now = now()
        return try await registry.write { database in
            var function = try Self.find(reference, in: database)
            let version = try Self.version(selector, among: Self.versions(of: function, in: database), of: function)
            try Self.requireReady(version)
            guard !Self.hasEverything(version) else { return false }
            try Self.go(to: version, of: &function, because: .activated, message: nil, at: now, in: database)
            try EventStore.add(
                "version_activated",
                "v\(version.number) activated",
                metadata: ["version": "\(version.number)"],
                of: function,
                at: now,
                in: database
            )
            return true
        }
    }

    /// What a rollback would do.
    /// - Throws: `version_not_found`, `conflict` where there is nothing to go back to or the version is not ready.
    func plannedRollback(of reference: FunctionReference, to selector: VersionSelector?) async throws
        -> RollbackResult
    {
        try await registry.read { database in
            let function = try Self.find(reference, in: database)
            let from = try function.activeVersionID.map { try Self.require($0, in: database).number }
            let target = try Self.rollbackTarget(selector, of: function, in: database)
            return RollbackResult(from: from, to: target.number, changed: !Self.hasEverything(target))
        }
    }

    /// Sends all traffic back.
    /// - Throws: as ``plannedRollback(of:to:)``.
    func rollBack(_ reference: FunctionReference, to selector: VersionSelector?, message: String?) async throws
        -> RollbackResult
    {
        let now = now()
        return try await registry.write { database in
            var function = try Self.find(reference, in: database)
            let from = try function.activeVersionID.map { try Self.require($0, in: database).number }
            let target = try Self.rollbackTarget(selector, of: function, in: database)
            guard !Self.hasEverything(target) else {
                return RollbackResult(from: from, to: target.number, changed: false)
            }
            try Self.go(to: target, of: &function, because: .rolledBack, message: message, at: now, in: database)
            var metadata = ["to": "\(target.number)"]
            metadata["from"] = from.map(String.init)
            metadata["message"] = message
            let origin = from.map { " from v\($0)" } ?? ""
            try EventStore.add(
                "rolled_back",
                "rolled back\(origin) to v\(target.number)",
                metadata: metadata,
                of: function,
                at: now,
                in: database
            )
            return RollbackResult(from: from, to: target.number, changed: true)
        }
    }

    // MARK: - Steps within a transaction

    /// Gives `version` everything; other versions keep their tags.
    static func switchAll(
        to version: VersionRecord,
        tag: String?,
        of function: inout FunctionRecord,
        in database: Database
    ) throws {
        let old = try routes(of: function.id, in: database)
        var tags = old.filter { $0.tag != nil && $0.tag != tag }
        let own = tag ?? tags.first { $0.versionID == version.id }?.tag
        tags.removeAll { $0.tag == own }
        let all = [(version.id, 100, own)] + tags.map { ($0.versionID, 0, $0.tag) }
        try replaceRoutes(of: function.id, with: all, in: database)
        function.activeVersionID = version.id
    }

    /// Lets `tag` lead to `version`, whatever it led to before; shares stay.
    static func place(tag: String, on version: VersionRecord, in database: Database) throws {
        var kept: [(String, Int, String?)] = []
        for route in try routes(of: version.functionID, in: database) {
            if route.tag != tag {
                kept.append((route.versionID, route.percent, route.tag))
            } else if route.percent > 0 {
                kept.append((route.versionID, route.percent, nil))
            }
        }
        try replaceRoutes(of: version.functionID, with: kept + [(version.id, 0, tag)], in: database)
    }

    /// Adds to the history that rollbacks walk.
    static func record(
        _ reason: ActivationReason,
        _ version: VersionRecord,
        message: String?,
        at time: Date,
        in database: Database
    ) throws {
        try ActivationRecord(
            id: nil,
            functionID: version.functionID,
            versionID: version.id,
            reason: reason,
            message: message,
            createdAt: time
        ).insert(database)
        try database.execute(
            sql: """
                DELETE FROM activation WHERE functionID = :function AND id NOT IN
                (SELECT id FROM activation WHERE functionID = :function ORDER BY id DESC LIMIT 500)
                """,
            arguments: ["function": version.functionID]
        )
    }

    private static func go(
        to version: FunctionVersion,
        of function: inout FunctionRecord,
        because reason: ActivationReason,
        message: String?,
        at time: Date,
        in database: Database
    ) throws {
        let record = try require(version.id, in: database)
        if function.activeVersionID != version.id {
            try Self.record(reason, record, message: message, at: time, in: database)
        }
        try switchAll(to: record, tag: nil, of: &function, in: database)
        function.revision += 1
        function.updatedAt = time
        try function.update(database)
    }

    private static func rollbackTarget(
        _ selector: VersionSelector?,
        of function: FunctionRecord,
        in database: Database
    ) throws -> FunctionVersion {
        let versions = try versions(of: function, in: database)
        if let selector {
            let version = try version(selector, among: versions, of: function)
            try requireReady(version)
            return version
        }
        let ready = Set(versions.filter { $0.status == .ready }.map(\.id))
        let activations = try ActivationRecord.filter(Column("functionID") == function.id).order(Column("id"))
            .fetchAll(database)
        let history = ActivationHistory(activations.lazy.map { ($0.versionID, $0.reason) })
        let target = history.target(from: function.activeVersionID) { ready.contains($0) }
        guard let target, let version = versions.first(where: { $0.id == target }) else {
            throw FuncError(
                .conflict,
                "function '\(function.name)' has no earlier version to go back to",
                hint: "run 'hks-func versions list \(function.name)' and name one with '--version'"
            )
        }
        return version
    }

    private static func requireReady(_ version: FunctionVersion) throws {
        guard version.status != .ready else { return }
        let state = version.status == .failed ? "failed" : "is not ready yet"
        throw FuncError(
            .conflict,
            "v\(version.number) of function '\(version.functionName)' \(state), so it cannot get traffic"
        )
    }

    private static func hasEverything(_ version: FunctionVersion) -> Bool {
        version.isActive && version.trafficPercent == 100
    }

    /// The version that counts as active under a split: the largest share, at a tie the current one, else the newest.
    private static func leader(
        of routes: [RouteRecord],
        versions: [FunctionVersion],
        current: String?
    ) -> FunctionVersion? {
        let shares = routes.reduce(into: [String: Int]()) { $0[$1.versionID, default: 0] += $1.percent }
        let largest = shares.values.max() ?? 0
        let leaders = versions.filter { shares[$0.id] == largest }
        return leaders.first { $0.id == current } ?? leaders.max { $0.number < $1.number }
    }

    private static func traffic(of function: FunctionRecord, in database: Database) throws -> Traffic {
        let numbers = try records(of: function.id, in: database).reduce(into: [:]) { $0[$1.id] = $1.number }
        return Traffic(
            routes: try routes(of: function.id, in: database).compactMap { route in
                numbers[route.versionID].map { TrafficRoute(version: $0, percent: route.percent, tag: route.tag) }
            }
        )
    }

    private static func replaceRoutes(
        of functionID: String,
        with routes: [(versionID: String, percent: Int, tag: String?)],
        in database: Database
    ) throws {
        let records = routes.enumerated().map { position, route in
            RouteRecord(
                functionID: functionID,
                position: position,
                versionID: route.versionID,
                percent: route.percent,
                tag: route.tag
            )
        }
        try replaceRoutes(of: functionID, with: records, in: database)
    }

    private static func replaceRoutes(of functionID: String, with routes: [RouteRecord], in database: Database) throws {
        try RouteRecord.filter(Column("functionID") == functionID).deleteAll(database)
        for route in routes { try route.insert(database) }
    }
}
