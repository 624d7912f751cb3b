import Foundation
import FuncKit
import TestSupport
import Testing

/// Every template of every language through its whole life, by the commands that a newcomer types.
@Suite(.tags(.platform), .serialized) struct MatrixTests {
    @Test(arguments: HostLanguage.allCases, FunctionType.allCases)
    func `a new project is tested, deployed, called, updated, rolled back and deleted`(
        language: HostLanguage,
        type: FunctionType
    ) async throws {
        try await CommandLineFixture.with { fixture in
            let project = try await fixture.scaffold(language, type)
            let tests = try await fixture.run("test", "-o", "json", in: project)
            #expect(tests.status == 0, "\(tests.output)\(tests.error)")
            let kinds = try #require(try tests.json()["tests"] as? [[String: Any]]).compactMap { $0["kind"] as? String }
            #expect(Set(kinds) == ["unit", "case", "contract"])
            #expect(kinds.count { $0 == "unit" } > 1, "tests are told one by one")

            let (run, first) = try await fixture.deploy(project)
            try #require(run.status == 0, "\(run.error)")
            #expect(first["version"] as? Int == 1)
            try await Life.of(type).check(fixture)
            try await fixture.sendSamples(of: project, type)

            let update = try await fixture.run("update", "--env", "GREETING=Hi", "-o", "json", in: project)
            #expect(update.status == 0, "\(update.error)")
            try await fixture.expectActive(2)
            if type == .http {
                #expect(try await fixture.run("invoke", "hello", "--query", "name=Ada").output.contains("Hi, Ada!"))
            }
            #expect(try await fixture.run("rollback", in: project).status == 0)
            try await fixture.expectActive(1)
            try await Life.of(type).check(fixture)
            #expect(try await fixture.run("delete", "hello", "--yes").status == 0)
            #expect(try await fixture.run("describe", "hello").status == 5)
        }
    }

    @Test func `functions of different languages call each other by URL`() async throws {
        try await CommandLineFixture.with { fixture in
            let greeter = try await fixture.project("greeter", "nodejs")
            let url = try #require(try await fixture.deploy(greeter).json["url"] as? String)
            let port = try #require(URLComponents(string: url)?.port)
            let front = try await fixture.pythonProject(
                "front",
                """
                import json
                import os
                import urllib.request


                def handler(event, context):
                    with urllib.request.urlopen(os.environ["GREETER"] + "?name=Ada") as answer:
                        return {"heard": json.load(answer)["message"]}
                """
            )
            // Not every resolver knows names below localhost; the path of a function works everywhere.
            let address = "http://127.0.0.1:\(port)/fn/default/greeter/"
            let (run, json) = try await fixture.deploy(front, ["--env", "GREETER=\(address)"])
            try #require(run.status == 0, "\(run.error)")
            let answer = try await fixture.get(try #require(json["url"] as? String))
            #expect(answer.status == 200)
            #expect(answer.body.contains("Hello, Ada!"))
        }
    }
}

/// How a template of one type is called, and what it then says.
private struct Life {
    var arguments: [String]
    var output: String
    var log: String

    static func of(_ type: FunctionType) -> Life {
        switch type {
        case .http:
            Life(arguments: ["--query", "name=Ada"], output: "Hello, Ada!", log: "Ada")
        case .event:
            Life(
                arguments: ["--event", "type=com.example.order.created", "-d", #"{"orderId":"A7","amount":12}"#],
                output: #""orderId":"A7""#,
                log: "order A7 over 12 received"
            )
        case .scheduled:
            Life(arguments: [], output: "", log: "run manual at ")
        case .stream:
            Life(arguments: ["-d", #"[{"amount":1},{"amount":-1}]"#], output: #""id":"1""#, log: "processed 0")
        }
    }

    func check(_ fixture: CommandLineFixture) async throws {
        let since = WireDate.format(Date())
        let call = try await fixture.run(CommandLineFixture.program, ["invoke", "hello", "--fail"] + arguments)
        #expect(call.status == 0, "\(call.error)")
        let compact = call.output.replacingOccurrences(of: ": ", with: ":").replacingOccurrences(of: ", ", with: ",")
        let holds = output.isEmpty ? call.output.isEmpty : call.output.contains(output) || compact.contains(output)
        #expect(holds, "\(call.output)")
        try await eventually("'\(log)' in the log") {
            try await fixture.run("logs", "hello", "--since", since).output.contains(log)
        }
    }
}

extension CommandLineFixture {
    /// Sends what lies in the project's folder `events`, as its README says, and fires its schedule.
    fileprivate func sendSamples(of project: String, _ type: FunctionType) async throws {
        let readme = try String(contentsOfFile: project + "/README.md", encoding: .utf8)
        let folder = project + "/events"
        let samples = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(!samples.isEmpty)
        for sample in samples {
            let command = ["invoke", type == .http ? "--request" : "--file", "events/" + sample]
            #expect(
                readme.contains("hks-func " + command.joined(separator: " ")),
                "README.md has no way to send \(sample)"
            )
            let call = try await run(Self.program, command + ["--fail"], in: project)
            #expect(call.status == 0, "\(sample): \(call.error)")
            if type == .http { #expect(call.output.contains("Hello, Ada!"), "\(sample): \(call.output)") }
        }
        guard type == .scheduled else { return }
        let fired = try await run("triggers", "fire", "nightly", "--fail", "-o", "json", in: project)
        #expect(fired.status == 0, "\(fired.error)")
        #expect(try fired.json()["status"] as? String == "completed")
    }

    fileprivate func expectActive(_ number: Int) async throws {
        let versions = try await run("versions", "list", "hello", "-o", "json")
        let list = try JSONSerialization.jsonObject(with: Data(versions.output.utf8)) as? [[String: Any]] ?? []
        let active = list.first { $0["is_active"] as? Bool == true }
        #expect(active?["version"] as? Int == number, "\(versions.output)")
    }
}
