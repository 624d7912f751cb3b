import Foundation
import FuncKit
import GRDB
import Logging

/// Keeps a platform small on which versions come and go by the hundred: removes what none of those left can need.
struct DevelopUpkeep: Sendable {
    private let parts: PlatformParts
    private let project: String
    private let logger: Logger

    init(parts: PlatformParts, project: String, logger: Logger) {
        self.parts = parts
        self.project = project
        self.logger = logger
    }

    /// Tidies up after versions that `signals` tell of, at most every few seconds, until the task is cancelled.
    func run(after signals: AsyncStream<Void>) async {
        for await _ in signals {
            do {
                try await tidy()
                // What comes meanwhile is taken together.
                try await Task.sleep(for: .seconds(3))
            } catch is CancellationError {
                return
            } catch {
                logger.warning("not tidied up", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Removes sources, bundles and build logs that belong to no version and no instance.
    func tidy() async throws {
        let store = parts.api.catalog.store
        _ = try await parts.api.artifacts.collectGarbage()
        try await parts.builder.keepOnly(try await store.bundles().union(await parts.supervisor.bundles()))
        for function in try await store.functions(workspace: "default", project: project) {
            let versions = try await store.versions(of: FunctionReference(project: project, function: function.name))
            await parts.logs.keepBuilds(of: function.id, versions: Set(versions.map(\.id)))
        }
    }
}

extension FunctionStore {
    /// The digests of the bundles that versions have.
    func bundles() async throws -> Set<String> {
        try await registry.read { database in
            Set(try VersionRecord.fetchAll(database).compactMap(\.bundle?.digest))
        }
    }
}
