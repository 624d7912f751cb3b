import Foundation
import Testing

@testable import FuncKit

@Suite struct ManifestEditorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var before: String
        var path: String
        var value: ManifestValue?
        var after: String
        var testDescription: String { "\(path) in \(before)" }
    }

    static let cases: [Case] = [
        Case(before: "a: 1 # c\nb: 2\n", path: "a", value: .integer(5), after: "a: 5 # c\nb: 2\n"),
        Case(before: "a: 'x'\n", path: "a", value: .text("it's"), after: "a: 'it''s'\n"),
        Case(before: "a: \"x\"\n", path: "a", value: .text("new \"b\"\n"), after: "a: \"new \\\"b\\\"\\n\"\n"),
        Case(before: "a: x\n", path: "a", value: .text("true"), after: "a: \"true\"\n"),
        Case(before: "a: x\n", path: "a", value: .text("3.11"), after: "a: \"3.11\"\n"),
        Case(before: "a: x\n", path: "a", value: .text("a: b"), after: "a: \"a: b\"\n"),
        Case(before: "a: x\n", path: "a", value: .text("256Mi"), after: "a: 256Mi\n"),
        Case(before: "a: |\n  one\n  two\n# c\nb: 1\n", path: "a", value: .text("x"), after: "a: x\n# c\nb: 1\n"),
        Case(before: "a: one\n  two\n  three # c\nb: 1\n", path: "a", value: .text("x"), after: "a: x # c\nb: 1\n"),
        Case(before: "a: # c\nb: 1\n", path: "a", value: .text("x"), after: "a: x # c\nb: 1\n"),
        Case(before: "a: ~\n", path: "a", value: .text("x"), after: "a: x\n"),
        Case(before: "a: 1\r\nb: 2\r\n", path: "c", value: .integer(3), after: "a: 1\r\nb: 2\r\nc: 3\r\n"),
        Case(before: "a: 1", path: "b", value: .boolean(true), after: "a: 1\nb: true"),
        Case(before: "\u{FEFF}a: 1\n", path: "a", value: .integer(2), after: "\u{FEFF}a: 2\n"),
        Case(
            before: "environment:\n    A: x\n    # B: y\nz: 1\n",
            path: "environment.C",
            value: .text("v"),
            after: "environment:\n    A: x\n    # B: y\n    C: v\nz: 1\n"
        ),
        Case(
            before: "name: a\n# end\n",
            path: "environment.A",
            value: .text("b"),
            after: "name: a\nenvironment:\n  A: b\n# end\n"
        ),
        Case(
            before: "environment: # none yet\nz: 1\n",
            path: "environment.A",
            value: .text("b"),
            after: "environment: # none yet\n  A: b\nz: 1\n"
        ),
        Case(
            before: "environment: {}\n",
            path: "environment.A",
            value: .text("b"),
            after: "environment: { A: b }\n"
        ),
        Case(
            before: "e: { A: 'x', B: y } # c\n",
            path: "e.C",
            value: .text("v,w"),
            after: "e: { A: 'x', B: y, C: \"v,w\" } # c\n"
        ),
        Case(
            before: "{\n  \"a\": \"x\",\n  \"b\": {\"c\": 1}\n}\n",
            path: "b.d",
            value: .text("y"),
            after: "{\n  \"a\": \"x\",\n  \"b\": {\"c\": 1, \"d\": \"y\"}\n}\n"
        ),
        Case(
            before: "environment: { P: 8080 }\n",
            path: "environment.P",
            value: .text("9090"),
            after: "environment: { P: 9090 }\n"
        ),
        Case(
            before: "labels:\n  a: b\n",
            path: "labels.app.kubernetes.io/name",
            value: .text("x"),
            after: "labels:\n  a: b\n  app.kubernetes.io/name: x\n"
        ),
        Case(
            before: "profiles:\n  prod:\n    timeout: 3\n",
            path: "profiles.prod.scaling.minScale",
            value: .integer(2),
            after: "profiles:\n  prod:\n    timeout: 3\n    scaling:\n      minScale: 2\n"
        ),
        Case(before: "a: 1 # c\n# keep\nb: 2\n", path: "a", value: nil, after: "# keep\nb: 2\n"),
        Case(before: "a: |\n  x\n\n  y\nb: 2\n", path: "a", value: nil, after: "b: 2\n"),
        Case(before: "e:\n  A: x\nb: 2\n", path: "e.A", value: nil, after: "e: {}\nb: 2\n"),
        Case(before: "e: { A: 1, B: 2, C: 3 }\n", path: "e.B", value: nil, after: "e: { A: 1, C: 3 }\n"),
        Case(before: "e: { A: 1, B: 2, C: 3 }\n", path: "e.C", value: nil, after: "e: { A: 1, B: 2 }\n"),
        Case(before: "e: { A: 1 }\n", path: "e.A", value: nil, after: "e: {  }\n"),
        Case(before: "a: 1\n", path: "a", value: nil, after: "{}\n"),
        Case(before: "a: 1\nt:\n- x\n- y\nb: 2\n", path: "t", value: nil, after: "a: 1\nb: 2\n"),
        Case(before: "a: 1\n", path: "b.c", value: nil, after: "a: 1\n"),
    ]

    @Test(arguments: cases)
    func `changes one value and nothing else`(testCase: Case) throws {
        var editor = try ManifestEditor(text: testCase.before, file: "function.yaml")
        let path = ManifestEditor.path(testCase.path)
        if let value = testCase.value {
            try editor.set(value, at: path)
        } else {
            #expect(try editor.unset(path) == (testCase.before != testCase.after))
        }
        #expect(editor.text == testCase.after)
    }

    @Test(arguments: [
        ("a: &x 1\nb: *x\n", "a"),
        ("a: &x { c: 1 }\nb: *x\n", "a.c"),
        ("a: &x { c: 1 }\nb: *x\n", "b.c"),
        ("a: [1]\n", "a"),
        ("a: [1]\n", "a.b"),
        ("a: text\n", "a.b"),
        ("? a\n: 1\n", "b"),
    ])
    func `refuses what it cannot do without side effects`(text: String, path: String) throws {
        var editor = try ManifestEditor(text: text, file: "function.yaml")
        let error = #expect(throws: FuncError.self) {
            try editor.set(.integer(2), at: path.split(separator: ".").map(String.init))
        }
        #expect(error?.code == .unsupported)
        #expect(editor.text == text)
    }

    @Test func `refuses to remove what comes from elsewhere`() throws {
        let text = "a: &x { c: 1 }\nb: { <<: *x, d: 2 }\n"
        var editor = try ManifestEditor(text: text, file: "function.yaml")
        let error = #expect(throws: FuncError.self) { try editor.unset(["b", "c"]) }
        #expect(error?.code == .unsupported)
        #expect(editor.text == text)
    }

    /// Random edits of every sample: the result means the old text with that one change, and all comments are there.
    @Test(arguments: ManifestFixtures.names(in: "accepted") + ["older:flat", "older:kind"])
    func `never changes other values`(name: String) throws {
        let parts = name.split(separator: ":").map(String.init)
        let original = try ManifestFixtures.text(parts.count == 2 ? parts[0] : "accepted", parts.last ?? "")
        var random = SeededGenerator(seed: UInt64(name.utf8.count))
        let words = [
            "x", "yes", "3", "0x1F", "a b", "a: b", "- x", "#c", "it's", "\"", "\n", "a\nb\n", "ü👍", "{", "*a", " ",
            "~",
        ]
        var done = 0
        for _ in 0..<40 {
            var editor = try ManifestEditor(text: original, file: "function.yaml")
            for _ in 0..<6 {
                let before = YAMLValue(try YAMLDocument(SourceText(editor.text, file: "f")).root)
                var paths = Self.scalarPaths(before)
                paths += paths.map { $0.dropLast() + ["new-\(Int.random(in: 0..<3, using: &random))"] }
                let path = paths.randomElement(using: &random) ?? ["added"]
                let word = words.randomElement(using: &random) ?? ""
                let comments = Self.comments(in: editor.text)
                let isRemoval = Int.random(in: 0..<4, using: &random) == 0
                do {
                    if isRemoval { try editor.unset(path) } else { try editor.set(.text(word), at: path) }
                } catch let error as FuncError where error.code == .unsupported {
                    continue
                }
                done += 1
                let after = YAMLValue(try YAMLDocument(SourceText(editor.text, file: "f")).root)
                #expect(Self.without(path, after) == Self.without(path, before), "\(path) \(word)\n\(editor.text)")
                #expect(editor.value(at: path) == (isRemoval ? nil : word))
                if !isRemoval { #expect(Self.comments(in: editor.text).isSuperset(of: comments)) }
            }
        }
        #expect(done > 100)
    }

    private static func scalarPaths(_ value: YAMLValue) -> [[String]] {
        guard case .map(let entries) = value else { return [] }
        return entries.sorted { $0.key < $1.key }.flatMap { key, value -> [[String]] in
            if case .scalar = value { return [[key]] }
            return scalarPaths(value).map { [key] + $0 }
        }
    }

    /// The value without a path; maps that are empty then are left out, as are empty ones of the file.
    private static func without(_ path: [String], _ value: YAMLValue) -> YAMLValue {
        guard let key = path.first, case .map(var entries) = value else { return value }
        entries[key] = path.count == 1 ? nil : entries[key].map { without(Array(path.dropFirst()), $0) }
        return .map(entries)
    }

    private static func comments(in text: String) -> Set<String> {
        let marks = [
            "# shown in the URL", "# seconds", "# The greeter.", "# Keep one warm.", "# That is all.", "# unique",
        ]
        return Set(marks.filter(text.contains))
    }
}
