import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import FuncKit

@Suite struct SourcePackerTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("pack")
    }

    // MARK: Same tree, same bytes

    @Test(arguments: ArchiveFormat.allCases)
    func sameTreeGivesSameBytes(format: ArchiveFormat) async throws {
        let names = ["b/c.txt", "a.txt", "b/a.txt", "run.sh", "ä"]
        for (root, order) in [("one", names), ("two", names.reversed())] {
            for name in order { try folder.write("content of \(name)", to: "\(root)/\(name)") }
            try link("\(root)/b/link", to: "../a.txt")
            #expect(chmod(folder.path("\(root)/run.sh"), root == "one" ? 0o700 : 0o755) == 0)
        }
        #expect(chmod(folder.path("two/a.txt"), 0o600) == 0)
        #expect(chmod(folder.path("two/b"), 0o700) == 0)
        let old = Date(timeIntervalSince1970: 1_000_000_000)
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: folder.path("two/a.txt"))

        let one = try await pack("one", format)
        let two = try await pack("two", format)
        #expect(one.archive.digest == two.archive.digest)
        #expect(one.files == two.files)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: one.archive.path))
        #expect(Digest.sha256(bytes) == one.archive.digest)
        #expect(bytes.count == one.archive.size)
    }

    @Test func eachChangeThatMattersChangesTheDigest() async throws {
        try folder.write("x", to: "one/a")
        var digests = [try await pack("one").archive.digest]
        #expect(chmod(folder.path("one/a"), 0o755) == 0)
        digests.append(try await pack("one").archive.digest)
        try folder.write("y", to: "one/a")
        digests.append(try await pack("one").archive.digest)
        try FileManager.default.moveItem(atPath: folder.path("one/a"), toPath: folder.path("one/b"))
        digests.append(try await pack("one").archive.digest)
        try link("one/l", to: "b")
        digests.append(try await pack("one").archive.digest)
        #expect(Set(digests).count == digests.count)
    }

    @Test func gzipHeaderHasNeitherTimeNorName() async throws {
        try folder.write("x", to: "one/a")
        let archive = try await pack("one").archive
        let head = try Data(contentsOf: URL(fileURLWithPath: archive.path)).prefix(8)
        #expect(head == Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0]))
    }

    @Test func anArchiveInsideTheProjectIsNotPackedIntoItself() async throws {
        try folder.write("x", to: "one/a")
        let first = try await SourcePacker.pack(root: folder.path("one"), output: folder.path("one/out.tar.gz"))
        let second = try await SourcePacker.pack(root: folder.path("one"), output: folder.path("one/out.tar.gz"))
        #expect(first.archive.digest == second.archive.digest)
        #expect(second.files.map(\.path) == ["a"])
    }

    // MARK: Back again

    @Test(arguments: ArchiveFormat.allCases)
    func unpacksToWhatWasPacked(format: ArchiveFormat) async throws {
        let long = String(repeating: "long-name/", count: 15) + "file"
        try folder.write("", to: "one/empty")
        try folder.write(Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }), to: "one/large")
        try folder.write("deep", to: "one/\(long)")
        try folder.write("run", to: "one/run.sh")
        #expect(chmod(folder.path("one/run.sh"), 0o755) == 0)
        try FileManager.default.createDirectory(atPath: folder.path("one/void"), withIntermediateDirectories: true)
        try link("one/link", to: "run.sh")

        let packed = try await pack("one", format)
        try await ArchiveExtractor.extract(packed.archive.path, into: folder.path("back"))
        #expect(try SourcePacker.list(root: folder.path("back")) == packed.files)
        #expect(try await pack("back", format).archive.digest == packed.archive.digest)
        #expect(try folder.read("back/\(long)") == "deep")
    }

    @Test func namesKeepTheirBytesInTar() async throws {
        // Not UTF-8, and one name in both of its Unicode forms, which must not become one.
        let names: [[UInt8]] = [[0x62, 0xFF, 0xFE], Array("caf\u{E9}".utf8), Array("cafe\u{301}".utf8)]
        try await roundTrip(names, .tarGzip)
    }

    @Test func namesKeepTheirBytesInZipIfComposed() async throws {
        try await roundTrip([Array("caf\u{E9}".utf8), Array("日本".utf8)], .zip)
    }

    @Test func zipRefusesNamesThatAreNotUTF8() async throws {
        try makeFiles([[0x62, 0xFF]])
        let error = await #expect(throws: FuncError.self) { try await pack("one", .zip) }
        #expect(error?.code == .projectInvalid)
        #expect(error?.message == "cannot pack 'b\\xff' into a zip archive: its name is not UTF-8")
        try expectNothingLeft()
    }

    @Test func tarReadsWithTheSystemsTar() async throws {
        try folder.write("x", to: "one/a b")
        try link("one/l", to: "a b")
        let archive = try await pack("one").archive
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["tar", "-tzf", archive.path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try #require(try pipe.fileHandleForReading.readToEnd())
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(String(decoding: output, as: UTF8.self) == "a b\nl\n")
    }

    // MARK: What goes wrong

    @Test(arguments: ["grow", "shrink", "rewrite", "remove", "replace", "link"])
    func noticesAFileThatChangesMeanwhile(change: String) async throws {
        try folder.write("first", to: "one/a")
        let path = try folder.write("second", to: "one/b")
        let error = await #expect(throws: FuncError.self) {
            try await pack("one") { progress in
                guard progress.entries == 1, progress.bytes == 5 else { return }
                try? Self.apply(change, to: path)
            }
        }
        #expect(error?.code == .fileSystem)
        #expect(error?.message == "'b' changed while it was packed")
        try expectNothingLeft()
    }

    @Test func stopsOverTheSizeLimitAndKeepsTheOldArchive() async throws {
        var generator = SeededGenerator(seed: 7)
        let noise = Data((0..<300_000).map { _ in UInt8.random(in: 0...255, using: &generator) })
        try folder.write(noise, to: "one/noise")
        try folder.write("old", to: "one.tar.gz")
        let error = await #expect(throws: FuncError.self) {
            try await SourcePacker.pack(
                root: folder.path("one"),
                options: PackOptions(maxArchiveBytes: 100_000),
                output: folder.path("one.tar.gz")
            )
        }
        #expect(error?.code == .sourceTooLarge)
        #expect(error?.details == ["293 KiB noise"])
        #expect(try folder.read("one.tar.gz") == "old")
        try expectNothingLeft(but: ["one.tar.gz"])
    }

    @Test func stopsWhenCancelled() async throws {
        for number in 0..<50 { try folder.write("x", to: "one/\(number)") }
        let isHalfWay = Atomic(false)
        let isCancelled = Atomic(false)
        // Keeps the thread that packs half way until the task was cancelled.
        let wait: @Sendable (PackProgress) -> Void = { progress in
            guard progress.entries == 25 else { return }
            isHalfWay.store(true, ordering: .relaxed)
            let deadline = ContinuousClock.now + .seconds(30)
            while !isCancelled.load(ordering: .relaxed), ContinuousClock.now < deadline { sched_yield() }
        }
        let root = folder.path("one")
        let output = folder.path("one.tar.gz")
        let task = Task { try await SourcePacker.pack(root: root, output: output, progress: wait) }
        try await eventually("half of the files", holds: { isHalfWay.load(ordering: .relaxed) })
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
        task.cancel()
        isCancelled.store(true, ordering: .relaxed)
        await #expect(throws: CancellationError.self) { try await task.value }
        try expectNothingLeft()
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything"))
    func namesAFileThatItMayNotRead() async throws {
        try folder.write("x", to: "one/a")
        #expect(chmod(folder.path("one/a"), 0) == 0)
        let error = await #expect(throws: FuncError.self) { try await pack("one") }
        #expect(error?.code == .fileSystem)
        #expect(error?.message == "cannot read 'a': permission denied")
        try expectNothingLeft()
    }

    @Test func saysWhereItCannotWrite() async throws {
        try folder.write("x", to: "one/a")
        let output = folder.path("none/out.tar.gz")
        let error = await #expect(throws: FuncError.self) {
            try await SourcePacker.pack(root: folder.path("one"), output: output)
        }
        #expect(error?.code == .fileSystem)
        #expect(error?.message == "cannot write '\(output)': no such file or directory")
    }

    @Test func tellsItsProgress() async throws {
        try folder.write("12345", to: "one/a")
        try folder.write("678", to: "one/b/c")
        let seen = Mutex<[PackProgress]>([])
        try await pack("one") { progress in seen.withLock { $0.append(progress) } }
        let last = PackProgress(entries: 3, totalEntries: 3, bytes: 8, totalBytes: 8)
        #expect(seen.withLock { $0.last } == last)
    }

    // MARK: Copies

    @Test func copiesWhatItWouldPack() async throws {
        try folder.write("out/\n", to: "one/.gitignore")
        try folder.write("x", to: "one/a/b")
        try folder.write("y", to: "one/out/c")
        try link("one/l", to: "a/b")
        let files = try await SourcePacker.copy(root: folder.path("one"), to: folder.path("copy"))
        #expect(files.map(\.path) == [".gitignore", "a", "a/b", "l"])
        #expect(try SourcePacker.list(root: folder.path("copy")) == files)
        #expect(try folder.read("copy/l") == "x")
        let error = await #expect(throws: FuncError.self) {
            try await SourcePacker.copy(root: folder.path("one"), to: folder.path("copy"))
        }
        #expect(error?.code == .directoryNotEmpty)
    }

    @discardableResult
    private func pack(
        _ root: String,
        _ format: ArchiveFormat = .tarGzip,
        progress: SourcePacker.ProgressHandler? = nil
    ) async throws -> PackedSource {
        try await SourcePacker.pack(
            root: folder.path(root),
            options: PackOptions(format: format),
            output: folder.path("\(root).\(format.rawValue)"),
            progress: progress
        )
    }

    private func roundTrip(_ names: [[UInt8]], _ format: ArchiveFormat) async throws {
        try makeFiles(names)
        let packed = try await pack("one", format)
        try await ArchiveExtractor.extract(packed.archive.path, into: folder.path("back"))
        let back = try FolderHandle(path: folder.path("back")).names()
        #expect(Set(back) == Set(names))
    }

    private func makeFiles(_ names: [[UInt8]]) throws {
        let path = folder.path("one")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let root = try FolderHandle(path: path)
        for name in names { _ = try root.createFile(name, mode: 0o644) }
    }

    private func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: folder.path(name), withDestinationPath: target)
    }

    private func expectNothingLeft(
        but names: [String] = [],
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) throws {
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(left) == Set(["one"] + names), sourceLocation: sourceLocation)
    }

    private static func apply(_ change: String, to path: String) throws {
        let url = URL(fileURLWithPath: path)
        switch change {
        case "grow": try Data("second and more".utf8).write(to: url)
        case "shrink": try Data("se".utf8).write(to: url)
        case "rewrite": try Data("SECOND".utf8).write(to: url)
        case "remove": try FileManager.default.removeItem(at: url)
        case "link":
            try FileManager.default.removeItem(at: url)
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "a")
        default:
            try FileManager.default.removeItem(at: url)
            try Data("second".utf8).write(to: url)
        }
    }
}
