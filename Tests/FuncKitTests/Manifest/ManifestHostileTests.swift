import Foundation
import FuncKit
import Testing

@Suite struct ManifestHostileTests {
    @Test(arguments: [
        ("name: a\n\truntime: x\n", 2, 1, "a tab cannot indent YAML"),
        ("name: a\nruntime: [x\n", 3, 1, "the text is not valid YAML"),
        ("name: a: b\n", 1, 8, "a key and its ':' are not possible here"),
        ("name: @a\n", 1, 7, "a value cannot start with '@'"),
        ("name: a\nname: b\n", 2, 1, "the key 'name' is there twice, first in line 1"),
        ("a:\n  x: 1\n  y:\n    x: 1\n  x: 2\n", 5, 3, "the key 'x' is there twice, first in line 2"),
        ("a: { x: 1, x: 2 }\n", 1, 6, "the key 'x' is there twice"),
        ("name: *nope\n", 1, 7, "the alias '*nope' has no anchor before it"),
        ("name: &a [*a]\n", 1, 11, "the alias '*a' has no anchor before it"),
        ("name: *a b\n", 1, 7, "'*a b' is not an alias"),
        ("? [a]\n: b\n", 1, 3, "a key must be text, not a map, a list or an alias"),
        ("name: !!python/object x\n", 1, 7, "the tag 'tag:yaml.org,2002:python/object' is not supported"),
        ("name: a\n---\nname: b\n", 2, 1, "a manifest is one YAML document, and here a second one starts"),
        ("name: a\u{0}\n", 1, 8, "the control character U+0000 is not allowed in YAML"),
        ("a: b\nc: \u{1B}[31m\n", 2, 4, "the control character U+001B is not allowed in YAML"),
        ("", 1, 1, "the file holds no YAML value"),
        ("# only a comment\n", 1, 1, "the file holds no YAML value"),
        ("---\n", 2, 1, "the manifest is empty"),
        ("just text\n", 1, 1, "the manifest must be a map of keys and values, not 'just text'"),
        ("[]\n", 1, 1, "the manifest must be a map of keys and values, not a list"),
    ])
    func `locates what is not a manifest at all`(text: String, line: Int, column: Int, message: String) throws {
        let error = try #require(ManifestFixtures.errors(text).first)
        #expect(error.code == .manifestInvalid)
        #expect(error.message.hasPrefix(message), "\(error.message)")
        #expect(error.location == SourceLocation(file: "function.yaml", line: line, column: column))
    }

    @Test func `refuses bytes that are not UTF-8`() {
        let cases: [(bytes: [UInt8], line: Int, column: Int)] = [
            (Array("name: a\nb: ".utf8) + [0xFF, 0x0A], 2, 4),
            ([0xFF, 0xFE, 0x6E, 0x00], 1, 1),
            (Array("ü".utf8) + [0xC3], 1, 2),
        ]
        for (bytes, line, column) in cases {
            let error = #expect(throws: FuncError.self) {
                try ManifestFixtures.loader.load(data: Data(bytes), file: "function.yaml")
            }
            #expect(error?.location == SourceLocation(file: "function.yaml", line: line, column: column))
        }
    }

    @Test func `refuses a huge file`() {
        let text = "name: a\n" + String(repeating: "# comment\n", count: 120_000)
        #expect(ManifestFixtures.errors(text).first?.message.contains("may have 1048576") == true)
        #expect(throws: FuncError.self) {
            try ManifestFixtures.loader.load(data: Data(text.utf8), file: "function.yaml")
        }
    }

    /// Each level refers ten times to the one before: 10^9 values when written out.
    @Test(arguments: ["values", "keys", "merges"])
    func `refuses aliases that grow without bound`(kind: String) {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let references = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(references)]\n"
        }
        switch kind {
        case "keys": text += "{ *a9 : 1, [*a9] : 2 }: 3\n"
        case "merges": text += "m:\n  <<: *a9\n"
        default: break
        }
        let clock = ContinuousClock()
        let elapsed = clock.measure {
            let errors = ManifestFixtures.errors(text)
            #expect(errors.count == 1)
            #expect(errors.first?.location != nil)
        }
        #expect(elapsed < .seconds(10))
    }

    @Test(arguments: [("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", "")])
    func `refuses deep nesting`(open: String, close: String) {
        for depth in [49, 900, 5_000] {
            let text = String(repeating: open, count: depth) + "x" + String(repeating: close, count: depth)
            #expect(!ManifestFixtures.errors("a:\n  " + text + "\n").isEmpty)
        }
    }

    /// Random damage to a valid file: always a manifest or a located error, never a crash.
    @Test func `takes any text`() throws {
        var random = SeededGenerator(seed: 7)
        let original = Array(try ManifestFixtures.text("accepted", "full").unicodeScalars)
        let pieces = Array("\n\t :#-?[]{}&*!|>'\"%@`,\\<=0\u{FEFF}\u{85}\u{2028}\u{E000}ü👍".unicodeScalars)
        for _ in 0..<1_500 {
            var scalars = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<scalars.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: scalars.remove(at: index)
                case 1: scalars.insert(pieces.randomElement(using: &random) ?? " ", at: index)
                default: scalars[index] = pieces.randomElement(using: &random) ?? " "
                }
            }
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars)
            for error in ManifestFixtures.errors(String(view)) {
                #expect(error.location != nil, "\(error)")
                #expect(error.code == .manifestInvalid, "\(error)")
            }
        }
    }
}
