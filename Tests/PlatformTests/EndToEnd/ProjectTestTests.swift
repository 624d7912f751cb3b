import Foundation
import TestSupport
import Testing

/// `hks-func test`, where things are not as they should be.
@Suite(.tags(.platform)) struct ProjectTestTests {
    @Test func `a unit test that fails ends it with 10 and its runner's words on stderr`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello")
            try fixture.edit(folder + "/main.py", "{greeting}, {name}!", "{greeting} {name}")
            let run = try await fixture.run("test", "--unit", in: folder)
            #expect(run.status == 10)
            #expect(run.output.contains("✗ unit  test_main.HandlerTest.test_greets_the_world"))
            #expect(run.output.contains("\n1 passed, 4 failed in "), "\(run.output)")
            #expect(run.error.contains("AssertionError"))
            #expect(run.error.contains("Error: 4 of 5 tests of 'hello' failed"))
        }
    }

    @Test func `a case that fails says what was answered, and JUnit has it`() async throws {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello", "nodejs")
            try fixture.edit(folder + "/tests/cases/greets-by-name.yaml", "Hello, Ada!", "Bye, Ada!")
            let run = try await fixture.run("test", "--cases", "--junit", "report.xml", "-o", "json", in: folder)
            #expect(run.status == 10)
            let json = try run.json()
            #expect(json["passed"] as? Int == 1)
            #expect(json["failed"] as? Int == 1)
            let tests = try #require(json["tests"] as? [[String: Any]])
            #expect(tests.first?["failures"] as? [String] == [#"body.message is "Hello, Ada!", not "Bye, Ada!""#])
            #expect(try run.errorCode() == "tests_failed")
            let report = try String(contentsOfFile: folder + "/report.xml", encoding: .utf8)
            #expect(report.contains(#"tests="2" failures="1""#))
            #expect((tests.first?["differences"] as? [[String: Any]])?.first?["path"] as? String == "body.message")
            let chosen = try await fixture.run("test", "--filter", "refuses", in: folder)
            #expect(chosen.status == 0)
            #expect(chosen.output.contains("unit tests: 1 passed, 0 failed\nrequest cases: 1 passed, 0 failed\n"))
            let streamed = try await fixture.run("test", "--filter", "refuses", "--junit", "-", in: folder)
            #expect(streamed.output.hasPrefix("<?xml"))
        }
    }

    @Test func `a malformed case, one of another type and a function that does not start are told apart`() async throws
    {
        try await CommandLineFixture.with { fixture in
            let folder = try await fixture.project("hello")
            let file = folder + "/tests/cases/greets-by-name.yaml"
            try fixture.edit(file, "status: 200", "statsu: 200")
            let malformed = try await fixture.run("test", "--cases", in: folder)
            #expect(malformed.status == 3)
            #expect(malformed.error.contains("tests/cases/greets-by-name.yaml:7:3"))
            #expect(malformed.error.contains("did you mean 'status'?"))
            try Data("event: { type: t }\nexpect: {}\n".utf8).write(to: URL(fileURLWithPath: file))
            let foreign = try await fixture.run("test", "--cases", in: folder)
            #expect(foreign.status == 3)
            #expect(foreign.error.contains("is for a function of type 'event'"))
            try FileManager.default.removeItem(atPath: file)
            try fixture.edit(folder + "/main.py", "import os", "import nothing_of_that_name")
            let broken = try await fixture.run("test", "--cases", in: folder)
            #expect(broken.status == 1)
            #expect(broken.error.contains("nothing_of_that_name"))
        }
    }
}

extension ProgramRun {
    /// The code of the error that was printed as JSON.
    fileprivate func errorCode() throws -> String? {
        let line = try #require(error.split(separator: "\n").last { $0.hasPrefix("{") })
        let json = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return (json?["error"] as? [String: Any])?["code"] as? String
    }
}
