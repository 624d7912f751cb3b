import Foundation
import FuncKit
import TestSupport
import Testing

/// What a function writes.
@Suite("Host contract: log lines", .serialized)
struct HostLogTests {
    @Test(arguments: HostLanguage.allCases)
    func `lines of calls that overlap name their own call`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "talk") { host in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<10 {
                    group.addTask {
                        let trace =
                            "traceparent: 00-\(String(repeating: "a", count: 31))\(number)-b7ad6b7169203331-01\r\n"
                        let headers = "X-Request-Id: req-\(number)\r\n" + trace
                        let response = try await host.get("/?name=n\(number)", headers: headers)
                        #expect(response.text == "talked")
                    }
                }
                try await group.waitForAll()
            }
            var expected = ["first": "info", "second": "error", "third": "warn", "fourth": "debug", "fifth": "info"]
            // Where the language cannot tell whose a printed line is, the logger can.
            if !language.family.entry.abilities.contains(.attributedOutput) { expected = ["third": "warn"] }
            let entries = try await eventually("all lines are written") {
                let entries = host.logEntries.filter { entry in
                    let message = entry["message"] as? String
                    return expected.keys.contains { message?.hasPrefix($0) == true }
                }
                return entries.count == 10 * expected.count ? entries : nil
            }
            for entry in entries {
                let message = try #require(entry["message"] as? String)
                let parts = message.split(separator: " ")
                try #require(parts.count == 2)
                let number = parts[1].dropFirst()
                #expect(entry["request_id"] as? String == "req-\(number)", "\(message)")
                #expect(entry["trace_id"] as? String == String(repeating: "a", count: 31) + number, "\(message)")
                #expect(entry["level"] as? String == expected[String(parts[0])], "\(message)")
                if parts[0] == "fourth" { #expect(entry["colour"] as? String == "red") }
                if parts[0] != "fourth" { #expect((entry["timestamp"] as? String)?.hasSuffix("Z") == true) }
            }
            #expect(host.output.hasPrefix("outside of calls\n"))
            try await eventually("no printed line is lost") {
                let text = host.output + host.errorOutput
                return ["first", "second", "fourth", "fifth"].allSatisfy { word in
                    (0..<10).allSatisfy { text.contains("\(word) n\($0)") }
                }
            }
        }
    }
}
