import Foundation
import Testing

@testable import FuncKit

struct JSONTextTests {
    @Test(arguments: [
        "{}", "[]", " {\"a\" : [1, -0.5e+3, true, false, null, \"x\\n\\u00e9\\\"\"]} \n", "\"grüße\"", "0", "-0",
        "[[[[]]]]",
    ])
    func `reads what is JSON`(text: String) throws {
        #expect(try JSONText.parse(Data(text.utf8)) == JSONValue(parsing: Data(text.utf8)))
    }

    @Test(arguments: [
        ("", 1, 1, "missing at the end"), ("{\n  \"a\": 1,\n  b: 2\n}", 3, 3, "a name"), ("{\"a\": 1", 1, 8, "'}'"),
        ("[1, 2,]", 1, 7, "a value"), ("{\"a\" 1}", 1, 6, "':'"), ("{} {}", 1, 4, "the end"),
        ("[\"ü\", x]", 1, 7, "a value"), ("01", 1, 1, "a number"), ("[1.]", 1, 2, "a number"), ("1e", 1, 1, "a number"),
        ("\"a\nb\"", 1, 3, "control character"), ("\"abc", 1, 1, "does not end"), ("\"\\x\"", 1, 2, "an escape"),
        ("\"\\u12\"", 1, 2, "four hexadecimal"), ("tru", 1, 1, "a value"), ("{'a': 1}", 1, 2, "a name"),
        (String(repeating: "[", count: 300), 1, 257, "too deeply"), ("[1\n 2]", 2, 2, "','"),
    ])
    func `says where something is malformed`(text: String, line: Int, column: Int, reason: String) throws {
        let error = try #require(throws: FuncError.self) { try JSONText.parse(Data(text.utf8), file: "a.json") }
        #expect(error.code == .invalidArgument)
        #expect(error.location == SourceLocation(file: "a.json", line: line, column: column))
        #expect(error.message.contains(reason), "\(error.message)")
    }

    @Test func `bytes that are no text are refused`() {
        #expect(throws: FuncError.self) { try JSONText.parse(Data([0x22, 0xFF, 0x22])) }
        #expect(throws: FuncError.self) { try JSONText.parse(Data([0x00])) }
    }

    @Test func `agrees with the reader on random text`() {
        var generator = SystemRandomNumberGenerator()
        let pieces = ["{", "}", "[", "]", ",", ":", "\"a\"", "1", "-", ".5", "true", "nul", " ", "\n", "\\"]
        for _ in 0..<5_000 {
            let text = (0..<Int.random(in: 1...8, using: &generator)).map { _ in pieces.randomElement() ?? "" }.joined()
            var scanner = JSONScanner(bytes: [UInt8](text.utf8))
            let isValid = (try? JSONValue(parsing: Data(text.utf8))) != nil
            // Foundation reads a comma before a closing bracket; RFC 8259 does not.
            let hasExtraComma = text.filter { !$0.isWhitespace }.contains(/,[\]}]/)
            #expect((scanner.fault() == nil) == (isValid && !hasExtraComma), "\(text)")
        }
    }

    @Test(
        arguments: [
            ("{\"a\":1}\n{\"a\":2}\n", 2), ("1\r\n\n2\n 3", 3), ("{\"a\":1}", nil), ("{\n\"a\":1}", nil), ("1\nx", nil),
            ("", nil),
        ] as [(String, Int?)]
    )
    func `several documents have a line each`(text: String, count: Int?) throws {
        let lines = JSONText.lines(Data(text.utf8))
        #expect(lines?.count == count)
        guard let lines else { return }
        guard case .array(let values) = try JSONValue(parsing: JSONText.list(of: lines)) else {
            Issue.record("no list")
            return
        }
        #expect(values.count == count)
    }
}
