import Foundation
import FuncKit
import TestSupport
import Testing

@Suite struct ScaffolderRenderTests {
    private let folder: TemporaryFolder
    private let manifest = """
        name: x
        variables:
          - { name: name }
          - { name: title, default: "A \\"title\\"" }
          - { name: tests, type: bool, default: true }
        """

    init() throws {
        folder = try TemporaryFolder("render")
    }

    private func render(_ files: [String: String], rules: String = "", _ values: [String: String] = [:]) throws
        -> [RenderedFile]
    {
        var files = files
        files["template.yaml"] = manifest + "\n" + rules
        return try Scaffolder.render(try folder.template(files), ["name": "hello"].merging(values) { $1 })
    }

    @Test(arguments: [
        ("plain", "plain"),
        ("", ""),
        ("{{name}}", "hello"),
        ("<{{ name }}{{name}}>", "<hellohello>"),
        ("\\{{name}}", "{{name}}"),
        ("a\\b {{name}} }} { {", "a\\b hello }} { {"),
        ("{{title}}", "A \"title\""),
        ("{{title|json}}", "\"A \\\"title\\\"\""),
        ("{{ name | json }}\r\n{{name}}", "\"hello\"\r\nhello"),
        ("日本 {{name}} 語", "日本 hello 語"),
    ])
    func fillsInContents(text: String, expected: String) throws {
        #expect(try render(["file": text]).texts["file"] == expected)
    }

    @Test(arguments: [
        ("{{nmae}}", 1, 1, "unknown placeholder 'nmae'", "did you mean 'name'?"),
        ("a\nbc {{ other.thing }}", 2, 4, "unknown placeholder 'other.thing'", "write \\{{ for a plain {{"),
        ("{{name|html}}", 1, 1, "unknown placeholder 'name|html'", "write \\{{ for a plain {{"),
        ("{{}}", 1, 1, "unknown placeholder ''", "write \\{{ for a plain {{"),
        ("x\r\n\r\n  {{name\n}}", 3, 3, "a placeholder is not closed", nil),
        ("{{name}} {{", 1, 10, "a placeholder is not closed", nil),
    ])
    func locatesUnknownPlaceholders(text: String, line: Int, column: Int, message: String, hint: String?) throws {
        let error = try #require(throws: FuncError.self) { try render(["dir/file.py": text]) }
        #expect(error.code == .templateInvalid)
        #expect(error.description == "dir/file.py:\(line):\(column): \(message)")
        #expect(error.hint == hint)
    }

    @Test func valuesAreNotRenderedAgain() throws {
        #expect(try render(["file": "{{name}}"], ["name": "{{title}}"]).texts["file"] == "{{title}}")
    }

    @Test func fillsInNamesOfFilesAndFolders() throws {
        let files = try render([
            "__name__/__init__.py": "", "__name__/test___name__.py": "", "__unknown__.txt": "", ".gitignore": "",
        ])
        #expect(files.map(\.path) == [".gitignore", "__unknown__.txt", "hello/__init__.py", "hello/test_hello.py"])
    }

    @Test(arguments: ["..", ".", "", ".git", ".GIT", "a/../../b", "/etc", "x/.git/hooks"])
    func refusesNamesThatLeadOutside(name: String) throws {
        let error = try #require(throws: FuncError.self) { try render(["__name__/file": ""], ["name": name]) }
        #expect(error.code == .templateInvalid)
    }

    @Test func refusesTwoFilesWithOneName() throws {
        let same = try #require(throws: FuncError.self) { try render(["__name__": "", "hello": ""]) }
        #expect(same.message == "two files of the template are written to 'hello'")
        try FileManager.default.removeItem(atPath: folder.path("template"))
        let inside = try #require(throws: FuncError.self) { try render(["__name__/x": "", "hello": ""]) }
        #expect(inside.message == "the template writes 'hello' as a file and as a folder")
    }

    @Test func binaryFilesAreCopied() throws {
        let nul = Data("{{unknown}}\0".utf8)
        let notText = Data([0x7B, 0x7B, 0xFF])
        try folder.write(nul, to: "template/a.bin")
        try folder.write(notText, to: "template/b.bin")
        let files = try render([:])
        #expect(files.map(\.content) == [.file(nul, isExecutable: false), .file(notText, isExecutable: false)])
    }

    @Test func rulesDecideWhatIsWrittenAndRun() throws {
        let rules = """
            files:
              - { path: "tests/**", when: tests }
              - { path: "bin/*.sh", executable: true }
              - { path: own.sh, executable: false }
            """
        try folder.write("", to: "template/own.sh")
        try folder.write("", to: "template/kept")
        for name in ["own.sh", "kept"] {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755],
                ofItemAtPath: folder.path("template/" + name)
            )
        }
        let contents = ["tests/a/b.py": "", "bin/run.sh": "", "bin/deep/run.sh": "", "main.py": ""]
        let all = try render(contents, rules: rules)
        #expect(all.map(\.path) == ["bin/deep/run.sh", "bin/run.sh", "kept", "main.py", "own.sh", "tests/a/b.py"])
        #expect(all.executables == ["bin/run.sh", "kept"])
        let some = try render(contents, rules: rules, ["tests": "no"])
        #expect(!some.map(\.path).contains("tests/a/b.py"))
        #expect(some.count == all.count - 1)
    }

    @Test func aRuleThatFitsNothingIsAMistake() throws {
        let error = try #require(throws: FuncError.self) {
            try render(["a": ""], rules: "files: [{ path: b, executable: true }]")
        }
        #expect(error.message == "rule 'b' in template.yaml fits none of the template's files")
    }

    @Test(arguments: [
        ("a", "x/y", true), ("a/b/c", "../../x", true), ("a", "../x", false), ("a", "/etc", false),
        ("a/b", "x/../../y", false),
    ])
    func keepsLinksThatStayInside(path: String, target: String, isKept: Bool) throws {
        let link = folder.path("template/" + path)
        let parent = URL(fileURLWithPath: link).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        if isKept {
            #expect(try render([:]) == [RenderedFile(path: path, content: .link(target))])
        } else {
            let error = try #require(throws: FuncError.self) { try render([:]) }
            #expect(error.message == "link '\(path)' of the template leads outside, to '\(target)'")
        }
    }

    @Test func refusesSpecialFiles() throws {
        try folder.write("", to: "template/a")
        try #require(mkfifo(folder.path("template/pipe"), 0o600) == 0)
        let error = try #require(throws: FuncError.self) { try render([:]) }
        #expect(error.message == "'pipe' in the template is not a regular file")
    }

    @Test func leavesOutWhatToolsKeepForThemselves() throws {
        let files = try render([".git/config": "", "a/.git": "", "__pycache__/x": "", "a/b": ""])
        #expect(files.map(\.path) == ["a/b"])
    }
}
