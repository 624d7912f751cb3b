import Foundation
import TestSupport
import Testing

@testable import FuncKit

@Suite struct CaseSequenceTests {
    private static let sequence = """
        name: makes and reads
        steps:
          - name: make
            request: { path: /items, json: { a: 1 } }
            expect: { status: 201 }
            capture: { id: "json.items[0].id", all: json, place: header.location }
          - request:
              path: "/items/${id}"
              json: { id: "${id}", text: "no ${id}", raw: "$${id}", all: "${all}" }
            expect: { matches: "^${place}$" }

        """

    private func read(_ text: String) throws -> RequestCase {
        try RequestCaseReader.read(text, file: "tests/cases/a.yaml")
    }

    @Test func `values of an answer are filled in with their types`() throws {
        let test = try read(Self.sequence)
        #expect(test.steps.count == 2)
        #expect(test.label(ofStep: 0) == "step 1, 'make'")
        #expect(test.label(ofStep: 1) == "step 2")
        let answer = CaseAnswer(
            status: 201,
            headers: [("location", "/a.b")],
            body: Data(#"{"items":[{"id":7}]}"#.utf8)
        )
        var values: [String: JSONValue] = [:]
        for capture in test.steps[0].captures { values[capture.name] = capture.part.value(of: answer) }
        #expect(values["id"] == .integer(7))
        let (input, expectation) = try test.steps[1].resolved(values)
        let request = try input.request(now: Date())
        #expect(request.path == "/items/7")
        let body = try JSONValue(parsing: try #require(request.body))
        let all = JSONValue.object(["items": .array([.object(["id": .integer(7)])])])
        #expect(
            body
                == .object(["id": .integer(7), "text": .string("no 7"), "raw": .string("${id}"), "all": all])
        )
        // What is captured is no pattern.
        for (body, fits) in [("/a.b", true), ("/aXb", false)] {
            let failures = expectation.failures(CaseAnswer(status: 200, headers: [], body: Data(body.utf8)))
            #expect(failures.isEmpty == fits, "\(body)")
        }
    }

    @Test(arguments: [
        ("steps:\n  - request: { path: \"/${x}\" }\n    expect: {}", "no step before captures 'x'", 2),
        ("steps:\n  - request: {}\n    expect: {}\n    capture: { a: jsn.b }", "a captured value is", 4),
        ("steps:\n  - request: {}\n    expect: {}\n    capture: { \"a-b\": json }", "letters, digits", 4),
        ("steps:\n  - expect: {}", "a step has exactly one of", 2),
        ("steps:\n  - request: {}\n    expect: {}\n  - event: { type: t }\n    expect: {}", "one type", 4),
        ("request: {}\nsteps:\n  - request: {}\n    expect: {}", "'request' is not known here", 1),
    ])
    func `faults are located`(text: String, message: String, line: Int) throws {
        let error = #expect(throws: FuncError.self) { try read(text) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(error?.location?.line == line)
    }

    @Test(arguments: [
        ("json.a.b", true), ("json[0].a", true), ("json", true), ("header.x-a", true), ("status", true),
        ("json.", false), ("json[x]", false), ("json[-1]", false), ("header.", false), ("jsonx", false), ("", false),
    ])
    func `parts of answers`(text: String, isPart: Bool) {
        #expect((AnswerPart(text) != nil) == isPart)
    }

    // MARK: Update

    private func update(_ text: String, _ answers: CaseAnswer...) throws -> (text: String, changes: [String]) {
        var record = CaseRunRecord()
        record.answers = answers
        record.values = answers.map { _ in ["id": .string("x")] }
        let (text, changes) = try CaseUpdate.apply(record, to: text, of: read(text))
        return (text, changes.map { "\($0.path): \($0.before) → \($0.after)" })
    }

    private func answer(_ status: Int, _ body: String, _ headers: [(name: String, value: String)] = []) -> CaseAnswer {
        CaseAnswer(status: status, headers: headers, body: Data(body.utf8))
    }

    @Test func `an update keeps comments, order and what a person has to decide`() throws {
        let text = """
            # about
            request: { path: /a }  # where
            expect:
              headers:
                Content-Type: text/plain  # kind
                Date: never
              status: 200 # as it was
              json:
                b: "1"   # quoted
                list: [1, 2]
                deep:
                  - x: 1
                    y: 2
                gone: true
              matches: "^a"
            """
        let seen = answer(
            404,
            #"{"b":"2","list":[1,3],"deep":[{"x":1,"y":5}],"gone":true,"more":1}"#,
            [("content-type", "application/json"), ("date", "now")]
        )
        let result = try update(text, seen)
        let expected = text.replacing("text/plain", with: "application/json").replacing(
            "status: 200",
            with: "status: 404"
        )
        .replacing(#"b: "1""#, with: #"b: "2""#).replacing("[1, 2]", with: "[1, 3]").replacing("y: 2", with: "y: 5")
        #expect(result.text == expected)
        #expect(
            result.changes == [
                "expect.headers.Content-Type: text/plain → \"application/json\"", "expect.status: 200 → 404",
                "expect.json.b: \"1\" → \"2\"", "expect.json.list[1]: 2 → 3", "expect.json.deep[0].y: 2 → 5",
            ]
        )
        #expect(try update(result.text, seen).changes.isEmpty)
    }

    @Test func `another shape replaces the smallest value that holds it`() throws {
        let text = "request: {}\nexpect:\n  json:\n    a:\n      b: 1\n    # kept\n    c: 2\n"
        let result = try update(text, answer(200, #"{"a":{"x":[1,2]},"c":2}"#))
        #expect(result.changes == [#"expect.json.a: b: 1 → {"x":[1,2]}"#])
        #expect(result.text.contains("    # kept\n    c: 2\n"))
        let again = try read(result.text).steps[0].resolved([:]).expectation
        #expect(again.json == .object(["a": .object(["x": .array([.integer(1), .integer(2)])]), "c": .integer(2)]))
    }

    @Test func `an empty expectation is filled, and names of captured values stay`() throws {
        let text = """
            steps:
              - request: {}
                expect: {}   # to be seen
                capture: { id: json.id }
              - request: {}
                expect: { status: 200, json: { id: "${id}", n: 1 } }
            """
        let result = try update(text, answer(201, #"{"id":"x"}"#), answer(200, #"{"id":"other","n":2}"#))
        #expect(
            result.text
                == text.replacing(
                    "expect: {}   #",
                    with: "expect:\n      status: 201\n      json: {\"id\":\"x\"}   #"
                ).replacing("n: 1", with: "n: 2")
        )
    }
}
