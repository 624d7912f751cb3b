import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import FuncKit

/// A project that is watched, with time that moves only while something is waited for.
private final class Watched: Sendable {
    let folder: TemporaryFolder
    let watcher: SourceWatcher
    let clock = ManualClock()
    private let seen = MutexBox<[WatchEvent]>([])
    private let task = MutexBox<Task<Void, Never>?>(nil)

    init(
        _ files: [String: String] = ["function.yaml": manifest, "main.py": "1"],
        at name: String? = nil,
        settings: WatchSettings = WatchSettings(),
        prepare: (TemporaryFolder) throws -> Void = { _ in },
        makeNotifier: @escaping SourceWatcher.MakeNotifier = { () throws(Errno) in try SystemNotifier.make() }
    ) async throws {
        let folder = try TemporaryFolder("watch")
        self.folder = folder
        for (name, text) in files { try folder.write(text, to: name) }
        try prepare(folder)
        watcher = SourceWatcher(
            folder: name.map { folder.path($0) } ?? folder.path,
            settings: settings,
            clock: clock,
            makeNotifier: makeNotifier
        )
        let events = try await watcher.events()
        let seen = seen
        task.mutate { $0 = Task { for await event in events { seen.mutate { $0.append(event) } } } }
    }

    var events: [WatchEvent] { seen.current }

    func end() { task.current?.cancel() }

    /// The event with this number, from 0 on.
    func event(_ index: Int, within deadline: Duration = .seconds(20)) async throws -> WatchEvent {
        try await eventually("event \(index) of \(events)", within: deadline) {
            clock.advance(by: .milliseconds(5))
            return events.count > index ? events[index] : nil
        }
    }

    /// The paths of the change with this number.
    func paths(_ index: Int) async throws -> [String] {
        guard case .changed(let change) = try await event(index) else { return ["\(events[index])"] }
        return change.paths
    }

    func rename(_ name: String, to other: String) throws {
        guard Foundation.rename(folder.path(name), folder.path(other)) == 0 else { throw Errno(rawValue: errno) }
    }

    static let manifest = "name: hello\nruntime: python3.11\ntype: http\n"
}

/// What happens to a project, and which files count as changed by it. Each is followed by a change of `last`, so that
/// nothing at all is seen as well.
private struct Happening: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let expected: [String]
    let body: @Sendable (Watched) throws -> Void

    init(_ name: String, _ expected: [String], _ body: @escaping @Sendable (Watched) throws -> Void) {
        testDescription = name
        self.expected = expected
        self.body = body
    }

    static let files = [
        "function.yaml": Watched.manifest, "main.py": "1", "lib/a.py": "a", "lib/deep/b.py": "b", ".gitignore": "*.log\nout/\n",
        ".env": "A=1", "requirements.txt": "x", "out/old": "0", "node_modules/m.js": "0", "trace.log": "0",
    ]

    static let all = [
        Happening("written in place", ["main.py"]) { try $0.folder.write("2", to: "main.py") },
        Happening("written anew with the same bytes", []) { try $0.folder.write("1", to: "main.py") },
        Happening("touched", []) { watched in
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)],
                ofItemAtPath: watched.folder.path("main.py")
            )
        },
        Happening("mode that is not packed", []) { chmod($0.folder.path("main.py"), 0o600) },
        Happening("mode that is packed", ["main.py"]) { chmod($0.folder.path("main.py"), 0o755) },
        Happening("time in the past with other bytes", ["main.py"]) { watched in
            try watched.folder.write("2", to: "main.py")
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 0)],
                ofItemAtPath: watched.folder.path("main.py")
            )
        },
        Happening("saved by renaming", ["main.py"]) { watched in
            try watched.folder.write("2", to: "4913")
            try watched.folder.write("2", to: ".main.py.swp")
            try watched.rename("main.py", to: "main.py~")
            try watched.folder.write("2", to: "main.py")
            try FileManager.default.removeItem(atPath: watched.folder.path("4913"))
        },
        Happening("another file renamed over it", ["main.py"]) { watched in
            try watched.folder.write("2", to: ".goutputstream-A")
            try watched.rename(".goutputstream-A", to: "main.py")
        },
        Happening("removed", ["main.py"]) { try FileManager.default.removeItem(atPath: $0.folder.path("main.py")) },
        Happening("replaced by a folder", ["main.py", "main.py/x"]) { watched in
            try FileManager.default.removeItem(atPath: watched.folder.path("main.py"))
            try watched.folder.write("x", to: "main.py/x")
        },
        Happening("replaced by a folder and back", []) { watched in
            try FileManager.default.removeItem(atPath: watched.folder.path("main.py"))
            try watched.folder.write("x", to: "main.py/x")
            try FileManager.default.removeItem(atPath: watched.folder.path("main.py"))
            try watched.folder.write("1", to: "main.py")
        },
        Happening("new folders", ["new/er/a.py", "new/b.py"]) { watched in
            try watched.folder.write("a", to: "new/er/a.py")
            try watched.folder.write("b", to: "new/b.py")
        },
        Happening("a folder renamed", ["lib/a.py", "lib/deep/b.py", "moved/a.py", "moved/deep/b.py"]) {
            try $0.rename("lib", to: "moved")
        },
        Happening("a folder removed", ["lib/a.py", "lib/deep/b.py"]) {
            try FileManager.default.removeItem(atPath: $0.folder.path("lib"))
        },
        Happening("a link", ["link"]) {
            try FileManager.default.createSymbolicLink(atPath: $0.folder.path("link"), withDestinationPath: "main.py")
        },
        Happening("an empty folder", []) {
            try FileManager.default.createDirectory(atPath: $0.folder.path("empty"), withIntermediateDirectories: false)
        },
        Happening("what is ignored", []) { watched in
            for name in ["trace.log", "out/new", "node_modules/m.js", ".git/index", ".hks-func/x", "target/debug/x"] {
                try watched.folder.write("9", to: name)
            }
        },
        Happening("what editors leave", []) { watched in
            for name in ["main.py~", ".#main.py", "#main.py#", ".main.py.swp", "4913", "lib/.a.py.swx", ".DS_Store"] {
                try watched.folder.write("9", to: name)
            }
        },
        Happening("variables", [".env", ".env.local"]) { watched in
            try watched.folder.write("A=2", to: ".env")
            try watched.folder.write("A=3", to: ".env.local")
            try watched.folder.write("A=4", to: ".env.other")
        },
        Happening("a name that is no UTF-8", ["\\xff.py"]) { watched in
            let path = Array(watched.folder.path("").utf8) + [0xFF] + Array(".py".utf8) + [0]
            let descriptor = path.map { CChar(bitPattern: $0) }.withUnsafeBufferPointer {
                Foundation.open($0.baseAddress!, O_CREAT | O_WRONLY, 0o644)
            }
            guard descriptor >= 0 else { throw Errno(rawValue: errno) }
            close(descriptor)
        },
        Happening("ignore rules", [".gitignore", "out/old", "requirements.txt"]) {
            try $0.folder.write("*.log\nrequirements.txt\n", to: ".gitignore")
        },
        Happening("the manifest's lists", ["function.yaml", "requirements.txt", "trace.log"]) {
            try $0.folder.write(
                Watched.manifest + "build:\n  include: [trace.log]\n  exclude: [requirements.txt]\n",
                to: "function.yaml"
            )
        },
        Happening("a manifest that cannot be read", ["function.yaml"]) {
            try $0.folder.write("name: [", to: "function.yaml")
        },
    ]
}

@Suite struct SourceWatcherTests {
    @Test(arguments: Happening.all, [false, true])
    fileprivate func `Real changes of packed files count`(_ happening: Happening, usesPolling: Bool) async throws {
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
            // The rebuild goes on for a while after it wrote.
            watched.clock.advance(by: .milliseconds(100))
            await watched.watcher.rebuildEnded()
            try #require(index < 30)
        }
        #expect(watched.events[index] == .loop(file: "gen.py", times: index))
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
        try FileManager.default.createDirectory(atPath: watched.folder.path("project"), withIntermediateDirectories: false)
        #expect(try await watched.event(1) == .back)
        #expect(try await watched.paths(2) == ["function.yaml", "main.py"])
        try watched.folder.write("2", to: "project/main.py")
        #expect(try await watched.paths(3) == ["main.py"])
    }

    @Test func `A project behind a link is watched`() async throws {
        let watched = try await Watched(
            ["real/function.yaml": Watched.manifest, "real/main.py": "1"],
            at: "link",
            prepare: { try FileManager.default.createSymbolicLink(atPath: $0.path("link"), withDestinationPath: "real") }
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

    @Test func `A folder that cannot be read at all is an error`() async throws {
        let watcher = SourceWatcher(folder: "/nowhere/at/all")
        let error = await #expect(throws: FuncError.self) { _ = try await watcher.events() }
        #expect(error?.code == .fileSystem)
    }

    @Test(arguments: [Errno.noSpace, .tooManyOpenFiles])
    func `Polling takes over where the system watches no more`(_ error: Errno) async throws {
        let watched = try await Watched(makeNotifier: { () throws(Errno) in
            if error == .tooManyOpenFiles { throw error }
            return FullNotifier(error)
        })
        defer { watched.end() }
        guard case .polling(let reason) = try await watched.event(0) else {
            Issue.record("no polling: \(watched.events)")
            return
        }
        #expect(reason.contains("fs.inotify"))
        #expect(watched.watcher.method == "polling")
        try watched.folder.write("2", to: "main.py")
        #expect(try await watched.paths(1) == ["main.py"])
    }

    @Test func `All is looked at again where the system lost count`() async throws {
        let notifier = MutexBox<LossyNotifier?>(nil)
        let watched = try await Watched(makeNotifier: { () throws(Errno) in
            let made = LossyNotifier()
            notifier.mutate { $0 = made }
            return made
        })
        defer { watched.end() }
        try watched.folder.write("2", to: "main.py")
        notifier.current?.loseCount()
        #expect(try await watched.paths(0) == ["main.py"])
    }

    @Test func `No descriptor is left`() async throws {
        let isFreed = MutexBox(false)
        let watched = try await Watched(makeNotifier: { () throws(Errno) in
            LossyNotifier(onFree: { isFreed.mutate { $0 = true } })
        })
        #expect(!isFreed.current)
        watched.end()
        try await eventually("the notifier is freed") { isFreed.current }
    }
}

/// Watches nothing, because there is no room.
private final class FullNotifier: FolderNotifier {
    private let error: Errno

    init(_ error: Errno) { self.error = error }

    func watch(_ path: [UInt8]) throws(Errno) -> Int32 { throw error }
    func unwatch(_ watch: Int32) {}
    func drain() -> [FolderEvent] { [] }
    func start(onReadable: @escaping @Sendable () -> Void) -> Bool { true }
    func resume() {}
    func stop() {}
}

/// Tells only that it lost count.
private final class LossyNotifier: FolderNotifier, Sendable {
    private let handler = MutexBox<(@Sendable () -> Void)?>(nil)
    private let isLost = MutexBox(false)
    private let onFree: @Sendable () -> Void

    init(onFree: @escaping @Sendable () -> Void = {}) { self.onFree = onFree }

    deinit { onFree() }

    func loseCount() {
        isLost.mutate { $0 = true }
        handler.current?()
    }

    func watch(_ path: [UInt8]) throws(Errno) -> Int32 { 1 }
    func unwatch(_ watch: Int32) {}

    func drain() -> [FolderEvent] {
        let isLost = isLost.mutate { lost in
            defer { lost = false }
            return lost
        }
        return isLost ? [FolderEvent(watch: -1, name: [], kinds: .overflow)] : []
    }

    func start(onReadable: @escaping @Sendable () -> Void) -> Bool {
        handler.mutate { $0 = onReadable }
        return true
    }

    func resume() {}
    func stop() {}
}
