import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

@Suite struct PythonRecipeTests {
    @Test(arguments: [
        ("main.py", "def handler(e, c:\n    return 1\n", "syntax error in main.py:1: '(' was never closed"),
        ("lib/tools.py", "\n\nx = = 1\n", "syntax error in lib/tools.py:3: invalid syntax"),
        (
            "main.py", "def f():\nreturn 1\n",
            "syntax error in main.py:2: expected an indented block after function definition on line 1"
        ),
    ])
    func `names file and line of a syntax error`(file: String, text: String, message: String) async throws {
        let fixture = try BuilderFixture()
        try fixture.write("", to: "ok.py")
        try fixture.write(text, to: file)
        let error = try await failure(fixture, fixture.request())
        #expect(error.code == .buildFailed)
        #expect(error.message == message)
        #expect(!error.details.isEmpty)
    }

    @Test func `does not look at files that are not the function's`() async throws {
        let fixture = try BuilderFixture()
        try fixture.write("", to: "main.py")
        for name in [".hidden/a.py", "venv/lib/b.py", "node_modules/x/c.py"] {
            try fixture.write("x = = 1\n", to: name)
        }
        _ = try await fixture.builder.build(fixture.request())
    }
}

@Suite struct NodeRecipeTests {
    @Test func `starts the host and installs nothing without dependencies`() async throws {
        let fixture = try BuilderFixture(family: "nodejs")
        try fixture.write("export const handler = async () => 1;\n", to: "index.mjs")
        try fixture.write(#"{"name":"x","devDependencies":{"y":"1"}}"#, to: "package.json")
        let bundle = try await fixture.builder.build(fixture.request(runtime: "nodejs20", handler: "index.handler"))
        #expect(bundle.command.count == 2 && bundle.command[1] == bundle.folder + "/host/main.mjs")
        #expect(!FileManager.default.fileExists(atPath: bundle.folder + "/app/node_modules"))
    }

    @Test(arguments: [
        ("index.mjs", "index.handler", "export const handler = () => {\n  return {;\n}\n"),
        ("index.js", "", "const a = 1;\nconst b = {;\n"),
        ("src/app.cjs", "src/app.run", "\nexports.run = (;\n"),
    ])
    func `names file and line of a syntax error`(file: String, handler: String, text: String) async throws {
        let fixture = try BuilderFixture(family: "nodejs")
        try fixture.write(text, to: file)
        let error = try await failure(fixture, fixture.request(runtime: "nodejs20", handler: handler))
        #expect(error.code == .buildFailed)
        #expect(error.message == "syntax error in \(file):2: Unexpected token ';'")
    }

    @Test func `leaves a syntax error to the start while it is developed, and names it where that fails`() async throws
    {
        let fixture = try BuilderFixture(family: "nodejs") { $0.develop = DevelopMode() }
        let request = fixture.request(runtime: "nodejs20", handler: "index.handler")
        try fixture.write("exports.handler = () => {\n  return {;\n}\n", to: "index.js")
        _ = try await fixture.builder.build(request)
        let error = await #expect(throws: FuncError.self) {
            try await fixture.builder.explainFailedStart(of: request)
        }
        #expect(error?.code == .buildFailed)
        #expect(error?.message == "syntax error in index.js:2: Unexpected token ';'")
        var debugged = request
        debugged.isForDebugger = true
        await #expect(throws: FuncError.self) { try await fixture.builder.build(debugged) }
    }

    @Test func `blames no sources that are in order`() async throws {
        let fixture = try BuilderFixture(family: "nodejs") { $0.develop = DevelopMode() }
        let request = fixture.request(runtime: "nodejs20", handler: "index.handler")
        try fixture.write("throw new Error('at start');\n", to: "index.js")
        _ = try await fixture.builder.build(request)
        try await fixture.builder.explainFailedStart(of: request)
    }

    @Test(arguments: [("22.18.0", "index.ts"), ("23.6.1", "src/index.mts"), ("24.0.0", "index.cts")])
    func `takes TypeScript where Node.js runs it`(version: String, file: String) async throws {
        let fixture = try FakeNode(version: version)
        let handler = file.prefix { $0 != "." } + ".handler"
        _ = try await fixture.build([file: "const a: number = 1;\n"], handler: String(handler))
    }

    @Test(arguments: ["14.21.3", "20.20.2", "22.17.1", "23.5.0"])
    func `says that an older Node.js does not run TypeScript`(version: String) async throws {
        let fixture = try FakeNode(version: version)
        let error = await #expect(throws: FuncError.self) { try await fixture.build(["index.ts": ""]) }
        #expect(error?.code == .buildFailed)
        #expect(error?.message == "'index.ts' is TypeScript, which Node.js \(version) does not run")
        #expect(error?.hint?.contains("22.18") == true)
        _ = try await fixture.build(["index.ts": "", "index.js": ""], source: "compiled")
    }
}
