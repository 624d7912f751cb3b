import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

struct DevelopLocationTests {
    private let folder: TemporaryFolder
    private let location: DevelopLocation

    init() throws {
        folder = try TemporaryFolder("claims")
        location = DevelopLocation(stateFolder: folder.path)
    }

    private let platform = LocalPlatformDescriptor(
        pid: getpid(),
        url: "http://127.0.0.1:22001",
        token: "t",
        startedAt: nil,
        port: 22_001,
        version: nil
    )

    @Test func `the same projects share data in any order, others do not`() {
        #expect(location.data(of: ["/a", "/b"]) == location.data(of: ["/b", "/a"]))
        #expect(location.data(of: ["/a", "/b"]) != location.data(of: ["/a"]))
    }

    @Test func `a project is claimed once, and whoever comes second learns by whom`() async throws {
        let first = try await DevelopClaims(["/a", "/b"], in: location)
        try first.publish(platform)
        #expect(try location.running(project: "/b")?.url == platform.url)
        let error = await #expect(throws: FuncError.self) { try await DevelopClaims(["/b", "/c"], in: location) }
        #expect(error?.code == .platformAlreadyRunning)
        #expect(error?.message.contains("'/b'") == true)
        #expect(error?.message.contains("process \(getpid()) at \(platform.url)") == true)
        // The one that was refused holds on to nothing.
        _ = try await DevelopClaims(["/c"], in: location)
        try first.withdraw()
        #expect(try location.running(project: "/b") == nil)
    }
}
