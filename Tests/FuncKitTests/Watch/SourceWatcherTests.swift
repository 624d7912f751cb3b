import Foundation
import TestSupport
import Testing

@testable import FuncKit

@Suite struct SourceWatcherTests {
    @Test(arguments: Happening.all, [false, true])
    func `Real changes of packed files count`(_ happening: Happening, usesPolling: Bool) async throws {
        let watched = try await Watched(Happening.files, settings: WatchSettings(usesPolling: usesPolling))
        defer { watched.end() }
        try happening.body(watched)
        try watched.folder.write("end", to: "last")
        var paths: Set<String> = []
        var index = 0
        while !paths.contains("last") {
            paths.formUnion(try await watched.paths(index))
            index += 1
        }
        #expect(paths.subtracting(["last"]) == Set(happening.expected))
        #expect(watched.watcher.method == (usesPolling ? "polling" : "inotify"))
    }

    @Test func `Each file says what it means`() async throws {
        let watched = try await Watched(Happening.files)
        defer { watched.end() }
        for name in ["main.py", "requirements.txt", ".env", "function.yaml"] {
            try watched.folder.write(Watched.manifest + "\n", to: name)
        }
        var kinds: [String: WatchedKind] = [:]
        var index = 0
        while kinds.count < 4 {
            guard case .changed(let change) = try await watched.event(index) else { return }
            kinds.merge(change.files) { $1 }
            index += 1
        }
        #expect(
            kinds == [
                "main.py": .source, "requirements.txt": .dependencies, ".env": .environment, "function.yaml": .manifest,
            ]
        )
    }

    @Test func `A file that is emptied and written again is one change`() async throws {
        let watched = try await Watched()
        defer { watched.end() }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: watched.folder.path("main.py")))
        try file.truncate(atOffset: 0)
        try await eventually("the window is open") { watched.clock.sleepers > 0 }
        watched.clock.advance(by: .milliseconds(200))
        try file.write(contentsOf: Data("2".utf8))
        try file.close()
        #expect(try await watched.paths(0) == ["main.py"])
        try watched.folder.write("end", to: "last")
        #expect(try await watched.paths(1) == ["last"])
    }

    @Test func `Many saves in a row all count`() async throws {
        let watched = try await Watched()
        defer { watched.end() }
        await watched.watcher.rebuildEnded()
        for number in 0..<100 {
            try watched.folder.write("save \(number)", to: "main.py")
            #expect(try await watched.paths(number) == ["main.py"])
            await watched.watcher.rebuildEnded()
        }
    }

    @Test func `A file that each rebuild writes is named and is no trigger until it was left alone`() async throws {
        let watched = try await Watched()
        defer { watched.end() }
        await watched.watcher.rebuildEnded()
        try watched.folder.write("start", to: "gen.py")
        var index = 0
        while case .changed = try await watched.event(index) {
            index += 1
            try watched.folder.write("made by rebuild \(index)", to: "gen.py")
            try await eventually("the change is seen") { await watched.watcher.isWaiting }
            // The rebuild goes on for a while after it wrote.
            watched.clock.advance(by: .milliseconds(100))
            await watched.watcher.rebuildEnded()
            try #require(index < 100)
        }
        guard case .loop(let file, let times) = watched.events[index] else {
            Issue.record("no loop: \(watched.events[index])")
            return
        }
        #expect(file == "gen.py")
        #expect(times >= LoopLimits().suspicious)
        try watched.folder.write("again", to: "gen.py")
        try watched.folder.write("2", to: "main.py")
        #expect(try await watched.paths(index + 1) == ["main.py"])
        watched.clock.advance(by: .seconds(10))
        try watched.folder.write("later", to: "gen.py")
        #expect(try await watched.paths(index + 2) == ["gen.py"])
    }

    @Test func `What was settled is no change`() async throws {
        let watched = try await Watched()
        defer { watched.end() }
        try watched.folder.write("2", to: "main.py")
        await watched.watcher.settle()
        try watched.folder.write("end", to: "last")
        #expect(try await watched.paths(0) == ["last"])
    }

    @Test(arguments: [false, true])
    func `A folder that goes away and comes back is told`(usesPolling: Bool) async throws {
        let watched = try await Watched(
            ["project/function.yaml": Watched.manifest, "project/main.py": "1"],
            at: "project",
            settings: WatchSettings(usesPolling: usesPolling)
        )
        defer { watched.end() }
        try watched.rename("project", to: "elsewhere")
        #expect(try await watched.event(0) == .missing)
        try watched.folder.write("unseen", to: "elsewhere/main.py")
        try FileManager.default.createDirectory(
            atPath: watched.folder.path("project"),
            withIntermediateDirectories: false
        )
        #expect(try await watched.event(1) == .back)
        #expect(try await watched.paths(2) == ["function.yaml", "main.py"])
        try watched.folder.write("2", to: "project/main.py")
        #expect(try await watched.paths(3) == ["main.py"])
    }

    @Test func `A project behind a link is watched`() async throws {
        let watched = try await Watched(
            ["real/function.yaml": Watched.manifest, "real/main.py": "1"],
            at: "link",
            prepare: {
                try FileManager.default.createSymbolicLink(atPath: $0.path("link"), withDestinationPath: "real")
            }
        )
        defer { watched.end() }
        try watched.folder.write("2", to: "real/main.py")
        #expect(try await watched.paths(0) == ["main.py"])
    }

    @Test func `A folder that cannot be read hides nothing else`() async throws {
        let watched = try await Watched(
            ["function.yaml": Watched.manifest, "secret/a": "1", "main.py": "1"],
            prepare: { chmod($0.path("secret"), 0) }
        )
        defer {
            watched.end()
            chmod(watched.folder.path("secret"), 0o755)
        }
        try watched.folder.write("2", to: "main.py")
        #expect(try await watched.paths(0) == ["main.py"])
    }

    @Test(arguments: [false, true])
    func `A file of variables outside of the project counts`(usesPolling: Bool) async throws {
        let outside = try TemporaryFolder("outside")
        let path = try outside.write("A=1", to: "shared.env")
        let watched = try await Watched(
            settings: WatchSettings(environmentFiles: [".env", path], usesPolling: usesPolling)
        )
        defer { watched.end() }
        try outside.write("A=22", to: "shared.env")
        #expect(
            try await watched.event(0) == .changed(SourceChange(files: [path: .environment]))
        )
    }

    @Test func `A folder that cannot be read at all is an error`() async throws {
        let watcher = SourceWatcher(folder: "/nowhere/at/all")
        let error = await #expect(throws: FuncError.self) { _ = try await watcher.events() }
        #expect(error?.code == .fileSystem)
    }

    @Test(arguments: [false, true])
    func `Polling takes over where the system watches no more`(isWithoutInstance: Bool) async throws {
        let watched = try await Watched.withoutRoom(forInstances: isWithoutInstance)
        defer { watched.end() }
        guard case .polling(let reason) = try await watched.event(0) else {
            Issue.record("no polling: \(watched.events)")
            return
        }
        #expect(reason.contains(isWithoutInstance ? "max_user_instances" : "max_user_watches"))
        #expect(watched.watcher.method == "polling")
        try watched.folder.write("2", to: "main.py")
        #expect(try await watched.paths(1) == ["main.py"])
    }

    @Test func `All is looked at again where the system lost count`() async throws {
        let notifier = LossyNotifier()
        let watched = try await Watched.with(notifier)
        defer { watched.end() }
        try watched.folder.write("2", to: "main.py")
        notifier.loseCount()
        #expect(try await watched.paths(0) == ["main.py"])
    }

    @Test func `No descriptor is left`() async throws {
        let isFreed = MutexBox(false)
        let watched = try await Watched.telling { isFreed.mutate { $0 = true } }
        #expect(!isFreed.current)
        watched.end()
        try await eventually("the notifier is freed") { isFreed.current }
    }
}
