import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import FuncKit

/// Files of a project whose content lies elsewhere.
@Suite struct LinkedFileTests {
    private let outside: TemporaryFolder

    init() throws {
        outside = try TemporaryFolder("outside")
    }

    /// Nothing but the system, or a look at everything, tells of a change within the time of a test.
    private func settings(_ usesPolling: Bool, variables: [String] = [".env"]) -> WatchSettings {
        WatchSettings(environmentFiles: variables, usesPolling: usesPolling, rootInterval: .seconds(3600))
    }

    private func watched(
        _ usesPolling: Bool,
        link name: String,
        to target: String,
        files: [String: String] = ["function.yaml": Watched.manifest, "main.py": "1"]
    ) async throws -> Watched {
        try await Watched(files, settings: settings(usesPolling)) { folder in
            try FileManager.default.createSymbolicLink(atPath: folder.path(name), withDestinationPath: target)
        }
    }

    @Test(arguments: [false, true])
    func `An edit of the file that '.env' leads to counts`(usesPolling: Bool) async throws {
        let watched = try await watched(usesPolling, link: ".env", to: outside.write("A=1", to: "shared.env"))
        defer { watched.end() }
        for (index, text) in ["A=2", "A=3"].enumerated() {
            try outside.write(text, to: "shared.env")
            #expect(try await watched.event(index) == .changed(SourceChange(files: [".env": .environment])))
        }
        try outside.write("A=3", to: "other.env")
        try outside.write("A=3", to: "shared.env")
        try watched.folder.write("end", to: "last")
        #expect(try await watched.paths(2) == ["last"])
    }

    @Test(arguments: [false, true])
    func `A folder that is swapped behind two links counts, as mounted settings do`(usesPolling: Bool) async throws {
        try outside.write("A=1", to: "..2026_1/env")
        try outside.write("A=2", to: "..2026_2/env")
        try outside.link("..data", to: "..2026_1")
        try outside.link("env", to: "..data/env")
        let watched = try await watched(usesPolling, link: ".env", to: outside.path("env"))
        defer { watched.end() }
        try outside.link("..data_tmp", to: "..2026_2")
        try outside.rename("..data_tmp", to: "..data")
        #expect(try await watched.event(0) == .changed(SourceChange(files: [".env": .environment])))
        try FileManager.default.removeItem(atPath: outside.path("..2026_1"))
        try outside.write("A=33", to: "..2026_2/env")
        #expect(try await watched.event(1) == .changed(SourceChange(files: [".env": .environment])))
    }

    @Test(arguments: [false, true])
    func `A link that is set to another file, or to none for a while, counts`(usesPolling: Bool) async throws {
        let watched = try await watched(usesPolling, link: ".env", to: outside.path("none/yet"))
        defer { watched.end() }
        try outside.write("A=1", to: "none/yet")
        #expect(try await watched.paths(0) == [".env"])
        try outside.write("A=2", to: "second")
        try watched.folder.link("beside", to: outside.path("second"))
        try watched.rename("beside", to: ".env")
        #expect(try await watched.paths(1) == [".env"])
        try outside.write("A=3", to: "none/yet")
        try outside.write("A=44", to: "second")
        #expect(try await watched.paths(2) == [".env"])
    }

    @Test(arguments: [false, true])
    func `A linked manifest counts, and its lists do`(usesPolling: Bool) async throws {
        let manifest = try outside.write(Watched.manifest, to: "function.yaml")
        let watched = try await watched(usesPolling, link: "function.yaml", to: manifest, files: ["main.py": "1"])
        defer { watched.end() }
        try outside.write(Watched.manifest + "build:\n  exclude: [main.py]\n", to: "function.yaml")
        #expect(try await watched.paths(0) == ["function.yaml", "main.py"])
        try watched.folder.write("2", to: "main.py")
        try watched.folder.write("end", to: "last")
        #expect(try await watched.paths(1) == ["last"])
    }

    @Test(arguments: [false, true])
    func `A packed link counts by what it leads to out of what is watched`(usesPolling: Bool) async throws {
        let watched = try await watched(
            usesPolling,
            link: "ignored.json",
            to: "out/settings.json",
            files: [
                "function.yaml": Watched.manifest, ".gitignore": "out/\n", "out/settings.json": "1", "main.py": "1",
            ]
        )
        defer { watched.end() }
        try watched.folder.link("outside.json", to: outside.write("1", to: "settings.json"))
        try watched.folder.link("same.py", to: "main.py")
        #expect(try await watched.paths(0) == ["outside.json", "same.py"])
        try outside.write("2", to: "settings.json")
        #expect(try await watched.paths(1) == ["outside.json"])
        try watched.folder.write("2", to: "out/settings.json")
        #expect(try await watched.paths(2) == ["ignored.json"])
        try watched.folder.write("2", to: "main.py")
        #expect(try await watched.paths(3) == ["main.py"])
    }

    @Test(arguments: [false, true])
    func `A file of variables in an ignored folder counts, also when the folder is made anew`(
        usesPolling: Bool
    ) async throws {
        let watched = try await Watched(
            ["function.yaml": Watched.manifest, ".gitignore": "out/\n", "out/dev.env": "A=1", "out/other": "1"],
            settings: settings(usesPolling, variables: [".env", "out/dev.env"])
        )
        defer { watched.end() }
        try watched.folder.write("2", to: "out/other")
        try watched.folder.write("A=2", to: "out/dev.env")
        #expect(try await watched.event(0) == .changed(SourceChange(files: ["out/dev.env": .environment])))
        try FileManager.default.removeItem(atPath: watched.folder.path("out"))
        #expect(try await watched.paths(1) == ["out/dev.env"])
        try watched.folder.write("A=3", to: "out/dev.env")
        #expect(try await watched.paths(2) == ["out/dev.env"])
    }

    @Test(arguments: [false, true])
    func `What a link leads to need be no file`(usesPolling: Bool) async throws {
        let targets = ["loop", "/dev/zero", outside.path("pipe"), outside.path("folder"), outside.path("absent")]
        #expect(mkfifo(outside.path("pipe"), 0o600) == 0)
        try outside.write("1", to: "folder/file")
        let watched = try await Watched(settings: settings(usesPolling))
        defer { watched.end() }
        for (number, target) in targets.enumerated() {
            try watched.folder.link(number == 0 ? "loop" : "link\(number)", to: target)
        }
        #expect(try await watched.paths(0) == ["link1", "link2", "link3", "link4", "loop"])
    }
}

@Suite struct LinkTrailTests {
    private let folder: TemporaryFolder
    private let top: FolderHandle

    init() throws {
        folder = try TemporaryFolder("trail")
        top = try FolderHandle(path: "/")
    }

    private func places(_ name: String) -> [String] {
        let start = EntryName(Array(folder.path.utf8.dropFirst()))
        return LinkTrail(EntryName(Array(name.utf8)), from: start, in: top).places.map { place in
            place.folder.appending(place.last).below(start)?.text ?? "/" + place.folder.appending(place.last).text
        }
    }

    @Test func `Each link on the way and its end are places`() throws {
        try folder.write("1", to: "real/deep/file")
        try folder.link("real/up", to: "../real/./deep")
        try folder.link("way", to: "real/up/../up")
        #expect(places("real/deep/file") == ["real/deep/file"])
        #expect(places("way/file") == ["way", "real/up", "real/up", "real/deep/file"])
        #expect(places(folder.path("way")) == ["way", "real/up", "real/up", "real/deep"])
    }

    @Test func `It ends where there is nothing, and at the fortieth link`() throws {
        try folder.link("lost", to: "absent/file")
        try folder.link("round", to: "round")
        #expect(places("lost") == ["lost", "absent"])
        #expect(places("no/such/file") == ["no"])
        #expect(places("round").count == 41)
        try folder.link("above", to: "../../../../../../../../../../no-such-name")
        #expect(places("above") == ["above", "/no-such-name"])
    }
}

@Suite struct FolderWatchesTests {
    private final class Recorder: FolderNotifier {
        var paths: [String: Int32] = [:]
        var live: Set<String> { Set(paths.filter { watched.contains($0.value) }.keys) }
        private var watched: Set<Int32> = []

        func watch(_ path: [UInt8]) throws(Errno) -> Int32 {
            let text = String(decoding: path, as: UTF8.self)
            let number = paths[text] ?? Int32(paths.count + 1)
            paths[text] = number
            watched.insert(number)
            return number
        }

        func unwatch(_ watch: Int32) { watched.remove(watch) }
        func drain() -> [FolderEvent] { [] }
        func start(onReadable: @escaping @Sendable () -> Void) -> Bool { true }
        func resume() {}
        func stop() {}
    }

    private func name(_ text: String) -> EntryName { EntryName(Array(text.utf8)) }

    private func place(_ folder: String, _ last: String) -> LinkTrail.Place {
        LinkTrail.Place(folder: name(folder), last: Array(last.utf8))
    }

    @Test func `A watch ends when neither the tree nor a link needs it`() throws {
        let notifier = Recorder()
        var watches = FolderWatches(notifier: notifier)
        try watches.watch(name("lib"), at: Array("/p/lib".utf8))
        try watches.follow(name("a"), along: [place("p/lib", "x"), place("q", "y")])
        try watches.follow(name("b"), along: [place("q", "y"), place("q", "z")])
        #expect(notifier.live == ["/p/lib", "/q"])
        let event = FolderEvent(watch: try #require(notifier.paths["/q"]), name: Array("y".utf8), kinds: .written)
        #expect(watches.followers(of: event) == [name("a"), name("b")])
        watches.unwatch(name("lib"))
        #expect(notifier.live == ["/p/lib", "/q"])
        try watches.follow(name("a"), along: [place("r", "y")])
        #expect(notifier.live == ["/q", "/r"])
        #expect(watches.followers(of: event) == [name("b")])
        try watches.follow(name("b"), along: [])
        #expect(notifier.live == ["/r"])
        watches.attach(to: nil)
        #expect(notifier.live == [])
    }

    @Test func `What happens to a folder itself concerns all that lead through it`() throws {
        let notifier = Recorder()
        var watches = FolderWatches(notifier: notifier)
        try watches.follow(name("a"), along: [place("q", "y")])
        try watches.follow(name("b"), along: [place("q", "z")])
        let gone = FolderEvent(watch: 1, name: [], kinds: .ended)
        #expect(watches.followers(of: gone) == [name("a"), name("b")])
        watches.ended(1)
        #expect(watches.followers(of: gone) == [])
    }
}

extension TemporaryFolder {
    fileprivate func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: target)
    }

    fileprivate func rename(_ name: String, to other: String) throws {
        guard Foundation.rename(path(name), path(other)) == 0 else { throw Errno(rawValue: errno) }
    }
}
