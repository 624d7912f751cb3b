import Foundation
import FuncKit
import Synchronization
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct SourceBuilderTests {
    @Test func `a failure of another version than the one asked for says so first`() async throws {
        let fixture = try BuilderFixture()
        try fixture.write("def handler(:\n", to: "main.py")
        let error = try await #require(throws: FuncError.self) {
            try await fixture.builder.build(fixture.request(runtime: "python3.8"))
        }
        #expect(error.code == .buildFailed)
        #expect(error.details.first == "warning: python 3.8 is not installed, using 3.11")
    }

    @Test func `lays out a bundle and says how to start it`() async throws {
        let fixture = try BuilderFixture()
        try fixture.write("def handler(event, context):\n    return 1\n", to: "main.py")
        let bundle = try await fixture.builder.build(fixture.request(runtime: "python3.8"))
        #expect(bundle.folder == fixture.folder.path("data/bundles/sha256/\(bundle.digest)"))
        #expect(Digest.isValid(bundle.digest))
        #expect(bundle.workingFolder == bundle.folder + "/app")
        #expect(bundle.command == ["/usr/bin/python3", bundle.folder + "/host/main.py"])
        #expect(bundle.environment["PYTHONPATH"] == nil)
        #expect(bundle.listensOnUnixSocket)
        #expect(bundle.warnings == ["python 3.8 is not installed, using 3.11"])
        let files = Set(try FileManager.default.subpathsOfDirectory(atPath: bundle.folder))
        #expect(files.isSuperset(of: ["app/main.py", "host/main.py", "host/lib/http.py"]))
        #expect(!files.contains("host/__pycache__/old.pyc"))
        #expect(files.contains { $0.hasPrefix("app/__pycache__/main.") })
        #expect(fixture.halfBuilt().isEmpty)
        let messages = try await fixture.messages()
        #expect(messages.first == "python 3.8 is not installed, using 3.11")
        #expect(messages.last == "built bundle \(bundle.digest.prefix(12))")
    }

    @Test func `builds the same inputs once`() async throws {
        let fixture = try BuilderFixture()
        try fixture.write("", to: "main.py")
        let first = try await fixture.builder.build(fixture.request())
        let second = try await fixture.builder.build(fixture.request(version: "v2"))
        #expect(first == second)
        #expect(fixture.unpackedCount == 1)
        #expect(
            try await fixture.messages("v2") == ["nothing to build: bundle \(first.digest.prefix(12)) is there already"]
        )
    }

    @Test func `other inputs lead to another bundle`() async throws {
        let fixture = try BuilderFixture()
        try fixture.write("", to: "main.py")
        try fixture.folder.write("", to: "sources/other/main.py")
        var digests = [
            try await fixture.builder.build(fixture.request()).digest,
            try await fixture.builder.build(fixture.request("other")).digest,
            try await fixture.builder.build(fixture.request(command: ["true"])).digest,
            try await fixture.builder.build(fixture.request(handler: "main.other")).digest,
        ]
        try fixture.folder.write("print('new host')\n", to: "hosts/python/main.py")
        digests.append(try await fixture.builder.build(fixture.request()).digest)
        #expect(Set(digests).count == digests.count)
    }

    @Test func `builds at the same time share one run`() async throws {
        let fixture = try BuilderFixture()
        try fixture.write("", to: "main.py")
        let gate = fixture.folder.path("gate")
        let command = ["sh", "-c", "echo begun; until [ -e \(gate) ]; do sleep 0.01; done"]
        async let first = fixture.builder.build(fixture.request(command: command))
        try await eventually("the first build") { fixture.unpackedCount == 1 }
        let second = Task { try await fixture.builder.build(fixture.request(version: "v2", command: command)) }
        let third = Task { try await fixture.builder.build(fixture.request(version: "v3", command: command)) }
        for version in ["v2", "v3"] {
            try await eventually("the notice of \(version)") {
                let stream = LogStream.build(functionID: "f1", versionID: version)
                return try await !fixture.logs.read(stream, query: LogQuery()).isEmpty
            }
        }
        third.cancel()
        await #expect(throws: CancellationError.self) { try await third.value }
        try fixture.folder.write("", to: "gate")
        #expect(try await first == second.value)
        #expect(fixture.unpackedCount == 1)
    }

    @Test func `cancelling ends the processes and leaves nothing`() async throws {
        let fixture = try BuilderFixture()
        try fixture.write("", to: "main.py")
        let mark = fixture.folder.path("pid")
        let command = ["sh", "-c", "sleep 1000 & echo $! > \(mark).new; mv \(mark).new \(mark); wait"]
        let build = Task { try await fixture.builder.build(fixture.request(command: command)) }
        try await eventually("the build command") { FileManager.default.fileExists(atPath: mark) }
        build.cancel()
        await #expect(throws: CancellationError.self) { try await build.value }
        let processID = try #require(
            Int32(try fixture.folder.read("pid").trimmingCharacters(in: .whitespacesAndNewlines))
        )
        #expect(ProcessTable.status(of: processID)?.isZombie ?? true)
        #expect(fixture.halfBuilt().isEmpty)
        #expect(try await fixture.messages().last == "the build was cancelled")
    }

    @Test func `runs the build command in the app, without a shell, with the toolchain first on the path`() async throws
    {
        let fixture = try BuilderFixture()
        try fixture.write("", to: "main.py")
        let command = ["sh", "-c", "echo \"$PWD:$PATH:$1\"; echo made > made.txt", "sh", "a b;$HOME"]
        let bundle = try await fixture.builder.build(fixture.request(command: command))
        #expect(FileManager.default.fileExists(atPath: bundle.folder + "/app/made.txt"))
        let line = try #require(try await fixture.messages().first { $0.contains("/app:") })
        #expect(line.contains("/app:/usr/bin:"))
        #expect(line.hasSuffix(":a b;$HOME"))
    }

    @Test func `says how a build command failed`() async throws {
        let fixture = try BuilderFixture()
        try fixture.write("", to: "main.py")
        let error = try await failure(fixture, fixture.request(command: ["sh", "-c", "echo no luck >&2; exit 3"]))
        #expect(error.code == .buildFailed)
        #expect(error.message == "'sh' ended with status 3")
        #expect(error.details == ["no luck"])
        #expect(try await fixture.messages().suffix(2) == ["no luck", "'sh' ended with status 3"])
        #expect(fixture.halfBuilt().isEmpty)
        let missing = try await failure(fixture, fixture.request(command: ["no-such-tool"]))
        #expect(missing.message == "'no-such-tool' failed: could not start 'no-such-tool': No such file or directory")
    }

    @Test func `ends a build that hangs`() async throws {
        let fixture = try BuilderFixture { $0.buildTimeout = .seconds(8) }
        try fixture.write("", to: "main.py")
        let error = try await failure(fixture, fixture.request(command: ["sh", "-c", "echo waiting; sleep 1000"]))
        #expect(error.code == .buildTimedOut)
        #expect(error.message == "the build took longer than 8 s; 'sh' was ended")
        #expect(error.details == ["waiting"])
        #expect(fixture.halfBuilt().isEmpty)
    }

    @Test func `a flood of output is cut and does not hurt the build`() async throws {
        let fixture = try BuilderFixture { $0.maxBuildLogBytes = 100_000 }
        try fixture.write("", to: "main.py")
        let command = ["sh", "-c", "yes $(printf %0999d 0) | head -c 100000000"]
        _ = try await fixture.builder.build(fixture.request(command: command))
        let messages = try await fixture.messages()
        #expect(messages.count < 110)
        #expect(
            messages.filter { $0 == "the build writes more than 100000 bytes: what follows is not kept" }.count == 1
        )
        #expect(messages.last?.hasPrefix("built bundle") == true)
    }

    @Test func `refuses runtimes without a recipe and installations without a host`() async throws {
        let fixture = try BuilderFixture()
        try fixture.write("", to: "main.py")
        #expect(try await failure(fixture, fixture.request(runtime: "cobol")).code == .runtimeUnknown)
        try FileManager.default.removeItem(atPath: fixture.folder.path("hosts/python"))
        let error = try await failure(fixture, fixture.request())
        #expect(error.message == "the host for 'python' is not in '\(fixture.folder.path("hosts"))'")
    }

    @Test func `passes on what is wrong with the source`() async throws {
        let fixture = try BuilderFixture()
        #expect(try await failure(fixture, fixture.request("missing")).code == .fileSystem)
        #expect(fixture.halfBuilt().isEmpty)
    }

    @Test func `removes what a killed platform left half built, and no bundle`() async throws {
        let fixture = try BuilderFixture()
        try fixture.write("", to: "main.py")
        let bundle = try await fixture.builder.build(fixture.request())
        try fixture.folder.write("", to: "data/bundles/building/half/app/main.py")
        try fixture.folder.write("", to: "data/cache/partial/half/x.py")
        try await fixture.builder.cleanUp()
        #expect(fixture.halfBuilt().isEmpty)
        #expect(!FileManager.default.fileExists(atPath: fixture.folder.path("data/cache/partial")))
        #expect(FileManager.default.fileExists(atPath: bundle.folder))
    }

    @Test func `a full disk has its own code`() {
        #expect(SourceBuilder.described(CocoaError(.fileWriteOutOfSpace)).code == .noSpace)
        #expect(SourceBuilder.described(POSIXError(.ENOSPC)).code == .noSpace)
        #expect(SourceBuilder.described(CocoaError(.fileNoSuchFile)).code == .fileSystem)
    }
}

@Suite struct BuildSlotsTests {
    @Test func `never runs more at once than there are slots, and all of them in the end`() async throws {
        let slots = BuildSlots(count: 2)
        let (running, done) = (Peak(), Counter())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await slots.run {
                        running.enter()
                        await Task.yield()
                        running.leave()
                        done.add()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(running.highest <= 2)
        #expect(done.count == 20)
    }

    @Test func `a cancelled one leaves the queue`() async throws {
        let slots = BuildSlots(count: 1)
        let (isHeld, release) = (AsyncStream<Void>.makeStream(), AsyncStream<Void>.makeStream())
        let holder = Task {
            try await slots.run {
                isHeld.continuation.finish()
                for await _ in release.stream {}
            }
        }
        for await _ in isHeld.stream {}
        let waiting = Task { try await slots.run {} }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        release.continuation.finish()
        try await holder.value
        try await slots.run {}
    }
}

/// Counts how many are inside at once.
private final class Peak: Sendable {
    private let state = Mutex((inside: 0, highest: 0))

    var highest: Int { state.withLock { $0.highest } }

    func enter() {
        state.withLock { state in
            state.inside += 1
            state.highest = max(state.highest, state.inside)
        }
    }

    func leave() {
        state.withLock { $0.inside -= 1 }
    }
}

/// What a build fails with.
func failure(_ fixture: BuilderFixture, _ request: BuildRequest) async throws -> FuncError {
    try #require(await #expect(throws: FuncError.self) { try await fixture.builder.build(request) })
}
