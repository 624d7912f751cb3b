import Foundation
import FuncKit
import Testing

@testable import FuncPlatform

/// What a source that is sent as text is taken for.
struct SourceIntakeTests {
    @Test(arguments: [
        "print(1)", "pass", "main", "x=1", "abcd", "AAAA", "aGVsbG8=", "", "a\nb=", "YWJj\n", "cHJpbnQoMSk", "0000",
    ])
    func `plain text stays plain`(text: String) throws {
        #expect(try SourceContent(text, encoding: nil) == .file(Data(text.utf8)))
    }

    @Test func `base64 is decoded where it leads to a program or an archive`() throws {
        let program = Data("def f():\n  pass\n".utf8)
        #expect(try SourceContent(program.base64EncodedString(), encoding: nil) == .file(program))
        let tar = Data(count: 257) + Data("ustar".utf8) + Data(count: 250)
        for bytes in [Data([0x50, 0x4B, 3, 4, 0]), Data([0x1F, 0x8B, 8, 0]), tar] {
            #expect(try SourceContent(bytes.base64EncodedString(), encoding: nil) == .archive(bytes))
        }
        #expect(try SourceContent("pass", encoding: .base64) == .file(Data(base64Encoded: "pass")!))
        #expect(throws: FuncError.self) { try SourceContent("a b", encoding: .base64) }
        // Bits that padding makes meaningless: another text for the same bytes.
        #expect(throws: FuncError.self) { try SourceContent("aGk1bB==", encoding: .base64) }
    }

    @Test(arguments: [
        ("python3.9", "main.handler", "main.py"), ("python", "handler", "main.py"), ("python", "app.py", "app.py"),
        ("python", "pkg/mod.run", "pkg/mod.py"), ("python", "pkg.mod.run", "pkg/mod.py"), ("python", "", "main.py"),
        ("nodejs18", "index.handler", "index.js"), ("nodejs18", "handler", "index.js"),
        ("nodejs", "src/app.run", "src/app.js"), ("ruby3.1", "handler.handler", "handler.rb"),
        ("php8.2", "index.php", "index.php"), ("php", "index.handler", "index.php"), ("go1.21", "main", "handler.go"),
        ("java17", "com.example.Handler", "src/main/java/com/example/Handler.java"),
        ("java17", "a.B::run", "src/main/java/a/B.java"), ("dotnet6", "Function::Handler", "Function.cs"),
        ("rust", "handler", "src/lib.rs"),
    ])
    func `a text lies where its runtime looks for the handler`(runtime: String, handler: String, path: String) throws {
        #expect(try SourceFile(runtime: runtime, handler: handler, text: "").path == path)
    }

    @Test(arguments: [
        ("export const handler = 1", "index.mjs"), ("import fs from 'fs'\n", "index.mjs"),
        ("x\n  export default f", "index.mjs"), ("exports.handler = 1", "index.js"),
        ("const x = import('a')", "index.js"), ("import('a').then(f)", "index.js"),
    ])
    func `Node.js modules get the ending that makes them one`(text: String, path: String) throws {
        #expect(try SourceFile(runtime: "nodejs18", handler: "index.handler", text: text).path == path)
    }

    @Test(arguments: ["../x.handler", "/etc/x.handler", "a//b.handler", ".hidden.handler", "a b.c", "a\nb.c", "x/../y.z"])
    func `handlers lead nowhere else`(handler: String) {
        let error = #expect(throws: FuncError.self) { try SourceFile(runtime: "python", handler: handler, text: "") }
        #expect(error?.field == "handler")
    }

    @Test func `a member of a document is found as it stands there`() {
        let document = Data(#" { "a" : [1, {"payload": 2}], "pay\u006coad" : {"x":"}\"", "n":1.0} , "z":-1e5 } "#.utf8)
        func member(_ name: String) -> String? {
            RawJSON.member(name, of: document).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(member("payload") == #"{"x":"}\"", "n":1.0}"#)
        #expect(member("a") == #"[1, {"payload": 2}]"#)
        #expect(member("z") == "-1e5")
        #expect(member("x") == nil)
        #expect(RawJSON.member("a", of: Data("[1]".utf8)) == nil)
        let added = RawJSON.adding("r", Data("[1.0]".utf8), to: Data("{}".utf8))
        #expect(String(decoding: added, as: UTF8.self) == #"{"r":[1.0]}"#)
    }
}
