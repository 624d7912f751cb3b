import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

/// What many versions leave behind.
struct DevelopUpkeepTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("upkeep")
    }

    @Test func `bundles that nobody has go once they have been left alone`() throws {
        let store = BundleStore(dataFolder: folder.path)
        for digest in ["used", "unused"] { try store.publish(store.makeBuildFolder(for: digest), as: digest) }
        try store.keepOnly(["used"])
        #expect(store.contains("unused"))
        try store.keepOnly(["used"], now: Date(timeIntervalSinceNow: 120))
        #expect(store.contains("used"))
        #expect(!store.contains("unused"))
    }

    @Test func `logs of builds go with their versions, and their followers end`() async throws {
        let logs = LogStore(folder: folder.path("logs"), maxBytesPerLog: 1 << 20)
        for version in ["old", "new"] {
            logs.append([LogEntry(timestamp: nil, message: version)], to: .build(functionID: "f", versionID: version))
        }
        try await logs.flush()
        let follower = logs.follow(.build(functionID: "f", versionID: "old"), query: LogQuery())
        async let followed = follower.reduce(into: [String]()) { $0.append($1.message) }
        try await eventually("the old log on disk") {
            try FileManager.default.contentsOfDirectory(atPath: folder.path("logs/f")).count == 2
        }
        await logs.keepBuilds(of: "f", versions: ["new"])
        #expect(try await followed.count <= 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("logs/f")) == ["build-new"])
        let kept = try await logs.read(.build(functionID: "f", versionID: "new"), query: LogQuery())
        #expect(kept.map(\.message) == ["new"])
    }
}
