import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct LaunchFileTests {
    private func session(_ family: RuntimeFamily = .nodejs, port: Int = 9229) -> DebugSession {
        DebugSession(
            function: "hello",
            family: family,
            access: family == .php ? .editorListens(port) : .port(port),
            sources: "/data/app"
        )
    }

    private func merged(_ text: String, port: Int = 9229) throws -> String {
        try LaunchFile.merging(session(port: port).entry(), into: text, file: "launch.json")
    }

    /// The text as editors read it: without comments and without commas before closing brackets.
    private func json(_ text: String) throws -> [String: Any] {
        let lines = text.split(separator: "\n").map { line in
            line.firstMatch(of: /^([^"]*|.*[,\[{}\]]\s*)\/\/.*$/).map { String($0.1) } ?? String(line)
        }
        let plain = lines.joined(separator: "\n").replacing(/\/\*[\s\S]*?\*\//, with: "").replacing(/,(\s*[\]}])/) {
            $0.1
        }
        return try #require(try JSONSerialization.jsonObject(with: Data(plain.utf8)) as? [String: Any])
    }

    private func configurations(_ text: String) throws -> [[String: Any]] {
        try #require(try json(text)["configurations"] as? [[String: Any]])
    }

    @Test func `a file is written where there is none, and left alone the next time`() throws {
        let folder = try TemporaryFolder("launch")
        let file = LaunchFile(workspace: folder.path)
        #expect(try file.merge([session().entry()]))
        let text = try String(contentsOfFile: file.path, encoding: .utf8)
        let entry = try #require(try configurations(text).first)
        #expect(entry["name"] as? String == "hks-func: hello")
        #expect(entry["port"] as? Int == 9229)
        #expect(entry["localRoot"] as? String == "${workspaceFolder}")
        #expect(entry["remoteRoot"] as? String == "/data/app")
        #expect(try file.merge([session().entry()]) == false)
        #expect(try file.merge([session(port: 9230).entry()]))
        #expect(try configurations(String(contentsOfFile: file.path, encoding: .utf8)).count == 1)
    }

    @Test(arguments: [
        "{ \"configurations\": [] }",
        "{}",
        "{\n  // mine\n  \"version\": \"0.2.0\"\n}\n",
        "{\n  \"configurations\": [\n    { \"name\": \"a\" } // last\n    // and more\n  ],\n  \"x\": 1\n}\n",
        "{\n  \"configurations\": [\n    { \"name\": \"a\" }, /* comma */\n  ],\n}\n",
        "{\n\t\"configurations\": [{\"name\": \"a\"}, {\"name\": \"hks-func: other\"}]\n}",
        "{ \"note\": \"// not a comment, [ nor a bracket\", \"configurations\": [\n] }",
    ])
    func `entries are added, and everything else stays`(text: String) throws {
        let result = try merged(text)
        let before = (try json(text)["configurations"] as? [[String: Any]]) ?? []
        let after = try configurations(result)
        #expect(after.count == before.count + 1)
        #expect(after.last?["name"] as? String == "hks-func: hello")
        for comment in ["// mine", "// last", "// and more", "/* comma */", "\"x\": 1", "// not a comment"]
        where text.contains(comment) { #expect(result.contains(comment)) }
        #expect(try merged(result) == result)
    }

    @Test func `entries stand as deep as their neighbours, with tabs where those have them`() throws {
        let list = "\t\"configurations\": [\n\t\t{ \"name\": \"a\" }\n\t]"
        let result = try merged("{\n\(list)\n}\n")
        #expect(result.contains(" },\n\t\t{\n\t\t\t\"name\": \"hks-func: hello\",\n"), "\(result)")
        #expect(result.hasSuffix("\n\t\t}\n\t]\n}\n"))
        #expect(!result.contains("  "))
        #expect(try merged(result) == result)
    }

    @Test func `a link stays a link, and a file keeps its permissions`() throws {
        let folder = try TemporaryFolder("launch")
        try folder.write("{}", to: "mine/launch.json")
        try folder.write("", to: ".vscode/tasks.json")
        let files = FileManager.default
        try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.path("mine/launch.json"))
        let link = folder.path(".vscode/launch.json")
        try files.createSymbolicLink(atPath: link, withDestinationPath: "../mine/launch.json")
        #expect(try LaunchFile(workspace: folder.path).merge([session().entry()]))
        #expect(try files.destinationOfSymbolicLink(atPath: link) == "../mine/launch.json")
        #expect(try configurations(String(contentsOfFile: link, encoding: .utf8)).count == 1)
        let mode = try files.attributesOfItem(atPath: folder.path("mine/launch.json"))[.posixPermissions]
        #expect(mode as? Int == 0o600)
        let names = try files.contentsOfDirectory(atPath: folder.path(".vscode"))
        #expect(names.sorted() == ["launch.json", "tasks.json"])
    }

    @Test func `an entry of the same name is replaced in its place`() throws {
        let text = """
            {
              "configurations": [
                { "name": "a" }, // first
                { "name": "hks-func: hello", "port": 1 }, // ours
                { "name": "b" }
              ]
            }
            """
        let result = try merged(text, port: 4711)
        #expect(try configurations(result).map { $0["name"] as? String } == ["a", "hks-func: hello", "b"])
        #expect(try configurations(result)[1]["port"] as? Int == 4711)
        #expect(result.contains("// first") && result.contains("// ours"))
    }

    @Test(arguments: [
        ("[]", 1, 1), ("{ \"configurations\": {} }", 1, 21), ("{ \"configurations\": [ }", 1, 23),
        ("{\n \"a\": \"x\n}", 2, 7), ("{} trailing", 1, 4), ("{ /* open", 1, 3), ("{ 'a': 1 }", 1, 3),
        ("{ \"a\" 1 }", 1, 7), ("{ \"a\": 1 \"b\": 2 }", 1, 10),
        (String(repeating: "[", count: 5000), 1, 101),
    ])
    func `a file that no editor could read is refused with the place`(text: String, line: Int, column: Int) throws {
        let error = #expect(throws: FuncError.self) { try merged(text) }
        #expect(error?.code == .configInvalid)
        #expect(error?.location == SourceLocation(file: "launch.json", line: line, column: column))
    }

    @Test(arguments: RuntimeFamily.allCases.filter { $0 != .custom })
    func `every language has an entry that leads from the sources to the project`(family: RuntimeFamily) throws {
        let text = session(family, port: 9300).entry(localRoot: "${workspaceFolder}/shop").text
        #expect(try JSONSerialization.jsonObject(with: Data(text.utf8)) is [String: Any])
        #expect(text.contains("\"type\""))
        if ![.java].contains(family) {
            #expect(text.contains("${workspaceFolder}/shop"), "\(text)")
            #expect(text.contains("/data/app"))
        }
        if ![.rust, .dotnet].contains(family) { #expect(text.contains("9300")) }
    }

    /// What the extensions document, see docs/debugging.md for where.
    private static let members: [RuntimeFamily: String] = [
        .nodejs: """
        {"type": "node", "request": "attach", "address": "127.0.0.1", "port": 9300, "restart": true,
         "localRoot": "/p", "remoteRoot": "/data/app",
         "skipFiles": ["<node_internals>/**", "**/host/**", "!/p/**"]}
        """,
        .python: """
        {"type": "debugpy", "request": "attach", "connect": {"host": "127.0.0.1", "port": 9300}, "restart": true,
         "pathMappings": [{"localRoot": "/p", "remoteRoot": "/data/app"}]}
        """,
        .go: """
        {"type": "go", "request": "attach", "debugAdapter": "dlv-dap", "mode": "remote", "host": "127.0.0.1",
         "port": 9300, "substitutePath": [{"from": "/p", "to": "/data/app"}]}
        """,
        .java: #"{"type": "java", "request": "attach", "hostName": "127.0.0.1", "port": 9300}"#,
        .ruby: """
        {"type": "rdbg", "request": "attach", "debugPort": "127.0.0.1:9300", "localfsMap": "/data/app:/p",
         "nonstop": true}
        """,
        .php: """
        {"type": "php", "request": "launch", "hostname": "127.0.0.1", "port": 9300,
         "pathMappings": {"/data/app": "/p"}}
        """,
        .rust: """
        {"type": "lldb", "request": "attach", "pid": "${command:pickMyProcess}", "sourceMap": {"/data/app": "/p"}}
        """,
        .dotnet: """
        {"type": "coreclr", "request": "attach", "processId": "${command:pickProcess}", "justMyCode": true,
         "sourceFileMap": {"/data/app": "/p"}}
        """,
    ]

    @Test(arguments: RuntimeFamily.allCases.filter { $0 != .custom })
    func `entries have the members that the language's extension asks for`(family: RuntimeFamily) throws {
        let text = session(family, port: 9300).entry(localRoot: "/p").text
        var entry = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(entry.removeValue(forKey: "name") as? String == "hks-func: hello")
        let expected = try JSONSerialization.jsonObject(with: Data(try #require(Self.members[family]).utf8))
        #expect(NSDictionary(dictionary: entry) == expected as? NSDictionary, "\(text)")
    }

    @Test func `a project is named from the folder that the editor has open`() {
        #expect(LaunchEntry.root(of: "/a/b", in: "/a/b") == "${workspaceFolder}")
        #expect(LaunchEntry.root(of: "/a/b/c/d", in: "/a/b") == "${workspaceFolder}/c/d")
        #expect(LaunchEntry.root(of: "/a/bc", in: "/a/b") == "/a/bc")
    }
}
