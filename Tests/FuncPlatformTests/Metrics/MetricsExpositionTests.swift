import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

/// Reads the Prometheus text format and refuses what a scraper would.
struct ParsedExposition {
    struct Fault: Error {
        var line: String
        var reason: String
    }

    private(set) var types: [String: String] = [:]
    private var samples: [String: [[String: String]: Double]] = [:]

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Fault(line: "", reason: "does not end with a line end") }
        var described: Set<String> = []
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("# ") {
                let words = line.split(separator: " ", maxSplits: 3).map(String.init)
                guard words.count == 4, Self.isName(words[2]) else { throw Fault(line: line, reason: "comment") }
                if words[1] == "HELP" {
                    guard described.insert(words[2]).inserted else { throw Fault(line: line, reason: "second HELP") }
                } else {
                    guard words[1] == "TYPE", types[words[2]] == nil, described.contains(words[2]),
                        ["counter", "gauge", "histogram"].contains(words[3])
                    else { throw Fault(line: line, reason: "TYPE") }
                    types[words[2]] = words[3]
                }
            } else {
                try add(line)
            }
        }
        try checkHistograms()
    }

    func value(_ name: String, _ labels: [String: String]) -> Double? { samples[name]?[labels] }

    private mutating func add(_ line: String) throws {
        var rest = Substring(line)
        let name = String(rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") })
        rest = rest.dropFirst(name.count)
        let labels = try Self.labels(&rest, line)
        guard Self.isName(name), rest.first == " " else { throw Fault(line: line, reason: "name") }
        let number = String(rest.dropFirst())
        guard let value = number == "+Inf" ? .infinity : Double(number) else {
            throw Fault(line: line, reason: "value")
        }
        let family = types[name] == nil ? Self.family(name) : name
        guard let type = types[family] else { throw Fault(line: line, reason: "no TYPE") }
        guard type != "counter" || (name.hasSuffix("_total") && value >= 0) else {
            throw Fault(line: line, reason: "a counter ends in _total and never falls below zero")
        }
        guard samples[name, default: [:]].updateValue(value, forKey: labels) == nil else {
            throw Fault(line: line, reason: "twice")
        }
    }

    private static func labels(_ rest: inout Substring, _ line: String) throws -> [String: String] {
        guard rest.first == "{" else { return [:] }
        rest.removeFirst()
        var labels: [String: String] = [:]
        while rest.first != "}" {
            let name = String(rest.prefix { $0 != "=" })
            rest = rest.dropFirst(name.count)
            guard isName(name), rest.hasPrefix("=\"") else { throw Fault(line: line, reason: "label") }
            rest = rest.dropFirst(2)
            var value = ""
            while let character = rest.popFirst(), character != "\"" {
                guard character == "\\" else {
                    value.append(character)
                    continue
                }
                switch rest.popFirst() {
                case "n": value.append("\n")
                case "\\": value.append("\\")
                case "\"": value.append("\"")
                default: throw Fault(line: line, reason: "escape")
                }
            }
            labels[name] = value
            if rest.first == "," {
                rest.removeFirst()
            } else if rest.first != "}" {
                throw Fault(line: line, reason: "after a label")
            }
        }
        rest.removeFirst()
        return labels
    }

    private func checkHistograms() throws {
        for (name, type) in types where type == "histogram" {
            for (labels, count) in samples[name + "_count"] ?? [:] {
                let buckets = (samples[name + "_bucket"] ?? [:])
                    .filter { sample in labels.allSatisfy { sample.key[$0.key] == $0.value } }
                    .map {
                        (Double(($0.key["le"] ?? "").replacingOccurrences(of: "+Inf", with: "inf")) ?? -1, $0.value)
                    }
                    .sorted { $0.0 < $1.0 }
                guard buckets.last?.0 == .infinity, buckets.last?.1 == count,
                    zip(buckets, buckets.dropFirst()).allSatisfy({ $0.1 <= $1.1 }),
                    samples[name + "_sum"]?[labels] != nil
                else { throw Fault(line: name, reason: "histogram") }
            }
        }
    }

    private static func family(_ name: String) -> String {
        for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) {
            return String(name.dropLast(suffix.count))
        }
        return name
    }

    private static func isName(_ text: String) -> Bool {
        text.first.map { !$0.isNumber } == true
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") }
    }
}

@Suite struct MetricsExpositionTests {
    private let hub = MetricsHub(seconds: 10, now: { TestTime().now })

    private func exposition(_ series: [String: MetricsStore.Series], _ activities: [String: VersionActivity] = [:])
        throws -> ParsedExposition
    {
        try ParsedExposition(
            MetricsExposition.text(
                meters: hub.all,
                activities: activities,
                series: series,
                process: ProcessNumbers.current()
            )
        )
    }

    private func series(_ function: String, _ version: Int = 1, build: Int? = nil) -> MetricsStore.Series {
        MetricsStore.Series(project: "p", function: function, version: version, buildMilliseconds: build)
    }

    @Test(arguments: ["plain", "quo\"te", "back\\slash", "two\nlines", "\\n", "名前", "a,b={}"])
    func `labels come through whatever they hold`(name: String) throws {
        TestRequests(hub: hub, time: TestTime()).send()
        let parsed = try exposition(["v": series(name)])
        let labels = ["project": "p", "function": name, "version": "1"]
        #expect(parsed.value("hks_func_cold_starts_total", labels) == 0)
    }

    @Test func `durations fall into their buckets, in seconds`() throws {
        let requests = TestRequests(hub: hub, time: TestTime())
        for milliseconds in [0.5, 1, 2, 700, 90_000] { requests.send(milliseconds: milliseconds) }
        let parsed = try exposition(["v": series("f")])
        let labels = ["project": "p", "function": "f", "version": "1"]
        let name = "hks_func_request_duration_seconds"
        for (bound, count) in [("0.001", 2.0), ("0.0025", 3), ("0.5", 3), ("1", 4), ("60", 4), ("+Inf", 5)] {
            #expect(parsed.value(name + "_bucket", labels.merging(["le": bound]) { $1 }) == count, "\(bound)")
        }
        let sum = try #require(parsed.value(name + "_sum", labels))
        #expect(abs(sum - 90.7035) < 0.000_001)
    }

    @Test func `instances, queues, builds and requests under way`() throws {
        TestRequests(hub: hub, time: TestTime()).begin()
        let activity = VersionActivity(
            ready: 2,
            starting: 1,
            stopping: 0,
            inFlight: 4,
            queued: 3,
            failures: 0,
            lastFailure: nil,
            reason: ""
        )
        let parsed = try exposition(["v": series("f", build: 1500)], ["v": activity, "unknown": activity])
        let labels = ["project": "p", "function": "f", "version": "1"]
        #expect(parsed.value("hks_func_instances", labels.merging(["state": "ready"]) { $1 }) == 2)
        #expect(parsed.value("hks_func_queue_depth", labels) == 3)
        #expect(parsed.value("hks_func_requests_in_flight", labels) == 1)
        #expect(parsed.value("hks_func_build_duration_seconds", labels) == 1.5)
        #expect(parsed.types["hks_func_queue_depth"] == "gauge")
    }

    @Test func `versions that are gone are left out, an idle platform is well formed`() throws {
        TestRequests(hub: hub, time: TestTime()).send()
        let parsed = try exposition([:])
        #expect(parsed.types["hks_func_requests_total"] == "counter")
        #expect((parsed.value("process_resident_memory_bytes", [:]) ?? 0) > 1_000_000)
        #expect((parsed.value("process_cpu_seconds_total", [:]) ?? 0) > 0)
        let started = try #require(parsed.value("process_start_time_seconds", [:]))
        #expect(started <= Date().timeIntervalSince1970 + 1)
        #expect(started > Date().timeIntervalSince1970 - 86_400)
    }
}
