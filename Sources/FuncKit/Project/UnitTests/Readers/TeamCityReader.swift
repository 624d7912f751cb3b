import Foundation

/// Reads TeamCity's service messages, one a line, from the file that PHPUnit writes them to:
/// `##teamcity[testFailed name='…' message='…' details='…' flowId='1']`.
struct TeamCityReader: UnitTestReader {
    private var findings = UnitTestFindings()
    /// The test that runs.
    private var current: UnitTestFindings.Test?

    mutating func read(_ line: ChildOutputLine) -> [String] { [line.text] }

    mutating func finish(report: String?) -> UnitTestFindings {
        for line in (report ?? "").split(separator: "\n") {
            guard let message = ServiceMessage(line) else { continue }
            take(message)
        }
        // A test that ends the program leaves no word of its own end.
        if var test = current {
            test.outcome = .failed
            test.text = "the test did not end"
            findings.add(test)
            current = nil
        }
        return findings
    }

    private mutating func take(_ message: ServiceMessage) {
        switch message.name {
        case "testStarted":
            current = UnitTestFindings.Test(name: Self.name(message), outcome: .passed)
        case "testFailed":
            current?.outcome = .failed
            let parts = ["message", "details"].compactMap { message.fields[$0] }
            current?.text = Self.bounded(parts.joined(separator: "\n"))
        case "testIgnored":
            current?.outcome = .skipped
            current?.text = Self.bounded(message.fields["message"] ?? "")
        case "testFinished":
            current?.milliseconds = message.fields["duration"].flatMap(Double.init)
            if let test = current { findings.add(test) }
            current = nil
        default: return
        }
    }

    /// Class and test as PHPUnit itself writes them: the end of `php_qn:///a/GreetTest.php::\GreetTest::testAdds`.
    private static func name(_ message: ServiceMessage) -> String {
        if let place = message.fields["locationHint"], let mark = place.range(of: "::\\") {
            return String(place[mark.upperBound...])
        }
        return message.fields["name"] ?? ""
    }

    private static func bounded(_ text: String) -> String {
        String(decoding: text.utf8.prefix(UnitTestFindings.textLimit), as: UTF8.self)
            .split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
            .joined(separator: "\n")
    }
}

/// One message: a name, and fields whose values are quoted, with `|` before what would end them.
private struct ServiceMessage {
    let name: Substring
    var fields: [Substring: String] = [:]

    /// Reads a line; nil where it is none.
    init?(_ line: Substring) {
        let start = "##teamcity["
        guard line.hasPrefix(start) else { return nil }
        var rest = line.dropFirst(start.count)
        name = rest.prefix { $0 != " " && $0 != "]" }
        rest = rest.dropFirst(name.count)
        while let equals = rest.firstIndex(of: "=") {
            let key = rest[..<equals].drop { $0 == " " }
            rest = rest[equals...].dropFirst()
            guard rest.first == "'", let value = Self.takeValue(&rest) else { return }
            fields[key] = value
        }
    }

    /// The text up to the closing quote, which is left behind; nil where there is none.
    private static func takeValue(_ rest: inout Substring) -> String? {
        var value = ""
        var isEscaped = false
        for index in rest.indices.dropFirst() {
            let character = rest[index]
            if isEscaped {
                value.append(["n": "\n", "r": "\n"][character] ?? character)
                isEscaped = false
            } else if character == "|" {
                isEscaped = true
            } else if character == "'" {
                rest = rest[index...].dropFirst()
                return value
            } else {
                value.append(character)
            }
        }
        return nil
    }
}
