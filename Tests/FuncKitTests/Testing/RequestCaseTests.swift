import Foundation
import TestSupport
import Testing

@testable import FuncKit

@Suite struct RequestCaseTests {
    private func read(_ text: String) throws -> RequestCase {
        try RequestCaseReader.read(text, file: "tests/cases/a.yaml")
    }

    @Test func `a request and all that is expected`() throws {
        let test = try read(
            """
            name: greets
            request:
              path: /?name=Ada
              query: { of: [a b, 1] }
              headers: { X-A: b }
              json: { n: 1, list: [true, null, 1.5, "2", 007, 18446744073709551616] }
            expect:
              status: 201
              headers: { Content-Type: application/json }
              json: { message: hi }
              matches: "h.i"
              logs: [one, two]
            """
        )
        #expect(test.name == "greets")
        let (input, expectation) = try test.steps[0].resolved([:])
        let request = try input.request(now: Date())
        #expect(request.method == "POST")
        #expect(request.path == "/?name=Ada")
        #expect(request.target == "/?name=Ada&of=a%20b&of=1")
        #expect(request.headers == ["X-A": ["b"], "Content-Type": ["application/json"]])
        let list: [JSONValue] = [
            .bool(true), .null, .number(1.5), .string("2"), .string("007"), .number(18_446_744_073_709_551_616),
        ]
        #expect(
            try JSONValue(parsing: try #require(request.body)) == .object(["n": .integer(1), "list": .array(list)])
        )
        #expect(expectation.status == 201)
        #expect(expectation.headers == ["content-type": .literal("application/json")])
        #expect(expectation.logs.map(\.text) == [.literal("one"), .literal("two")])
        #expect(test.type == .http)
    }

    @Test func `events, schedules and records`() throws {
        let event = try read(
            "event: { type: t, source: /s, region: eu, data: { a: 1 } }\nexpect: { status: 204 }"
        )
        #expect(event.name == "a.yaml")
        #expect(event.type == .event)
        let delivery = try event.steps[0].resolved([:]).input.request(now: Date())
        #expect(delivery.headers["ce-type"] == ["t"])
        #expect(delivery.headers["ce-region"] == ["eu"])
        #expect(delivery.body == Data(#"{"a":1}"#.utf8))
        let schedule = try read(
            "schedule: { schedule: nightly, scheduledTime: 2026-01-01T03:00:00Z }\nexpect: {}"
        )
        #expect(schedule.type == .scheduled)
        #expect(
            String(
                decoding: try #require(try schedule.steps[0].resolved([:]).input.request(now: Date()).body),
                as: UTF8.self
            ).contains("nightly")
        )
        let records = try read("records: [{ id: a, data: { n: 1 } }]\nexpect: { status: 204 }")
        let batch = try records.steps[0].resolved([:]).input.request(now: Date(timeIntervalSince1970: 0))
        let body = try JSONValue(parsing: try #require(batch.body))
        let record: JSONValue = .object([
            "id": .string("a"), "partition": .integer(0), "offset": .integer(0), "key": .null,
            "timestamp": .string("1970-01-01T00:00:00Z"), "data": .object(["n": .integer(1)]),
        ])
        #expect(body == .object(["source": .string("test"), "records": .array([record])]))
    }

    @Test(arguments: [
        ("request: {}\nexpect: {}\nexpct: 1", "'expct'", 3),
        ("expect: {}", "exactly one of", 1),
        ("request: {}\nevent: { type: t }\nexpect: {}", "exactly one of", 1),
        ("request: {}", "'expect' is missing", 1),
        ("request: { path: a }\nexpect: {}", "'path' starts with '/'", 1),
        ("request: { method: \"A B\" }\nexpect: {}", "is no method", 1),
        ("request: { headers: { a: \"b\\nc\" } }\nexpect: {}", "no header field of one line", 1),
        ("request: { body: { a: 1 } }\nexpect: {}", "'body' is a text", 1),
        ("request: { query: [a] }\nexpect: {}", "query items are 'name: value'", 1),
        ("request: { json: 1e999 }\nexpect: {}", "is no number of JSON", 1),
        ("request: {}\nexpect: { logs: [{ level: loud }] }", "'level' is one of", 2),
        ("request: {}\nexpect: { schema: { typ: x } }", "'typ' of JSON Schema is not supported", 2),
        ("steps: []", "at least one step", 1),
        ("request: { json: 1, body: x }\nexpect: {}", "exclude each other", 1),
        ("request: {}\nexpect: { status: soon }", "'status' is a number", 2),
        ("request: {}\nexpect: { matches: \"(\" }", "not a regular expression", 2),
        ("event: { source: /s }\nexpect: {}", "no 'type'", 1),
        ("event: { type: t, Bad-Name: x }\nexpect: {}", "cannot be an attribute", 1),
        ("schedule: { scheduledTime: noon }\nexpect: {}", "is not a time", 1),
        ("records: 1\nexpect: {}", "is a list", 1),
        ("- a", "keys with values", 1),
        ("request: [", "not valid YAML", 2),
    ])
    func `faults are located`(text: String, message: String, line: Int) throws {
        let error = #expect(throws: FuncError.self) { try read(text) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(error?.location?.file == "tests/cases/a.yaml")
        #expect(error?.location?.line == line)
    }

    @Test func `all faulty files of a project are named`() throws {
        let folder = try TemporaryFolder("cases")
        #expect(try RequestCaseReader.read(project: folder.path).isEmpty)
        try folder.write("request: {}\nexpect: {}", to: "tests/cases/b.yaml")
        try folder.write("request: {}\nexpect: {}", to: "tests/cases/a.yml")
        try folder.write("not a case", to: "tests/cases/notes.txt")
        #expect(
            try RequestCaseReader.read(project: folder.path).map(\.file) == ["tests/cases/a.yml", "tests/cases/b.yaml"]
        )
        try folder.write("x: 1", to: "tests/cases/c.yaml")
        let one = #expect(throws: FuncError.self) { try RequestCaseReader.read(project: folder.path) }
        #expect(one?.code == .caseInvalid)
        #expect(one?.location?.file == "tests/cases/c.yaml")
        try folder.write("y: 1", to: "tests/cases/d.yaml")
        let two = #expect(throws: FuncError.self) { try RequestCaseReader.read(project: folder.path) }
        #expect(two?.failures.count == 2)
    }

    @Test(
        arguments: [
            (#"{"a":1,"more":2}"#, []),
            (#"{"a":1.0,"b":[]}"#, []),
            (#"{"a":2}"#, ["body.a is 2, not 1"]),
            (#"{"b":1}"#, ["body.a is missing"]),
            ("[1]", ["body is [1], not {\"a\":1}"]),
            ("text", ["body is not JSON: 'text'"]),
        ] as [(String, [String])]
    )
    func `JSON may hold more than is expected`(body: String, failures: [String]) throws {
        var expectation = CaseExpectation()
        expectation.json = .object(["a": .integer(1)])
        let answer = CaseAnswer(status: 200, headers: [], body: Data(body.utf8))
        #expect(expectation.failures(answer).map(\.message) == failures)
    }

    @Test func `everything that is not as expected is named`() {
        var expectation = CaseExpectation()
        expectation.status = 200
        expectation.headers = ["x-a": .literal("1"), "x-b": .literal("2"), "x-c": .pattern("^z")]
        expectation.body = "yes"
        expectation.matches = "^y"
        let answer = CaseAnswer(status: 404, headers: [("x-a", "2"), ("x-c", "a")], body: Data("no".utf8))
        #expect(
            expectation.failures(answer).map(\.message) == [
                "status is 404, not 200; the body is 'no'", "header 'x-a' is '2', not '1'", "header 'x-b' is missing",
                "header 'x-c' is 'a' and does not match /^z/", "body is 'no', not 'yes'",
                "body 'no' does not match '^y'",
            ]
        )
        let headers = [(name: "x-a", value: "1"), (name: "x-b", value: "2"), (name: "x-c", value: "zz")]
        #expect(expectation.failures(CaseAnswer(status: 200, headers: headers, body: Data("yes".utf8))).isEmpty)
    }

    @Test func `bytes that are no text are compared as such`() throws {
        let test = try read("request: { base64: AP8= }\nexpect: { base64: AP8= }")
        let (input, expectation) = try test.steps[0].resolved([:])
        #expect(try input.request(now: Date()).body == Data([0, 0xFF]))
        #expect(expectation.failures(CaseAnswer(status: 200, headers: [], body: Data([0, 0xFF]))).isEmpty)
        let other = expectation.failures(CaseAnswer(status: 200, headers: [], body: Data([0, 0xFE])))
        #expect(other.map(\.message) == ["body has 2 bytes that differ at offset 1 from the 2 expected"])
    }

    @Test func `two cases of one name are refused`() throws {
        let folder = try TemporaryFolder("cases")
        try folder.write("name: x\nrequest: {}\nexpect: {}", to: "tests/cases/a.yaml")
        try folder.write("name: x\nrequest: {}\nexpect: {}", to: "tests/cases/b.yaml")
        let error = #expect(throws: FuncError.self) { try RequestCaseReader.read(project: folder.path) }
        #expect(error?.code == .caseInvalid)
        #expect(error?.message == "tests/cases/a.yaml has a case named 'x' as well")
        #expect(error?.location?.file == "tests/cases/b.yaml")
    }

    @Test func `a report becomes JUnit XML whose numbers its elements bear out`() throws {
        let report = TestReport([
            TestReport.Entry(kind: .unit, name: "go test", durationMilliseconds: 1500),
            TestReport.Entry(
                kind: .cases,
                name: "a <b> & \"c\"\u{1}",
                file: "tests/cases/a.yaml",
                durationMilliseconds: 2,
                failures: [.init("status is 1, not 2"), .init("more")]
            ),
            TestReport.Entry(kind: .contract, name: "s", outcome: .skipped, durationMilliseconds: nil, reason: "why"),
            TestReport.Entry(
                kind: .contract,
                name: "e",
                outcome: .error,
                durationMilliseconds: nil,
                failures: [.init("gone\nlast line")]
            ),
        ])
        let xml = JUnitReport.xml(report, suite: "hello")
        #expect(
            xml.contains(#"<testsuites name="hello" tests="4" failures="1" errors="1" skipped="1" time="1.502">"#)
        )
        #expect(xml.contains(#"<testcase classname="hello.unit" name="go test" time="1.500"/>"#))
        #expect(xml.contains(#"name="a &lt;b&gt; &amp; &quot;c&quot;\#u{FFFD}" file="tests/cases/a.yaml""#))
        #expect(xml.contains(#"<failure message="status is 1, not 2">status is 1, not 2&#10;more</failure>"#))
        #expect(xml.contains(#"<skipped message="why"/>"#))
        #expect(xml.contains(#"<error message="gone">gone&#10;last line</error>"#))
    }
}
