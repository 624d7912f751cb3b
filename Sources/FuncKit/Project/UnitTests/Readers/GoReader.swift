import Foundation

/// Reads the events of `go test -json`, and gives back the text that they carry.
struct GoReader: UnitTestReader {
    private struct Event: Decodable {
        var Action: String
        var Package: String?
        var Test: String?
        var Elapsed: Double?
        var Output: String?
    }

    private struct Key: Hashable {
        var package: String
        var test: String
    }

    private var order: [Key] = []
    private var tests: [Key: UnitTestFindings.Test] = [:]
    private var ended: Set<Key> = []
    private var didNotBuild = false
    /// Output whose line end is still to come.
    private var partial = ""

    mutating func read(_ line: ChildOutputLine) -> [String] {
        guard line.stream == .output, line.text.hasPrefix("{"),
            let event = try? JSONDecoder().decode(Event.self, from: Data(line.text.utf8))
        else {
            noteBuild(line.text)
            return [line.text]
        }
        take(event)
        guard let output = event.Output else { return [] }
        partial += output
        var lines = partial.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        partial = lines.removeLast()
        return lines
    }

    private mutating func noteBuild(_ text: String) {
        if text.hasSuffix("[build failed]") || text.hasSuffix("[setup failed]") { didNotBuild = true }
    }

    private mutating func take(_ event: Event) {
        if let output = event.Output { noteBuild(output.trimmingCharacters(in: .newlines)) }
        guard let name = event.Test else { return }
        let key = Key(package: event.Package ?? "", test: name)
        switch event.Action {
        case "run":
            guard tests[key] == nil, order.count < UnitTestFindings.testLimit else { return }
            order.append(key)
            tests[key] = UnitTestFindings.Test(name: name, outcome: .failed)
        case "pass", "fail", "skip":
            ended.insert(key)
            tests[key]?.outcome = ["pass": .passed, "skip": .skipped][event.Action] ?? .failed
            tests[key]?.milliseconds = event.Elapsed.map { $0 * 1000 }
        case "output":
            let text = event.Output ?? ""
            let word = text.drop { $0 == " " }
            guard !word.hasPrefix("=== "), !word.hasPrefix("--- "),
                tests[key].map({ $0.text.utf8.count + text.utf8.count < UnitTestFindings.textLimit }) == true
            else { return }
            tests[key]?.text += text
        default: return
        }
    }

    mutating func finish(report: String?) -> UnitTestFindings {
        var findings = UnitTestFindings()
        findings.didNotBuild = didNotBuild
        let holders = Set(order.flatMap(Self.holders))
        let failed = Set(
            order.filter { tests[$0]?.outcome == .failed }.flatMap(Self.holders)
        )
        let hasPackages = Set(order.map(\.package)).count > 1
        for key in order {
            guard var test = tests[key] else { continue }
            // What holds subtests is told by them, unless it failed by itself.
            if holders.contains(key), test.outcome != .failed || failed.contains(key) { continue }
            // A panic ends the program in the middle of a test.
            if !ended.contains(key), test.text.isEmpty { test.text = "the test did not end" }
            if test.outcome == .passed { test.text = "" }
            test.text = test.text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
                .joined(separator: "\n")
            if hasPackages { test.name = key.package + "." + test.name }
            findings.add(test)
        }
        return findings
    }

    /// The tests that a subtest is a part of.
    private static func holders(of key: Key) -> [Key] {
        let parts = key.test.split(separator: "/", omittingEmptySubsequences: false)
        return (1..<max(1, parts.count)).map { count in
            Key(package: key.package, test: parts.prefix(count).joined(separator: "/"))
        }
    }
}
