import Foundation
import FuncKit
import TestSupport
import Testing

@Suite struct ScaffolderWriteTests {
    private let folder: TemporaryFolder
    private let files = [
        file("a.txt", "new"), file("sub/b.sh", "run", isExecutable: true),
        RenderedFile(path: "sub/link", content: .link("b.sh")),
    ]

    init() throws {
        folder = try TemporaryFolder("write")
    }

    private static func file(_ path: String, _ text: String, isExecutable: Bool = false) -> RenderedFile {
        RenderedFile(path: path, content: .file(Data(text.utf8), isExecutable: isExecutable))
    }

    /// Everything below a folder, hidden files too.
    private func tree(_ name: String = "") throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path(name)).sorted()
    }

    private func isExecutable(_ name: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: folder.path(name))
    }

    @Test func createsTheFolderAndThoseAboveIt() throws {
        try Scaffolder.write(files, to: folder.path("x/y/hello"))
        #expect(try tree("x/y") == ["hello", "hello/a.txt", "hello/sub", "hello/sub/b.sh", "hello/sub/link"])
        #expect(try folder.read("x/y/hello/a.txt") == "new")
        #expect(isExecutable("x/y/hello/sub/b.sh"))
        #expect(!isExecutable("x/y/hello/a.txt"))
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("x/y/hello/sub/link")) == "b.sh")
    }

    @Test func fillsAnEmptyFolderInPlace() throws {
        try FileManager.default.createDirectory(atPath: folder.path("hello"), withIntermediateDirectories: true)
        let before = try FileManager.default.attributesOfItem(atPath: folder.path("hello"))[.systemFileNumber] as? Int
        try Scaffolder.write(files, to: folder.path("hello"))
        let after = try FileManager.default.attributesOfItem(atPath: folder.path("hello"))[.systemFileNumber] as? Int
        #expect(before == after)
        #expect(try tree("hello") == ["a.txt", "sub", "sub/b.sh", "sub/link"])
    }

    @Test func refusesAFolderThatIsNotEmpty() throws {
        for name in ["1", "2", "3", "4"] { try folder.write("mine", to: "hello/" + name) }
        let error = try #require(throws: FuncError.self) { try Scaffolder.write(files, to: folder.path("hello")) }
        #expect(error.code == .directoryNotEmpty)
        #expect(error.message == "folder '\(folder.path("hello"))' is not empty: it holds '1', '2', '3' and more")
        #expect(try tree("hello") == ["1", "2", "3", "4"])
    }

    @Test func forceReplacesItsOwnFilesOnly() throws {
        try folder.write("old", to: "hello/a.txt")
        try folder.write("mine", to: "hello/sub/mine.txt")
        try Scaffolder.write(files, to: folder.path("hello"), force: true)
        #expect(try tree("hello") == ["a.txt", "sub", "sub/b.sh", "sub/link", "sub/mine.txt"])
        #expect(try folder.read("hello/a.txt") == "new")
        #expect(try folder.read("hello/sub/mine.txt") == "mine")
    }

    @Test func forceReplacesALinkAndNotWhatItPointsTo() throws {
        try folder.write("precious", to: "outside.txt")
        try folder.write("x", to: "hello/x")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("hello/a.txt"),
            withDestinationPath: "../outside.txt"
        )
        try Scaffolder.write(files, to: folder.path("hello"), force: true)
        #expect(try folder.read("outside.txt") == "precious")
        #expect(try folder.read("hello/a.txt") == "new")
    }

    @Test func doesNotWriteThroughALinkedFolder() throws {
        try folder.write("x", to: "outside/x")
        try folder.write("old", to: "hello/a.txt")
        try FileManager.default.createSymbolicLink(atPath: folder.path("hello/sub"), withDestinationPath: "../outside")
        let error = try #require(throws: FuncError.self) {
            try Scaffolder.write(files, to: folder.path("hello"), force: true)
        }
        #expect(error.code == .alreadyExists)
        #expect(try tree("outside") == ["x"])
        // The file that had been replaced before the fault is back.
        #expect(try folder.read("hello/a.txt") == "old")
    }

    @Test(arguments: ["sub", "sub/b.sh/x"])
    func takesEverythingBackWhenSomethingIsInTheWay(obstacle: String) throws {
        try folder.write("old", to: "hello/a.txt")
        try folder.write("obstacle", to: "hello/" + obstacle)
        let before = try tree()
        #expect(throws: FuncError.self) { try Scaffolder.write(files, to: folder.path("hello"), force: true) }
        #expect(try tree() == before)
        #expect(try folder.read("hello/a.txt") == "old")
    }

    @Test func leavesNothingWhenItCannotWrite() throws {
        // A name that no file system takes fails in the middle of staging.
        let tooLong = files + [Self.file("sub/" + String(repeating: "n", count: 300), "")]
        let error = try #require(throws: FuncError.self) { try Scaffolder.write(tooLong, to: folder.path("x/hello")) }
        #expect(error.code == .fileSystem)
        #expect(error.message.hasSuffix("file name too long"))
        #expect(try tree().isEmpty)
    }

    @Test func refusesAFileInThePlaceOfTheFolder() throws {
        try folder.write("x", to: "hello")
        let error = try #require(throws: FuncError.self) {
            try Scaffolder.write(files, to: folder.path("hello"), force: true)
        }
        #expect(error.code == .alreadyExists)
        #expect(try folder.read("hello") == "x")
    }

    @Test(arguments: ["../x", "/x", "a/../../x", "", "a//b", ".git/config", "a/.Git/x"])
    func refusesPathsThatLeadOutside(path: String) throws {
        let error = try #require(throws: FuncError.self) {
            try Scaffolder.write([Self.file(path, "")], to: folder.path("hello"))
        }
        #expect(error.code == .templateInvalid)
        #expect(try tree().isEmpty)
    }

    @Test func refusesToWriteThroughALinkOfItsOwn() throws {
        let hostile = [RenderedFile(path: "out", content: .link("sub")), Self.file("out/x", "")]
        #expect(throws: FuncError.self) { try Scaffolder.write(hostile, to: folder.path("hello")) }
    }
}
