import Foundation
import FuncKit
import TestSupport
import Testing

/// Clients of other kinds against a real platform: the Python SDK's calls, and plain curl.
@Suite(.tags(.platform)) struct DialectTests {
    @Test(arguments: ["basic", "polling", "cleanup"])
    func `the Python SDK's calls`(pattern: String) async throws {
        try await CommandLineFixture.with { fixture in
            let platform = try await fixture.startPlatform()
            let script = Self.fixtures + "/dialects/sdk_calls.py"
            let run = try await fixture.run(
                "/usr/bin/env",
                ["python3", "-W", "ignore", script, platform.url, platform.token, pattern]
            )
            #expect(run.status == 0, "\(run.error)")
            #expect(run.output == "ok\n")
        }
    }

    @Test func `curl creates, deploys and calls in the web console's dialect`() async throws {
        try await CommandLineFixture.with { fixture in
            let platform = try await fixture.startPlatform()
            let base = "\(platform.url)/api/v1/organizations/default/workspaces/default"
            func curl(_ arguments: String...) async throws -> (status: Int, json: [String: Any]) {
                let (url, flags) = (arguments[0], Array(arguments.dropFirst()))
                let answer = try await fixture.get(url, ["-H", "Authorization: Bearer \(platform.token)"] + flags)
                let json = try? JSONSerialization.jsonObject(with: Data(answer.body.utf8))
                return (answer.status, json as? [String: Any] ?? ["text": answer.body])
            }
            let source = fixture.workFolder + "/code.py"
            try Data(Self.program("one").utf8).write(to: URL(fileURLWithPath: source))
            let created = try await curl(
                "\(base)/projects/default/functions",
                "-Fname=hello", "-Fruntime=python39", "-Fhandler=main.handler", "-Ftimeout=30", "-Fmemory=256",
                "-Fsource=@\(source)"
            )
            #expect(created.status == 201, "\(created.json)")
            #expect(created.json["status"] as? String == "deploying")

            let call = #"-d{"payload":{"name":"Ada"}}"#
            let first = try await curl("\(base)/functions/hello/invoke", "-XPOST", call)
            #expect(first.json["status"] as? String == "success", "\(first.json)")
            #expect(first.json["output"] as? [String: String] == ["one": "Ada"])

            try Data(Self.program("two").utf8).write(to: URL(fileURLWithPath: fixture.workFolder + "/main.py"))
            let packed = try await fixture.run("/usr/bin/env", ["tar", "-czf", "source.tar.gz", "main.py"])
            #expect(packed.status == 0, "\(packed.error)")
            let archive = "-Fsource=@\(fixture.workFolder)/source.tar.gz"
            let deployed = try await curl("\(base)/functions/hello/deploy", "-Fversion=v1.1.0", archive)
            #expect(deployed.status == 200, "\(deployed.json)")
            #expect(deployed.json["version"] as? String == "v1.1.0")
            try await eventually("the new version answers") {
                let answer = try await curl("\(base)/functions/hello/invoke", "-XPOST", call)
                return answer.json["output"] as? [String: String] == ["two": "Ada"]
            }
            let back = try await curl("\(base)/functions/hello/deploy", "-Frollback_to=v1")
            #expect(back.json["status"] as? String == "active", "\(back.json)")
            let again = try await curl("\(base)/functions/hello/invoke", "-XPOST", call)
            #expect(again.json["output"] as? [String: String] == ["one": "Ada"])
            #expect(try await curl("\(base)/functions/hello", "-XDELETE").status == 204)
        }
    }

    @Test func `curl creates a function from text, and nobody outside makes a direct call`() async throws {
        try await CommandLineFixture.with { fixture in
            let platform = try await fixture.startPlatform()
            let body = #"""
                {"name":"shape","runtime":"python","handler":"main.handler",
                "source_code":"def handler(event, context):\n    return sorted(event)[:2]\n"}
                """#
            let token = ["-H", "Authorization: Bearer \(platform.token)"]
            let functions = "\(platform.url)/api/v1/workspaces/default/functions"
            let created = try await fixture.get(functions, token + ["-d", body])
            #expect(created.status == 201, "\(created.body)")
            try await eventually("it is ready") {
                try await fixture.get(functions + "/shape", token).body.contains(#""status":"ready""#)
            }
            let direct = ["-H", "X-HKS-Direct: 1", "-H", "Content-Type: application/json", "-d", #"{"a":1}"#]
            let outside = try await fixture.get("\(platform.url)/fn/default/shape/", direct)
            #expect(outside.body == #"["body","cookies"]"#)
            let call = #"{"payload":{"a":1},"headers":{"x-hks-direct":"1"}}"#
            let plain = try await fixture.get(functions + "/shape/invoke", token + ["-d", call])
            #expect(plain.body.contains(Data(#"["body","cookies"]"#.utf8).base64EncodedString()), "\(plain.body)")
            let asked = try await fixture.get(functions + "/shape/invoke", token + ["-d", #"{"payload":{"a":1},"direct":true}"#])
            #expect(asked.body.contains(Data(#"["a"]"#.utf8).base64EncodedString()), "\(asked.body)")
        }
    }

    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fixtures").path

    private static func program(_ key: String) -> String {
        "def handler(event, context):\n    return {'\(key)': event['data']['name']}\n"
    }
}

extension CommandLineFixture {
    /// Starts the platform; gives its address and its owner's token.
    func startPlatform() async throws -> (url: String, token: String) {
        let started = try await run("platform", "start")
        guard started.status == 0 else { throw NotInTime(description: "platform start: \(started.error)") }
        let state = folder.path("state/hks-func/platform/run/platform.json")
        let descriptor = try JSONValue(parsing: Data(contentsOf: URL(fileURLWithPath: state)))
        guard case .object(let fields) = descriptor, case .string(let url) = fields["url"],
            case .string(let token) = fields["token"]
        else { throw NotInTime(description: "no address in '\(state)'") }
        return (url, token)
    }
}
