import Testing

@testable import FuncKit

@Suite struct IgnorePatternTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let line: String
        let hits: [String]
        let misses: [String]

        var testDescription: String { "'\(line)'" }

        init(_ line: String, hits: [String], misses: [String]) {
            self.line = line
            self.hits = hits
            self.misses = misses
        }
    }

    /// A slash at the end of a path marks a folder.
    @Test(arguments: [
        Case("a", hits: ["a", "b/a", "a/"], misses: ["ab", "a/b", "A"]),
        Case("/a", hits: ["a"], misses: ["b/a"]),
        Case("a/", hits: ["a/", "b/a/"], misses: ["a"]),
        Case("a/b", hits: ["a/b"], misses: ["x/a/b", "b"]),
        Case("*.txt", hits: ["a.txt", "b/.txt"], misses: ["a.txt2", "txt"]),
        Case("/*.txt", hits: ["a.txt"], misses: ["b/a.txt"]),
        Case("a/*", hits: ["a/b"], misses: ["a/b/c", "a"]),
        Case("a/*/c", hits: ["a/b/c"], misses: ["a/c", "a/b/b/c"]),
        Case("**/a", hits: ["a", "b/a", "b/c/a"], misses: ["ba", "a/b"]),
        Case("a/**", hits: ["a/b", "a/b/c"], misses: ["a", "b/a"]),
        Case("a/**/b", hits: ["a/b", "a/x/b", "a/x/y/b"], misses: ["ab", "a/xb", "a/x/bb"]),
        Case("?**/c", hits: ["a/c", "ab/c"], misses: ["a/b/c", "c"]),
        Case("a**/c", hits: ["a/c", "ab/c", "a/b/c"], misses: ["b/c"]),
        Case("x/a?c", hits: ["x/abc"], misses: ["x/a/c", "x/ac"]),
        Case("[ab]", hits: ["a", "b"], misses: ["c", "ab"]),
        Case("[!ab]", hits: ["c"], misses: ["a"]),
        Case("[^ab]", hits: ["c"], misses: ["a"]),
        Case("[b-d]", hits: ["b", "c", "d"], misses: ["a", "-"]),
        Case("[]-]", hits: ["]", "-"], misses: ["a"]),
        Case("[[:digit:]x]", hits: ["1", "x"], misses: ["a", ":"]),
        Case("[[:nope:]]", hits: [], misses: ["n", "[[:nope:]]"]),
        Case("x[!a]y/z", hits: ["xby/z"], misses: ["x/y/z", "xay/z"]),
        Case("a[b", hits: [], misses: ["a[b", "ab"]),
        Case("\\!a", hits: ["!a"], misses: ["a"]),
        Case("\\#a", hits: ["#a"], misses: ["a"]),
        Case("\\*", hits: ["*"], misses: ["a"]),
        Case("a\\", hits: [], misses: ["a", "a\\"]),
        Case("a  ", hits: ["a"], misses: ["a  "]),
        Case("a\\ ", hits: ["a "], misses: ["a"]),
        Case("a\t", hits: ["a\t"], misses: ["a"]),
        Case(" a", hits: [" a"], misses: ["a"]),
    ])
    func matches(_ example: Case) throws {
        let pattern = try #require(IgnorePattern(line: Array(example.line.utf8)[...]))
        for path in example.hits { #expect(hits(pattern, path), "'\(path)'") }
        for path in example.misses { #expect(!hits(pattern, path), "'\(path)'") }
    }

    @Test(arguments: ["", "#a", "   ", "/", "!"])
    func ignoresLinesWithoutPattern(line: String) {
        #expect(IgnorePattern(line: Array(line.utf8)[...]) == nil)
    }

    @Test func takesBackWithAnExclamationMark() throws {
        let pattern = try #require(IgnorePattern(line: Array("!a".utf8)[...]))
        #expect(pattern.isNegated)
        #expect(hits(pattern, "a"))
    }

    @Test(.timeLimit(.minutes(1)))
    func noPatternRunsAway() throws {
        let line = String(repeating: "*a", count: 60) + "b"
        let pattern = try #require(IgnorePattern(line: Array(line.utf8)[...]))
        #expect(!hits(pattern, String(repeating: "a", count: 4000)))
        let wide = try #require(IgnorePattern(line: Array((String(repeating: "**/a*/", count: 60) + "b").utf8)[...]))
        #expect(!hits(wide, String(repeating: "aa/", count: 1000) + "c"))
    }

    private func hits(_ pattern: IgnorePattern, _ path: String) -> Bool {
        let isFolder = path.hasSuffix("/")
        return pattern.matches(Array(isFolder ? path.dropLast().utf8 : path[...].utf8)[...], isFolder: isFolder)
    }
}
