import Foundation
import FuncKit
import Glibc
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct DoctorTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("doctor")
    }

    private var location: PlatformLocation { PlatformLocation(dataFolder: folder.path("data")) }

    private func examine(isRepairing: Bool = false) async throws -> [String: DoctorFinding] {
        try FileManager.default.createDirectory(atPath: folder.path("work"), withIntermediateDirectories: true)
        let subject = Doctor.Subject(
            environment: ["PATH": folder.path("bin")],
            workingFolder: folder.path("work"),
            directories: BaseDirectories(environment: [:], home: folder.path("home")),
            config: ConfigFile(path: folder.path("home/.config/hks-func/config.yaml")),
            dataFolder: location.dataFolder,
            port: 0,
            now: Date()
        )
        let all = try await Doctor(subject).examine(isRepairing: isRepairing)
        #expect(Set(all.map(\.id)).count == all.count)
        let order = DoctorFinding.Group.allCases
        let places = all.compactMap { order.firstIndex(of: $0.group) }
        #expect(places == places.sorted())
        return Dictionary(all.map { ($0.id, $0) }) { $1 }
    }

    @Test func `a machine that was never used has nothing to complain about but languages`() async throws {
        let found = try await examine()
        let faults = found.values.filter { $0.status == .error || $0.status == .warning }
        #expect(faults.map(\.id) == ["runtime.none"])
        #expect(!FileManager.default.fileExists(atPath: location.dataFolder))
        #expect(found["data.space"] != nil)
        #expect(found["context.local"]?.status == .ok)
    }

    @Test func `repairing makes the data folder`() async throws {
        let found = try await examine(isRepairing: true)
        #expect(found["data.folder"]?.fixed == true)
        let mode = try FileManager.default.attributesOfItem(atPath: location.run)[.posixPermissions] as? Int
        #expect(mode == 0o700)
        let next = try await examine(isRepairing: true)
        #expect(next.values.allSatisfy { !$0.fixed })
    }

    @Test func `sandbox abilities are facts`() {
        let found = SandboxExamination().findings()
        let names = ["no-new-privs", "user-namespaces", "landlock", "seccomp", "cgroup"]
        #expect(found.map(\.id) == names.map { "sandbox." + $0 })
        #expect(found.allSatisfy { $0.status == .ok || $0.status == .note })
        // Every kernel that this program runs on has it, and the supervisor relies on it.
        #expect(found[0].status == .ok)
    }

    @Test func `a sound database passes, a damaged one does not and stays as it is`() async throws {
        try location.prepare()
        try Registry.open(path: location.database).close()
        #expect(try await examine()["data.database"]?.status == .ok)
        let damaged = Data("no database at all, but long enough to be read as one".utf8)
        try damaged.write(to: URL(fileURLWithPath: location.database))
        let finding = try #require(try await examine(isRepairing: true)["data.database"])
        #expect(finding.status == .error)
        #expect(finding.fix?.contains("platform reset") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: location.database)) == damaged)
    }

    @Test func `files of a run that is over are removed only where that is wanted`() async throws {
        try location.prepare()
        let descriptor = LocalPlatformDescriptor(
            pid: 1,
            url: "http://127.0.0.1:1",
            token: "t",
            startedAt: nil,
            port: 1,
            version: nil
        )
        try descriptor.write(to: location)
        try folder.write("", to: "data/run/instances/i1/record.json")
        let seen = try await examine()
        #expect(seen["data.run"]?.status == .warning)
        #expect(seen["data.leftovers"]?.message.hasPrefix("1 instance of a platform that was killed") == true)
        #expect(FileManager.default.fileExists(atPath: location.stateFile))
        let fixed = try await examine(isRepairing: true)
        #expect(fixed["data.run"]?.fixed == true)
        #expect(fixed["data.run"]?.status == .ok)
        #expect(!FileManager.default.fileExists(atPath: location.stateFile))
        // What belongs to an instance is the next platform's to clean up, because its process may still run.
        #expect(FileManager.default.fileExists(atPath: folder.path("data/run/instances/i1")))
    }

    @Test func `files of a platform that runs are left alone`() async throws {
        try location.prepare()
        let lock = try await PlatformLock.acquire(path: location.lockFile)
        let descriptor = LocalPlatformDescriptor(
            pid: getpid(),
            url: "http://127.0.0.1:1",
            token: "t",
            startedAt: nil,
            port: 4321,
            version: nil
        )
        try descriptor.write(to: location)
        let found = try await examine(isRepairing: true)
        #expect(found["data.run"]?.status == .ok)
        #expect(found["port"]?.message == "used by the local platform (process \(getpid()))")
        #expect(found["context.local"]?.status == .error)
        #expect(FileManager.default.fileExists(atPath: location.stateFile))
        withExtendedLifetime(lock) {}
    }

    @Test func `a port is free, taken, or ours`() async throws {
        var listener: ListeningSocket? = try ListeningSocket(port: ListeningSocket.freePort())
        let port = Int(try #require(listener).port)
        let taken = withExtendedLifetime(listener) { PortExamination(port: port, state: .stopped).finding() }
        #expect(taken.status == .note)
        #expect(taken.message.hasPrefix("another program listens on it"))
        listener = nil
        // A child that another test starts at this moment has a copy of the descriptor until it runs.
        try await eventually("the port is free") {
            PortExamination(port: port, state: .stopped).finding().message == "free"
        }
        let platform = LocalPlatformDescriptor(pid: 7, url: "", token: "", startedAt: nil, port: 8788, version: nil)
        let other = PortExamination(port: 8787, state: .running(platform)).finding()
        #expect(other.message == "the local platform (process 7) listens on 8788 instead")
        #expect(other.status == .note)
    }
}
