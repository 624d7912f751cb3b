import Foundation
import Testing

@testable import FuncKit

@Suite struct QuantityTests {
    @Test(arguments: [
        ("0", 0), ("128", 128), ("1k", 1_000), ("1Ki", 1_024), ("256Mi", 268_435_456), ("1.5Gi", 1_610_612_736),
        ("1G", 1_000_000_000), ("1e3", 1_000), ("1E", 1_000_000_000_000_000_000), ("2E+3", 2_000), ("100m", 1),
        ("0.5", 1), ("1.50Ki", 1_536), ("7Ei", 8_070_450_532_247_928_832), ("2Ti", 2_199_023_255_552),
    ])
    func `reads memory`(text: String, bytes: Int) {
        #expect(Quantity.bytes(text) == bytes)
    }

    @Test(arguments: [("100m", 100), ("1", 1_000), ("0.5", 500), ("2.25", 2_250), ("0.0001", 1), ("1k", 1_000_000)])
    func `reads cpu`(text: String, millicores: Int) {
        #expect(Quantity.millicores(text) == millicores)
    }

    @Test(arguments: [
        "", "Mi", "-1", "+1", "1.", ".5", "1 Gi", "1GB", "1mi", "1ki", "1MI", "1.2.3", "٣", "1e", "1e+", "1e999",
        "8Ei", "99999999999999999999", "1_000", "0x10", "NaN", "1Gi\n", "1ee3",
    ])
    func `refuses what is no quantity or does not fit`(text: String) {
        #expect(Quantity.bytes(text) == nil)
        #expect(Quantity.millicores(text) == nil)
    }
}

@Suite struct NearestMatchTests {
    @Test(arguments: [
        ("handlr", "handler"), ("hanlder", "handler"), ("RUNTIME", "runtime"), ("tpye", "type"), ("nam", "name"),
        ("enviroment", "environment"),
    ])
    func `finds what was meant`(word: String, expected: String) {
        #expect(NearestMatch.of(word, in: ManifestFields.root.map(\.name)) == expected)
    }

    @Test(arguments: ["", "x", "zzzzzz", "completely-different", String(repeating: "a", count: 100_000)])
    func `stays silent where nothing is near`(word: String) {
        #expect(NearestMatch.of(word, in: ["handler", "runtime", "name"]) == nil)
    }

    @Test func `prefers the first of equally near words`() {
        #expect(NearestMatch.of("v3", in: ["v1", "v2"]) == "v1")
        #expect(NearestMatch.of("v2", in: ["v1", "v2"]) == "v2")
    }
}

@Suite struct CommandWordsTests {
    @Test(arguments: [
        ("", []), ("  ", []), ("npm run build", ["npm", "run", "build"]), ("a  'b c'\"d e\" f", ["a", "b cd e", "f"]),
        ("a '' \"\"", ["a", "", ""]), (#"a\ b "\"c\" \n" 'd\'"#, ["a b", #""c" \n"#, #"d\"#]),
        ("a '$HOME' '&&'", ["a", "$HOME", "&&"]), ("a\\\nb", ["ab"]), ("grüße ☀️", ["grüße", "☀️"]),
    ])
    func `splits as a shell would`(line: String, words: [String]) throws {
        #expect(try CommandWords.split(line) == words)
    }

    @Test(arguments: [
        ("a 'b", CommandWords.Fault.unclosedQuote("'")), ("a \"b", .unclosedQuote("\"")),
        ("a \\", .trailingBackslash), ("a && b", .needsShell("&&")), ("a | b", .needsShell("|")),
        ("a > b", .needsShell(">")), ("a $HOME", .needsShell("$HOME")), ("a \"${X}\"", .needsShell("${X}")),
        ("a; b", .needsShell(";")), ("`a`", .needsShell("`")), ("(a)", .needsShell("(")),
    ])
    func `refuses what needs a shell`(line: String, fault: CommandWords.Fault) {
        #expect(throws: fault) { try CommandWords.split(line) }
    }
}

@Suite struct DurationTextTests {
    @Test(arguments: [
        ("30s", 30_000), ("1m30s", 90_000), ("500ms", 500), ("2h", 7_200_000), ("1d", 86_400_000), ("0s", 0),
    ])
    func `reads lengths of time`(text: String, milliseconds: Int) {
        #expect(DurationText.milliseconds(text) == milliseconds)
    }

    @Test(arguments: [(90_000, "1m30s"), (86_400_000, "24h"), (500, "500ms"), (0, "0s"), (61_001, "1m1s1ms")])
    func `writes lengths of time that read back`(milliseconds: Int, text: String) {
        #expect(DurationText.text(milliseconds: milliseconds) == text)
        #expect(DurationText.milliseconds(text) == milliseconds)
    }

    @Test(arguments: ["", "30", "s", "-1s", "1.5s", "1 s", "1w", "99999999999999999999s", "9223372036854775807h", "٣s"])
    func `refuses the rest`(text: String) {
        #expect(DurationText.milliseconds(text) == nil)
    }
}

@Suite struct TextRuleTests {
    @Test(arguments: [
        ("A", true), ("_a1", true), ("1a", false), ("", false), ("a-b", false), ("ä", false), ("A\n", false),
    ])
    func `knows names of variables`(name: String, isValid: Bool) throws {
        #expect(EnvironmentName.isValid(name) == isValid)
        let pattern = try #require(TextRule.environmentName.pattern)
        #expect((try Regex(pattern).wholeMatch(in: name) != nil) == isValid)
    }

    @Test(arguments: [
        ("PORT", true), ("K_SERVICE", true), ("HKS_X", true), ("PORTS", false), ("HKS", false), ("k_x", false),
    ])
    func `knows reserved variables`(name: String, isReserved: Bool) throws {
        #expect(EnvironmentName.isReserved(name) == isReserved)
        let pattern = try #require(TextRule.environmentName.reserved?.pattern)
        #expect((try Regex(pattern).wholeMatch(in: name) != nil) == isReserved)
    }

    /// What the editor writes is read back as the same text, by our reader.
    @Test(arguments: [
        "", " ", "a", "true", "null", "~", "1", "1e3", "0x1F", "12:30", "2024-01-01", "- a", "a: b", "a #b", "a#b", "#",
        "'", "\"", "\\", "a\nb", "\t", "\u{7}", "x\u{FEFF}", "\u{2028}", "ü", "👍", "{a}", "[a", "a]", "a,b", "*a", "&a",
        "!a", "|", ">", "%a", "@a", "`a", "...", "---", "<<", "=", "yes", "a:", ":a", "http://x:1/y", "\r\n", "a ",
    ])
    func `writes scalars that read back`(text: String) throws {
        for style in [YAMLNode.ScalarStyle.plain, .singleQuoted, .doubleQuoted] {
            for inFlow in [false, true] {
                let written = ScalarText.write(text, style: style, inFlow: inFlow)
                let yaml = inFlow ? "{ k: \(written), l: \(written) }" : "k: \(written)\n"
                let root = try YAMLDocument(SourceText(yaml, file: "f")).root
                #expect(root["k"]?.scalar?.text == text, "\(written)")
                #expect(root["k"]?.scalar?.kind == .text, "\(written)")
            }
        }
    }
}
