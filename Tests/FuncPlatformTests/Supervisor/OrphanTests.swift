import Foundation
import FuncKit
import Synchronization
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct OrphanTests {
    @Test func `records an instance before it runs`() async throws {
        let fixture = try SupervisorFixture()
        let instance = try await fixture.supervisor.start(fixture.spec()) { _ in }
        let record = try #require(
            InstanceRecord.read(fixture.folder.path("data/run/instances/\(instance.id)/record.json"))
        )
        #expect(record.processID == instance.processID)
        #expect(record.startTime == ProcessTable.status(of: instance.processID)?.startTime)
        #expect(record.bootID == ProcessTable.bootID)
        #expect(instance.endpoint == .unixSocket(path: record.socket))
        await fixture.supervisor.stopAll()
    }

    @Test func `a new platform ends what a killed one left behind, wherever it went`() async throws {
        let fixture = try SupervisorFixture()
        let exits = Exits()
        let instance = try await fixture.supervisor.start(fixture.spec("family"), onExit: exits.take)
        let members = try await fixture.members()
        // One of them has left the session, so that only its environment tells where it comes from.
        #expect(members.contains { ProcessTable.status(of: $0)?.session != instance.processID })

        let next = try Supervisor(configuration: fixture.configuration, logs: fixture.logs)
        #expect(try await next.reclaimOrphans() == 3)
        for processID in [instance.processID] + members {
            #expect(ProcessTable.status(of: processID)?.isZombie ?? true)
        }
        try await eventually("the first supervisor's notice") { exits.all.count == 1 }
        #expect(try fixture.leftovers().isEmpty)
    }

    @Test(arguments: ["another start time", "another boot"])
    func `leaves a process alone that merely has the number of a recorded one`(difference: String) async throws {
        let fixture = try SupervisorFixture()
        let stranger = try await ChildProcess.start(
            ChildProcessOptions(executable: "/bin/sleep", arguments: ["1000"], environment: [:], workingFolder: "/")
        ) { _ in }
        let status = try #require(ProcessTable.status(of: stranger.processID))
        let record = InstanceRecord(
            id: "hello-v1-xxxxx",
            processID: stranger.processID,
            startTime: difference == "another boot" ? status.startTime : status.startTime + 1,
            bootID: difference == "another boot" ? "earlier" : ProcessTable.bootID,
            socket: fixture.folder.path("data/run/s/none")
        )
        try FileManager.default.createDirectory(
            atPath: fixture.folder.path("data/run/instances/hello-v1-xxxxx"),
            withIntermediateDirectories: true
        )
        try record.write(to: fixture.folder.path("data/run/instances/hello-v1-xxxxx/record.json"))
        #expect(try await fixture.supervisor.reclaimOrphans() == 0)
        #expect(ProcessTable.status(of: stranger.processID)?.isZombie == false)
        #expect(try fixture.leftovers().isEmpty)
        await stranger.terminate(grace: .zero)
    }

    @Test func `removes folders of instances that never ran, and stray sockets`() async throws {
        let fixture = try SupervisorFixture()
        try fixture.folder.write("", to: "data/run/instances/hello-v1-xxxxx/tmp/file")
        try fixture.folder.write("{torn", to: "data/run/instances/hello-v1-yyyyy/record.json")
        try fixture.folder.write("", to: "data/run/s/stray")
        #expect(try await fixture.supervisor.reclaimOrphans() == 0)
        #expect(try fixture.leftovers().isEmpty)
    }
}
