import Foundation
import TestSupport
import Testing

@testable import FuncKit

@Suite struct SourceTreeTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("tree")
    }

    @Test func listsFilesAndFoldersByTheirBytes() throws {
        for name in ["b", "a/x", "a-b", "A", "é", "a/.hidden"] { try folder.write("12", to: name) }
        let files = try SourcePacker.list(root: folder.path)
        #expect(files.map(\.path) == ["A", "a", "a-b", "a/.hidden", "a/x", "b", "é"])
        #expect(files.first == PackedFile(path: "A", size: 2, kind: .file))
        #expect(files[1] == PackedFile(path: "a", size: 0, kind: .folder))
    }

    @Test func leavesOutWhatIsMadeAnewAndHistory() throws {
        for name in ["node_modules/m/i.js", "a/__pycache__/m.pyc", ".venv/x", ".git/config", "sub/.git", ".hks-func/s"]
        {
            try folder.write("x", to: name)
        }
        try folder.write("x", to: "main.py")
        #expect(try list() == ["a", "main.py", "sub"])
    }

    @Test func bringsBackDependenciesOnRequestOnly() throws {
        try folder.write("x", to: "node_modules/m/i.js")
        try folder.write("!node_modules/\n", to: ".funcignore")
        #expect(try list().contains("node_modules/m/i.js"))
    }

    @Test func neverPacksSecretsWhateverIsAskedFor() throws {
        try folder.write("!.env\n!.env*\n!*\n", to: ".funcignore")
        for name in [".env", ".env.local", "a/.env.production", ".envrc"] { try folder.write("KEY=value", to: name) }
        let options = PackOptions(include: [".env", "a/.env.production", "**"])
        #expect(try list(options) == [".funcignore", "a"])
    }

    @Test func funcignoreWinsOverGitignoreBesideItAndLosesToDeeperOnes() throws {
        try folder.write("*.log\nbuild/\n", to: ".gitignore")
        try folder.write("!keep.log\n*.md\n", to: ".funcignore")
        try folder.write("!note.md\n", to: "docs/.gitignore")
        for name in ["a.log", "keep.log", "build/out", "docs/note.md", "docs/other.md", "read.md"] {
            try folder.write("x", to: name)
        }
        #expect(try list() == [".funcignore", ".gitignore", "docs", "docs/.gitignore", "docs/note.md", "keep.log"])
    }

    @Test func includeOpensIgnoredFoldersAsFarAsNamed() throws {
        try folder.write("dist/\ngen/\nlib/\n", to: ".gitignore")
        for name in ["dist/a/b.js", "gen/x.json", "gen/x.txt", "gen/deep/y.json", "lib/z"] {
            try folder.write("x", to: name)
        }
        let options = PackOptions(include: ["dist", "./gen/*.json"])
        #expect(try list(options) == [".gitignore", "dist", "dist/a", "dist/a/b.js", "gen", "gen/x.json"])
        #expect(
            try list(PackOptions(include: ["gen/**/y.json"])) == [".gitignore", "gen", "gen/deep", "gen/deep/y.json"]
        )
    }

    @Test func excludeWinsOverEverything() throws {
        try folder.write("!*.txt\n", to: ".gitignore")
        for name in ["a.txt", "sub/b.txt", "keep"] { try folder.write("x", to: name) }
        let options = PackOptions(include: ["sub"], exclude: ["*.txt", "/.gitignore"])
        #expect(try list(options) == ["keep", "sub"])
    }

    @Test func entersNoIgnoredFolder() throws {
        try folder.write("/secret/\n", to: ".gitignore")
        try folder.write("x", to: "secret/file")
        // A folder that was entered would be found out by what cannot be packed in it.
        #expect(mkfifo(folder.path("secret/pipe"), 0o600) == 0)
        #expect(try list() == [".gitignore"])
    }

    @Test func keepsLinksToTheInside() throws {
        try folder.write("x", to: "a/file")
        try link("a/up", to: "../b")
        try link("dangling", to: "a/none")
        let files = try SourcePacker.list(root: folder.path).filter { $0.kind == .symbolicLink }
        #expect(files.map(\.path) == ["a/up", "dangling"])
    }

    @Test(arguments: [("out", "../x"), ("abs", "/etc/hostname"), ("twisted", "a/up/../../x")])
    func refusesLinksToTheOutside(name: String, target: String) throws {
        try folder.write("x", to: "a/file")
        try link("a/up", to: ".")
        try link(name, to: target)
        let error = #expect(throws: FuncError.self) { try list() }
        #expect(error?.code == .projectInvalid)
        #expect(
            error?.message
                == "cannot pack '\(name)': the symbolic link points outside of the project, to '\(target)'"
        )
    }

    @Test func refusesLinksInACircle() throws {
        try link("a", to: "b")
        try link("b", to: "a")
        let error = #expect(throws: FuncError.self) { try list() }
        #expect(error?.message == "cannot pack 'a': the symbolic link leads back to itself")
    }

    @Test func refusesSpecialFiles() throws {
        #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
        let error = #expect(throws: FuncError.self) { try list() }
        #expect(error?.code == .projectInvalid)
        #expect(error?.message == "cannot pack 'pipe': it is a named pipe")
    }

    @Test func refusesIgnoreFilesThatAreLinks() throws {
        try folder.write("secret\n", to: "rules")
        try link(".gitignore", to: "rules")
        let error = #expect(throws: FuncError.self) { try list() }
        #expect(error?.message == "cannot read ignore file '.gitignore': it is a symbolic link")
    }

    @Test func namesTheFolderThatIsMissing() {
        let error = #expect(throws: FuncError.self) { try SourcePacker.list(root: folder.path("none")) }
        #expect(error?.code == .fileSystem)
        #expect(error?.message.hasSuffix("no such file or directory") == true)
    }

    @Test func limitsAreToldWithTheLargestEntries() throws {
        for (name, size) in [("small", 1), ("big", 3000), ("bigger", 4000)] {
            try folder.write(String(repeating: "x", count: size), to: name)
        }
        let error = #expect(throws: FuncError.self) { try list(PackOptions(maxSourceBytes: 2048)) }
        #expect(error?.code == .sourceTooLarge)
        #expect(error?.message == "source has 6.8 KiB, more than the limit of 2 KiB")
        #expect(error?.details == ["3.9 KiB bigger", "2.9 KiB big", "1 B small"])
        let count = #expect(throws: FuncError.self) { try list(PackOptions(maxEntries: 2)) }
        #expect(count?.code == .sourceTooLarge)
        #expect(count?.message == "source has 3 files and folders, more than the limit of 2")
    }

    @Test(
        arguments: [
            ([0x61], "a"), ([0xC3, 0xA9], "é"), ([0x62, 0xFF, 0x63], "b\\xffc"), ([0x0A], "\\x0a"), ([0xC3], "\\xc3"),
            ([0xF0, 0x9F, 0x98, 0x80, 0x1B], "😀\\x1b"), ([0xED, 0xA0, 0x80], "\\xed\\xa0\\x80"),
        ] as [([UInt8], String)]
    )
    func showsNamesSafely(bytes: [UInt8], text: String) {
        #expect(EntryName(bytes).text == text)
    }

    private func list(_ options: PackOptions = PackOptions()) throws -> [String] {
        try SourcePacker.list(root: folder.path, options: options).map(\.path)
    }

    private func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: folder.path(name), withDestinationPath: target)
    }
}
