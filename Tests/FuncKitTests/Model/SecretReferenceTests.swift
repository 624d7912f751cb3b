import Foundation
import FuncKit
import Testing

@testable import FuncKit

@Suite struct SecretReferenceTests {
    private func decode(_ json: String) throws -> [SecretReference] {
        try JSONDecoder.functionAPI.decode([SecretReference].self, from: Data(json.utf8))
    }

    @Test(arguments: [
        (
            #"[{"env":"DB_PASSWORD","secret":"db-password"}]"#,
            SecretReference(env: "DB_PASSWORD", secret: "db-password")
        ),
        (#"[{"file":"tls/key.pem","secret":"tls"}]"#, SecretReference(file: "tls/key.pem", secret: "tls")),
        (#"[{"env":"A","file":null,"secret":"a"}]"#, SecretReference(env: "A", secret: "a")),
        (#"["db-password"]"#, SecretReference(env: "DB_PASSWORD", secret: "db-password")),
    ])
    func `reads every form`(json: String, expected: SecretReference) throws {
        #expect(try decode(json) == [expected])
        let encoded = try JSONEncoder.functionAPI.encode([expected])
        #expect(try decode(String(decoding: encoded, as: UTF8.self)) == [expected])
    }

    @Test func `writes only the key that it has`() throws {
        let json = try JSONEncoder.functionAPI.encode(SecretReference(file: "a", secret: "b"))
        #expect(String(decoding: json, as: UTF8.self) == #"{"file":"a","secret":"b"}"#)
    }

    @Test(arguments: [#"[{"secret":"a"}]"#, #"[{"env":"A","file":"a","secret":"a"}]"#, "[1]"])
    func `refuses what says neither or both`(json: String) {
        #expect(throws: DecodingError.self) { try decode(json) }
    }

    @Test(arguments: [
        ("DB_PASSWORD", "db-password"), ("_X_", "x"), ("A__B", "a--b"), ("already-fine", "already-fine"), ("__", ""),
    ])
    func `names secrets by variables`(variable: String, name: String) {
        #expect(SecretName.from(variable: variable) == name)
    }

    @Test(
        arguments: [
            "a", "tls/key.pem", ".hidden", "a/.b/c", "a..b", "A_b-c.1", String(repeating: "a", count: 200), "", "/a",
            "a/", "a//b", ".", "..", "../a", "a/..", "a/../b", "a/./b", "a b", "a\0b", "a\\b", "ä", "..a",
            String(repeating: "a", count: 201),
        ]
    )
    func `the rule for paths and its pattern agree`(path: String) throws {
        let pattern = try Regex(SecretPath.pattern)
        let matches = try pattern.wholeMatch(in: path) != nil && (1...SecretPath.maxLength).contains(path.count)
        #expect(SecretPath.isValid(path) == matches)
        let isEvil =
            path.isEmpty || path.hasPrefix("/") || path.split(separator: "/").contains { $0 == ".." || $0 == "." }
        if isEvil { #expect(!SecretPath.isValid(path)) }
    }

    @Test func `finds paths that cannot lie side by side`() {
        #expect(SecretPath.collision(in: ["a", "b/c", "b/d"]) == nil)
        #expect(SecretPath.collision(in: ["a", "ab"]) == nil)
        #expect(SecretPath.collision(in: ["a", "a"])?.path == "a")
        #expect(SecretPath.collision(in: ["a/b", "a"])?.other == "a/b")
    }
}
