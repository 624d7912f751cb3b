import Foundation
import FuncKit
import TestSupport
import Testing

@Suite struct ConfigFileTests {
    private let folder: TemporaryFolder
    private let directories: BaseDirectories

    init() throws {
        folder = try TemporaryFolder()
        directories = BaseDirectories(environment: [:], home: folder.path)
    }

    private func permissions(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func `edits keep order, types and what is not known`() throws {
        let text = """
            future: [1, "2", {a: b}]
            context: work
            quoted: "007"
            platform:
              port: 9000
              other: true
            """
        var config = try ConfigFile(path: directories.configFile, text: text)
        config.set("json", at: ["output"])
        config.set("/data", at: ["platform", "dataDir"])
        config.unset(["platform", "port"])
        try config.save()
        let saved = try folder.read(".config/hks-func/config.yaml")
        #expect(
            saved == """
                future:
                - 1
                - "2"
                - a: b
                context: work
                quoted: "007"
                platform:
                  other: true
                  dataDir: /data
                output: json

                """
        )
    }

    @Test func `saving is private, leaves nothing beside it and keeps links`() throws {
        let real = try folder.write("context: a\n", to: "dotfiles/config.yaml")
        try FileManager.default.createDirectory(atPath: directories.config, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: directories.configFile, withDestinationPath: real)
        var config = try ConfigFile.load(directories)
        config.set("b", at: ["context"])
        try config.save()
        #expect(try folder.read("dotfiles/config.yaml") == "context: b\n")
        #expect(try permissions(real) == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("dotfiles")) == ["config.yaml"])
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: directories.configFile)
        #expect(link == real)
    }

    @Test func `a new folder is for its owner only`() throws {
        var config = try ConfigFile.load(directories)
        config.set("json", at: ["output"])
        try config.save()
        #expect(try permissions(directories.config) == 0o700)
        #expect(try permissions(directories.configFile) == 0o600)
        #expect(try ConfigFile.load(directories).text(at: ["output"]) == "json")
    }

    @Test(arguments: [
        "yes", "true", "null", "~", "", "#x", "a: b", " x ", "1e3", "é", "it's \"q\"", "- a", "[x", "line\nbreak",
    ])
    func `every text comes back as it was set`(value: String) throws {
        var config = ConfigFile(path: directories.configFile)
        config.set(value, at: ["key", "inner"])
        try config.save()
        #expect(try ConfigFile.load(directories).text(at: ["key", "inner"]) == value)
    }

    @Test func `taking away the last value leaves a file that can be read`() throws {
        var config = ConfigFile(path: directories.configFile)
        config.set("x", at: ["a", "b", "c"])
        config.unset(["a", "b", "c"])
        #expect(config.keys(at: []).isEmpty)
        try config.save()
        #expect(try ConfigFile.load(directories).keys(at: []).isEmpty)
    }

    @Test(arguments: ["", "# only a comment\n", "null\n", "{}\n"])
    func `an empty file is an empty configuration`(text: String) throws {
        #expect(try ConfigFile(path: "/c", text: text).keys(at: []).isEmpty)
    }

    @Test(arguments: [
        ("a: [", 2), ("a: 1\na: 2\n", nil), ("a: 1\n\tb: 2\n", 2), ("- 1\n- 2\n", nil), ("text", nil), ("a: *b\n", nil),
        (String(repeating: "{a: ", count: 40) + "1" + String(repeating: "}", count: 40), nil),
    ])
    func `a file that is no configuration is refused`(text: String, line: Int?) throws {
        let error = #expect(throws: FuncError.self) { try ConfigFile(path: "/c/config.yaml", text: text) }
        #expect(error?.code == .configInvalid)
        if let line { #expect(error?.location?.line == line) }
    }

    @Test(arguments: [".hks-func/config.yaml", ".hks-func.yaml"])
    func `older files are read with one notice`(name: String) throws {
        let text = "default: {namespace: team}\napi: {endpoint: 'https://api.hexabase.ai'}\nauth: {token: secret}\n"
        let path = try folder.write(text, to: name)
        var config = try ConfigFile.load(directories)
        #expect(config.notice?.contains(path) == true)
        #expect(config.text(at: ["project"]) == "team")
        #expect(Contexts(config: config).all.map(\.name) == ["local", "hexabase"])
        config.set("json", at: ["output"])
        try config.save()
        #expect(try ConfigFile.load(directories).notice == nil)
        #expect(try folder.read(".config/hks-func/config.yaml").contains("secret") == false)
        #expect(try folder.read(name) == text)
    }

    @Test func `the present file goes before older ones`() throws {
        try folder.write("project: new\n", to: ".config/hks-func/config.yaml")
        try folder.write("default: {namespace: old}\n", to: ".hks-func.yaml")
        let config = try ConfigFile.load(directories)
        #expect(config.text(at: ["project"]) == "new")
        #expect(config.notice == nil)
    }

    @Test func `a folder that cannot be written is named`() throws {
        try folder.write("a file", to: ".config")
        var config = ConfigFile(path: directories.configFile)
        config.set("x", at: ["context"])
        let prepared = config
        let error = #expect(throws: FuncError.self) { try prepared.save() }
        #expect(error?.code == .fileSystem)
        #expect(error?.message == "cannot write '\(directories.configFile)': not a directory")
    }
}
