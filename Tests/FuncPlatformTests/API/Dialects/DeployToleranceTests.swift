import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

/// How the canonical dialect takes what other clients send to create and deploy functions. The letters are the rows of
/// the table of contradictions in the wire reference.
struct DeployToleranceTests {
    private let fixture: DialectFixture
    private let functions = DialectFixture.canonical + "/functions"
    private static let program = "def handler(event, context):\n    return 'hi'\n"

    init() throws {
        fixture = try DialectFixture()
    }

    private func body(_ more: String = "", source: String = program, name: String = "hello") throws -> String {
        let text = String(decoding: try JSONValue.string(source).document, as: UTF8.self)
        return #"{"name":"\#(name)","runtime":"python3.11","handler":"main.handler","source_code":\#(text)\#(more)}"#
    }

    @Test func `C3: plain text becomes the file of the handler`() async throws {
        try await fixture.with { client in
            let created = try await client.send(.post, functions, body())
            #expect(created.status == 201, "\(created.body)")
            #expect(try await fixture.files() == ["main.py": Self.program])
        }
    }

    @Test func `C3: base64 of text and of archives is decoded`() async throws {
        let text = Data(Self.program.utf8).base64EncodedString()
        let archive = try await fixture.archive(["main.py": Self.program, "lib/a.py": "A = 1\n"]).base64EncodedString()
        let zip = try await fixture.archive(["main.py": "Z = 1\n"], .zip).base64EncodedString()
        try await fixture.with { client in
            #expect(try await client.send(.post, functions, body(source: text)).status == 201)
            #expect(try await fixture.files() == ["main.py": Self.program])
            try await fixture.settled()
            let versions = functions + "/hello/versions"
            #expect(try await client.send(.post, versions, #"{"source_code":"\#(archive)"}"#).status == 201)
            #expect(try await fixture.files(version: 2)["lib/a.py"] == "A = 1\n")
            try await fixture.settled()
            #expect(try await client.send(.post, versions, #"{"source_code":"\#(zip)"}"#).status == 201)
            #expect(try await fixture.files(version: 3) == ["main.py": "Z = 1\n"])
        }
    }

    @Test func `C3: an explicit encoding is believed`() async throws {
        let text = Data(Self.program.utf8).base64EncodedString()
        try await fixture.with { client in
            let raw = try await client.send(.post, functions, body(#","source_encoding":"raw""#, source: text))
            #expect(raw.status == 201)
            #expect(try await fixture.files() == ["main.py": text])
            let wrong = try await client.send(.post, functions, body(#","source_encoding":"base64""#, name: "b"))
            #expect(wrong.status == 400)
            #expect(wrong.text("error")?.contains("'source_code'") == true)
            let unknown = try await client.send(.post, functions, body(#","source_encoding":"gzip""#, name: "b"))
            #expect(unknown.status == 400)
            #expect((unknown.json["errors"] as? [String: Any])?["source_encoding"] != nil)
        }
    }

    @Test func `C3: a form brings text or an archive as 'source'`() async throws {
        let zip = try await fixture.archive(["main.py": "Z = 1\n"], .zip)
        try await fixture.with { client in
            let form = [
                "name": "hello", "runtime": "python3.11", "handler": "main.handler", "timeout": "12", "memory": "512",
                "environment": #"{"A":"b"}"#,
            ]
            let file = ("code.py", Data(Self.program.utf8))
            let created = try await client.send(.post, functions, form: form, file: file)
            #expect(created.status == 201, "\(created.body)")
            #expect(created.number("timeout") == 12)
            #expect(created.number("memory") == 512)
            #expect(created.json["environment"] as? [String: String] == ["A": "b"])
            #expect(try await fixture.files() == ["main.py": Self.program])
            try await fixture.settled()
            let next = try await client.send(.post, functions + "/hello/versions", form: [:], file: ("s.zip", zip))
            #expect(next.status == 201, "\(next.body)")
            #expect(try await fixture.files(version: 2) == ["main.py": "Z = 1\n"])
            let inline = try await client.send(
                .post,
                functions,
                form: form.merging(["name": "b", "source": "X = 1"]) { $1 }
            )
            #expect(inline.status == 201, "\(inline.body)")
            #expect(try await fixture.files(of: "b") == ["main.py": "X = 1"])
            let incoming = fixture.control.folder.path("artifacts/incoming")
            #expect(try FileManager.default.contentsOfDirectory(atPath: incoming).isEmpty)
        }
    }

    @Test func `C4, C5: resources and timeout in all their places`() async throws {
        let forms: [(String, timeout: Int, memory: Int)] = [
            ("", 300, 256), (#","resources":null"#, 300, 256), (#","resources":{}"#, 300, 256),
            (#","timeout":40"#, 40, 256), (#","timeout":"30s""#, 30, 256), (#","timeout":"1m30s""#, 90, 256),
            (#","timeout":"45""#, 45, 256), (#","timeout_seconds":50"#, 50, 256),
            (#","resources":{"timeout":"20s","memory":"128Mi"}"#, 20, 128),
            (#","timeout":7,"timeout_seconds":8,"resources":{"timeout":9}"#, 7, 256),
            (#","memory":512"#, 300, 512), (#","memory":"512""#, 300, 512), (#","memory":"1Gi""#, 300, 1024),
            (#","memory_mb":128,"cpu":1"#, 300, 128), (#","memory":512,"resources":{"memory":"64Mi"}"#, 300, 64),
        ]
        try await fixture.with { client in
            for (index, form) in forms.enumerated() {
                let answer = try await client.send(.post, functions, body(form.0, name: "f\(index)"))
                #expect(answer.status == 201, "\(form.0): \(answer.body)")
                #expect(answer.number("timeout") == form.timeout, "\(form.0)")
                #expect(answer.number("memory") == form.memory, "\(form.0)")
            }
        }
    }

    @Test(arguments: [
        (#","timeout":"soon""#, "timeout"), (#","timeout":"0.5s""#, "timeout"), (#","timeout":[1]"#, "timeout"),
        (#","memory":"lots""#, "resources.memory"), (#","memory":true"#, "memory"),
        (#","resources":{"memory":256}"#, "resources.memory"), (#","resources":{"cpu":"x"}"#, "resources.cpu"),
        (#","resources":7"#, "resources"), (#","environment":{"A":1}"#, "environment.A"),
        (#","labels":[]"#, "labels"), (#","source_digest":"\#(String(repeating: "0", count: 64))""#, "source"),
    ])
    func `values that make no sense are refused by name`(more: String, field: String) async throws {
        try await fixture.with { client in
            let answer = try await client.send(.post, functions, body(more))
            #expect(answer.status == 400, "\(answer.body)")
            #expect(answer.text("error")?.contains(field) == true, "\(answer.body)")
        }
    }

    @Test func `C7, C4: changes are partial, and may bring a source`() async throws {
        try await fixture.with { client in
            #expect(try await client.send(.post, functions, body(#","environment":{"A":"b"}"#)).status == 201)
            try await fixture.settled()
            let changed = try await client.send(.put, functions + "/hello", #"{"timeout":"20s","memory":64}"#)
            #expect(changed.status == 200, "\(changed.body)")
            #expect(changed.text("change") == "version")
            // The answer is what was asked for, whether or not it serves yet.
            #expect(changed.number("timeout") == 20)
            #expect(changed.number("memory") == 64)
            #expect(changed.json["environment"] as? [String: String] == ["A": "b"])
            try await fixture.settled()
            let source = try await client.send(.put, functions + "/hello", #"{"source_code":"X = 1\n"}"#)
            #expect(source.status == 200, "\(source.body)")
            try await fixture.settled()
            #expect(try await fixture.files(version: 3) == ["main.py": "X = 1\n"])
            let shown = try await client.send(.get, functions + "/hello")
            #expect(shown.number("timeout") == 20)
            #expect(shown.number("memory") == 64)
            #expect(shown.json["environment"] as? [String: String] == ["A": "b"])
            #expect(shown.text("version") == "v3")
        }
    }

    @Test func `1.0: names of fields match in any case`() async throws {
        try await fixture.with { client in
            let body = #"{"Name":"hello","RUNTIME":"python","Source_Code":"X = 1\n","Environment":{"Key":"V"}}"#
            let created = try await client.send(.post, functions, body)
            #expect(created.status == 201, "\(created.body)")
            #expect(created.json["environment"] as? [String: String] == ["Key": "V"])
            let call = try await client.send(.post, functions + "/hello/invoke", #"{"Headers":7}"#)
            #expect(call.status == 400, "\(call.body)")
        }
    }

    @Test func `C10: ids and numbers of versions that clients give`() async throws {
        try await fixture.with { client in
            #expect(try await client.send(.post, functions, body()).status == 201)
            try await fixture.settled()
            let versions = functions + "/hello/versions"
            func deploy(_ more: String, _ text: String = "A = 1") async throws -> DialectClient.Answer {
                let answer = try await client.send(.post, versions, #"{"source_code":"\#(text)"\#(more)}"#)
                try await fixture.settled()
                return answer
            }
            let named = try await deploy(#","id":"hello-v5-k2f9","version":5"#)
            #expect(named.status == 201, "\(named.body)")
            #expect(named.text("id") == "hello-v5-k2f9")
            #expect(named.number("version") == 5)
            #expect(try await client.send(.get, versions + "/hello-v5-k2f9").number("version") == 5)
            #expect(try await deploy(#","version":"v7""#).number("version") == 7)
            #expect(try await deploy(#","version":"8""#).number("version") == 8)
            #expect(try await deploy(#","version":0"#, "B = 1").number("version") == 9)
            let taken = try await deploy(#","version":5"#)
            #expect(taken.status == 409)
            #expect(taken.text("code") == "already_exists")
            #expect(try await deploy(#","id":"hello-v5-k2f9""#).status == 409)
            for wrong in [
                #","version":-1"#, #","version":"next""#, #","version":1.5"#, #","id":"../x""#, #","id":"v3""#,
            ] {
                #expect(try await deploy(wrong).status == 400, "\(wrong)")
            }
        }
    }

    @Test func `C2: the project comes from the query, the body, the path, or is the default`() async throws {
        try await fixture.with { client in
            let query = try await client.send(.post, functions + "?project_id=shop", body(#","project_id":"other""#))
            #expect(query.status == 201, "\(query.body)")
            #expect(try await client.send(.post, functions, body(#","project_id":"other""#)).status == 201)
            let path = DialectFixture.canonical + "/projects/third/functions"
            #expect(try await client.send(.post, path, body()).status == 201)
            #expect(try await client.send(.post, functions, body()).text("project_id") == "default")
            let all = try await client.send(.get, functions + "?all_projects=true").list("functions")
            #expect(Set(all.compactMap { $0["project_id"] as? String }).count == 4)
            let bare = try JSONSerialization.jsonObject(with: try await client.send(.get, path).bytes)
            #expect((bare as? [[String: Any]])?.count == 1)
            let form = ["name": "f", "runtime": "python", "project_id": "shop", "source": "X = 1"]
            let unclear = try await client.send(.post, functions, form: form)
            #expect(unclear.status == 400)
            #expect(unclear.text("error")?.contains("'project_id'") == true)
        }
    }

    @Test(arguments: ["provider", "invocations", "sources", "capabilities"])
    func `words of the API are no names`(name: String) async throws {
        try await fixture.with { client in
            let answer = try await client.send(.post, functions, body(name: name))
            #expect(answer.status == 400)
            #expect(answer.text("error")?.contains("'\(name)'") == true)
        }
    }

    @Test func `what cannot be built is not taken silently`() async throws {
        try await fixture.with { client in
            let image = #"{"name":"hello","runtime":"python","image":"registry/x:1"}"#
            let refused = try await client.send(.post, functions, image)
            #expect(refused.status == 422)
            #expect(refused.text("error")?.contains("'image'") == true)
            let binary = Data([0, 1, 2, 3, 254]).base64EncodedString()
            let body = try body(#","source_encoding":"base64""#, source: binary)
            #expect(try await client.send(.post, functions, body).text("code") == "archive_invalid")
            let large = try self.body(source: String(repeating: "#\n", count: 9 << 20))
            #expect(try await client.send(.post, functions, large).status == 413)
            let file = ("big.zip", Data([0x50, 0x4B, 3, 4]) + Data(count: 1 << 20))
            let form = ["name": "hello", "runtime": "python"]
            #expect(try await client.send(.post, functions, form: form, file: file).status == 413)
        }
    }
}
