import FuncKit
import Testing

@testable import FuncPlatform

struct DeploymentEventTests {
    private static let steps: [VersionStatus: [DeploymentEvent: VersionStatus]] = [
        .pending: [.buildStarted: .building, .failed: .failed, .resumed: .pending],
        .building: [.built: .starting, .failed: .failed, .resumed: .pending],
        .starting: [.becameReady: .ready, .failed: .failed, .resumed: .pending],
        .ready: [:],
        .failed: [:],
    ]

    @Test(arguments: [VersionStatus.pending, .building, .starting, .ready, .failed], DeploymentEvent.allCases)
    func `each status takes its own steps and no other`(status: VersionStatus, event: DeploymentEvent) throws {
        if let next = Self.steps[status]?[event] {
            #expect(try status.after(event) == next)
        } else {
            #expect(throws: FuncError.self) { try status.after(event) }
        }
    }
}
