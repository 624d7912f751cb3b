import Foundation
import Testing

@testable import FuncKit

@Suite struct JSONSchemaTests {
    private func schema(_ text: String) throws -> JSONSchema {
        let text = "request: {}\nexpect: { schema: \(text) }"
        let test = try RequestCaseReader.read(text, file: "a.yaml")
        return try #require(try test.steps[0].resolved([:]).expectation.schema)
    }

    @Test(
        arguments: [
            ("{type: integer}", "1", nil), ("{type: integer}", "1.0", nil),
            ("{type: integer}", "1.5", "body is number, not integer"),
            ("{type: [string, \"null\"]}", "null", nil), ("{type: number}", "1", nil),
            ("{type: boolean}", "0", "body is integer, not boolean"),
            ("{const: {a: 1}}", #"{"a":1.0}"#, nil), ("{const: 1}", "2", "body is 2, not 1"),
            ("{enum: [a, b]}", #""c""#, #"body is "c", none of ["a","b"]"#),
            ("{properties: {a: {type: string}}, required: [a, b]}", #"{"a":1}"#, "body.a is integer, not string"),
            ("{required: [b]}", "{}", "body.b is missing"), ("{required: [b]}", "[]", nil),
            ("{properties: {a: true}, additionalProperties: false}", #"{"b":1}"#, "body.b is not allowed"),
            ("{additionalProperties: {type: string}}", #"{"b":1}"#, "body.b is integer, not string"),
            ("{items: {minimum: 2}}", "[2,1]", "body[1] is 1, less than 2"),
            ("{prefixItems: [{type: string}], items: false}", #"["a",1]"#, "body[1] is not allowed"),
            ("{minItems: 2}", "[1]", "body has 1 items, fewer than 2"),
            ("{uniqueItems: true}", "[1,2,1.0]", "body has the same item at 0 and 2"),
            ("{maxLength: 2}", #""abc""#, "body has 3 characters, more than 2"),
            ("{pattern: \"^a+$\"}", #""ab""#, "body is 'ab', which does not match '^a+$'"),
            ("{format: date-time}", #""2026-01-31T12:00:00Z""#, nil),
            ("{format: uuid}", #""x""#, "body is 'x', no uuid"),
            ("{exclusiveMinimum: 1}", "1", "body is 1, not more than 1"), ("{multipleOf: 0.1}", "0.3", nil),
            ("{multipleOf: 2}", "3", "body is 3, no multiple of 2"), ("{maximum: 1}", #""text""#, nil),
            ("{anyOf: [{type: string}, {minimum: 5}]}", "6", nil),
            (
                "{anyOf: [{type: string}, {minimum: 5}]}", "1",
                "body fits none of 'anyOf': body is integer, not string; body is 1, less than 5"
            ),
            ("{oneOf: [{type: integer}, {minimum: 5}]}", "6", "body fits 2 of 'oneOf'"),
            ("{allOf: [{type: integer}, {minimum: 5}]}", "4", "body is 4, less than 5"),
            ("{not: {type: string}}", #""a""#, "body fits 'not'"), ("{not: {type: string}}", "1", nil),
            ("{$ref: \"#/$defs/a\", $defs: {a: {type: string}}}", "1", "body is integer, not string"),
            ("{$ref: \"#\"}", "1", "the schema refers to itself without end at body"), ("true", "1", nil),
            (
                "{properties: {a: {$ref: \"#\"}}, additionalProperties: false}", #"{"a":{"a":{"b":1}}}"#,
                "body.a.a.b is not allowed"
            ),
        ] as [(String, String, String?)]
    )
    func `values are held against schemas`(schema text: String, value: String, violation: String?) throws {
        let violations = try schema(text).violations(of: JSONValue(parsing: Data(value.utf8)))
        #expect(violations.first == violation)
    }

    @Test(arguments: [
        "{patternProperties: {}}", "{if: true}", "{$ref: \"https://example.com/a\"}", "{$ref: \"#/$defs/none\"}",
        "{type: text}", "{type: []}", "{format: ipv4}", "{minimum: low}", "{minItems: -1}", "{pattern: \"(\"}",
        "{anyOf: []}", "{required: [1]}", "{properties: {a: {typ: x}}}", "{multipleOf: 0}", "1",
    ])
    func `what is not understood is refused`(text: String) {
        let error = #expect(throws: FuncError.self) { try schema(text) }
        #expect(error?.code == .caseInvalid)
        #expect(error?.location?.line == 2)
    }
}
