import Foundation
import TestSupport
import Testing

@testable import FuncKit

@Suite struct ArchiveExtractorTests {
    private let folder: TemporaryFolder
    private var target: String { folder.path("outer/target") }

    init() throws {
        folder = try TemporaryFolder("extract")
        try FileManager.default.createDirectory(atPath: folder.path("outer"), withIntermediateDirectories: true)
        try folder.write("untouched", to: "outer/victim")
    }

    // MARK: What is taken

    @Test(arguments: ["tar", "tar.gz", "zip"])
    func unpacksEachFormatByItsFirstBytes(format: String) async throws {
        var tar = TarBytes()
        tar.add("a.txt", "one")
        tar.add("deep/er/b.txt", "two")
        let archives = [
            "tar": tar.complete,
            "tar.gz": ArchiveBytes.gzip(tar.complete),
            "zip": ArchiveBytes.zip([("a.txt", "one"), ("deep/er/b.txt", "two")]),
        ]
        try await extract(try #require(archives[format]))
        #expect(try folder.read("outer/target/a.txt") == "one")
        #expect(try folder.read("outer/target/deep/er/b.txt") == "two")
    }

    @Test func unpacksWhatTarWritesForItsOwnFolder() async throws {
        var tar = TarBytes()
        tar.add("./", type: "5", mode: 0o755)
        tar.add("./a//b", "x")
        tar.add("./a/", type: "5")
        try await extract(tar.complete)
        #expect(try folder.read("outer/target/a/b") == "x")
    }

    @Test func dropsSpecialModeBitsAndKeepsTheExecutableOne() async throws {
        var tar = TarBytes()
        tar.add("run", "x", mode: 0o6777)
        tar.add("text", "x", mode: 0o2600)
        try await extract(tar.complete)
        #expect(try mode("outer/target/run") == 0o755)
        #expect(try mode("outer/target/text") == 0o644)
    }

    @Test func keepsLinksThatStayInside() async throws {
        var tar = TarBytes()
        tar.add("first", type: "2", link: "sub/../later")
        tar.add("later", "x")
        tar.add("sub/up", type: "2", link: "../later")
        tar.add("copy", type: "1", link: "later")
        tar.add("dangling", type: "2", link: "not/there")
        try await extract(tar.complete)
        #expect(try folder.read("outer/target/sub/up") == "x")
        #expect(try folder.read("outer/target/copy") == "x")
        let destination = try FileManager.default.destinationOfSymbolicLink(atPath: target + "/dangling")
        #expect(destination == "not/there")
    }

    @Test func takesAnEmptyFolderButNoFilledOne() async throws {
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        try await extract(TarBytes().complete)
        try folder.write("mine", to: "outer/target/mine")
        await expect(.directoryNotEmpty, TarBytes().complete)
        #expect(try folder.read("outer/target/mine") == "mine")
    }

    // MARK: What is refused

    @Test(arguments: HostileArchive.all)
    func refuses(_ hostile: HostileArchive) async throws {
        let archive = try folder.write(hostile.data, to: "archive")
        let error = await #expect(throws: FuncError.self) {
            try await ArchiveExtractor.extract(archive, into: target, limits: hostile.limits)
        }
        #expect(error?.code == .archiveInvalid)
        #expect(error?.message == hostile.expected.funcError(archive: archive).message)
        try expectNothingLeft()
    }

    @Test func eachRefusalHasItsOwnMessage() {
        let messages = Set(HostileArchive.all.map { $0.expected.funcError(archive: "a").message })
        #expect(messages.count == Set(HostileArchive.all.map(\.expected)).count)
    }

    @Test func refusesAnArchiveCutAnywhere() async throws {
        var tar = TarBytes()
        tar.add("a.txt", String(repeating: "content ", count: 100))
        tar.add("b.txt", "more")
        for whole in [tar.complete, ArchiveBytes.gzip(tar.complete)] {
            // A step that is no divisor of a block, so that cuts fall into every part of one.
            for length in stride(from: 0, to: whole.count, by: 61) {
                let archive = try folder.write(whole.prefix(length), to: "archive")
                let error = await #expect(throws: FuncError.self) {
                    try await ArchiveExtractor.extract(archive, into: target)
                }
                #expect(error?.code == .archiveInvalid)
                try expectNothingLeft()
            }
        }
    }

    @Test func noFlippedBitOfAGzipArchiveChangesContent() async throws {
        let content = String(repeating: "some text to compress, ", count: 20)
        try folder.write(content, to: "source/a.txt")
        let packed = try await SourcePacker.pack(root: folder.path("source"), output: folder.path("whole.tar.gz"))
        let whole = try Data(contentsOf: URL(fileURLWithPath: packed.archive.path))
        // The header's flags, time and system say nothing about the content.
        var refused = 0
        for index in 10..<whole.count {
            var broken = whole
            broken[index] ^= 0x10
            do {
                try await extract(broken)
                // Filler bits, or another code for the same bytes.
                #expect(try folder.read("outer/target/a.txt") == content)
                try FileManager.default.removeItem(atPath: target)
            } catch let error as FuncError {
                #expect(error.code == .archiveInvalid, "byte \(index)")
                refused += 1
            }
            try expectNothingLeft()
        }
        #expect(refused > whole.count / 2)
    }

    @Test func saysWhichArchiveIsMissing() async throws {
        let error = await #expect(throws: FuncError.self) {
            try await ArchiveExtractor.extract(folder.path("none"), into: target)
        }
        #expect(error?.code == .fileSystem)
        #expect(error?.message == "cannot read archive '\(folder.path("none"))': no such file or directory")
        try expectNothingLeft()
    }

    @Test func stopsWhenCancelled() async throws {
        let archive = try folder.write(ArchiveBytes.gzip(HostileArchive.manyFiles(100)), to: "archive")
        let target = target
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await ArchiveExtractor.extract(archive, into: target)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        try expectNothingLeft()
    }

    @Test func namesThePackageOfAMissingLibrary() {
        guard case .failure(let error) = ArchiveLibrary.open("libarchive.so.none") else {
            Issue.record("a library that does not exist was opened")
            return
        }
        #expect(error.funcError(archive: "a").code == .libraryMissing)
        #expect(error.funcError(archive: "a").hint?.contains("libarchive13") == true)
    }

    private func extract(_ data: Data) async throws {
        try await ArchiveExtractor.extract(try folder.write(data, to: "archive"), into: target)
    }

    private func expect(
        _ code: ErrorCode,
        _ data: Data,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) async {
        let error = await #expect(throws: FuncError.self, sourceLocation: sourceLocation) { try await extract(data) }
        #expect(error?.code == code, sourceLocation: sourceLocation)
    }

    private func expectNothingLeft(sourceLocation: Testing.SourceLocation = #_sourceLocation) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("outer"))
        #expect(names == ["victim"], sourceLocation: sourceLocation)
        #expect(try folder.read("outer/victim") == "untouched", sourceLocation: sourceLocation)
    }

    private func mode(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: folder.path(name))[.posixPermissions] as? Int
    }
}
