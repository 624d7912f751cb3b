import Foundation
import FuncKit
import TestSupport
import Testing

@testable import hks_func

@Suite struct MetricsCommandTests {
    /// Seven intervals of ten minutes, the last one without requests.
    private static let report: MetricsReport = {
        let start = Date(timeIntervalSince1970: 1_772_362_800)
        let counts = [0, 4, 8, 16, 120, 52, 0]
        let intervals = counts.enumerated().map { index, count in
            MetricsReport.Interval(
                start: start.addingTimeInterval(Double(index) * 600),
                metrics: Metrics(
                    invocations: count,
                    errors: index == 4 ? 4 : 0,
                    duration: MetricStats(min: 1, max: 40, avg: 5, p50: 4, p95: Double(index * 10), p99: 39)
                )
            )
        }
        return MetricsReport(
            total: Metrics(
                invocations: 200,
                errors: 4,
                clientDisconnects: 1,
                coldStarts: 2,
                duration: MetricStats(min: 0.42, max: 1840, avg: 12.34, p50: 3.3, p95: 47.5, p99: 840),
                concurrency: MetricStats(min: 0, max: 6, avg: 0.125, p50: 0, p95: 1, p99: 4),
                memory: MetricStats(min: 9e6, max: 3e7, avg: 2e7, p50: 2e7, p95: 3e7, p99: 3e7),
                cpu: MetricStats(min: 0, max: 0.9, avg: 0.07, p50: 0.01, p95: 0.4, p99: 0.9)
            ),
            start: start,
            end: start.addingTimeInterval(4200),
            resolutionSeconds: 600,
            intervals: intervals
        )
    }()

    private func world(onTerminal: Bool = false, language: String = "C.UTF-8") -> (CommandWorld, MemoryService) {
        let service = Samples.service()
        service.state.mutate { $0.metrics = ["func-hello": Self.report] }
        var world = CommandWorld(service: service)
        world.environment = ["LANG": language]
        if onTerminal {
            world.terminal = TerminalInfo(
                inputIsTerminal: true,
                outputIsTerminal: true,
                errorIsTerminal: true,
                width: 80
            )
        }
        return (world, service)
    }

    @Test(arguments: [
        ["metrics", "hello"], ["metrics", "hello", "-o", "json"], ["metrics", "hello", "-o", "yaml"],
        ["metrics", "hello", "-o", "name"], ["metrics", "hello", "--version", "v2"],
    ])
    func `piped numbers are as recorded`(arguments: [String]) async throws {
        let run = await world().0.run(arguments)
        #expect(run.status == 0, "\(run.error)")
        try Golden.expect(run.output, "piped/" + arguments.joined(separator: "-"))
    }

    @Test(arguments: [("C.UTF-8", "utf8"), ("C", "ascii"), ("", "ascii"), ("en_US.utf8", "utf8")])
    func `numbers on a terminal are as recorded`(language: String, name: String) async throws {
        let run = await world(onTerminal: true, language: language).0.run("metrics", "hello", "--color", "never")
        #expect(run.status == 0)
        try Golden.expect(run.output, "terminal/metrics-hello-\(name)")
    }

    @Test func `what the server leaves out is not shown as 0`() async throws {
        let (world, service) = world()
        let duration = MetricStats(min: 1, avg: 2)
        service.state.mutate {
            $0.metrics["func-hello"] = MetricsReport(total: Metrics(invocations: 1, duration: duration))
        }
        let document = try await world.run("metrics", "hello", "-o", "json").json()
        #expect(document["duration_ms"]?["avg"]?.integer == 2)
        #expect(document["duration_ms"]?["p95"] == nil)
        let lines = await world.run("metrics", "hello").output
        #expect(lines.contains("duration_ms_avg\t2.000"))
        #expect(!lines.contains("duration_ms_p95"))
        let (terminal, other) = self.world(onTerminal: true)
        other.state.mutate { $0.metrics = service.state.current.metrics }
        let table = await terminal.run("metrics", "hello", "--color", "never").output
        #expect(table.split(separator: "\n").contains { $0.hasPrefix("p95") && $0.hasSuffix(" -") })
    }

    @Test func `the question names range, resolution and version`() async throws {
        let (world, service) = world()
        _ = await world.run(
            "metrics",
            "hello",
            "--since",
            "2h",
            "--until",
            "30m",
            "--resolution",
            "5m",
            "--version",
            "3"
        )
        let query = try #require(service.state.current.lastMetricsQuery)
        #expect(query.start == world.now.addingTimeInterval(-7200))
        #expect(query.end == world.now.addingTimeInterval(-1800))
        #expect(query.resolutionSeconds == 300)
        #expect(query.version == .number(3))
        _ = await world.run("metrics", "hello")
        #expect(service.state.current.lastMetricsQuery?.start == world.now.addingTimeInterval(-3600))
        #expect(service.state.current.lastMetricsQuery?.end == nil)
    }

    @Test func `watching draws over itself on a terminal and ends with what went wrong`() async throws {
        let (world, service) = world(onTerminal: true)
        service.state.mutate { $0.metricsLeft = 3 }
        let run = await world.run("metrics", "hello", "--watch", "--interval", "100ms", "--color", "never")
        #expect(run.status == 9)
        let lines = run.output.components(separatedBy: "\u{1B}[J")[0].count { $0 == "\n" }
        let looks = run.output.components(separatedBy: "\u{1B}[\(lines)A\u{1B}[J")
        #expect(looks.count == 3)
        #expect(Set(looks).count == 1)
        #expect(run.error.contains("the service went away"))
    }

    @Test func `watching piped gives one document a look`() async throws {
        let (world, service) = world()
        service.state.mutate { $0.metricsLeft = 2 }
        let run = await world.run("metrics", "hello", "-w", "--interval", "100ms", "-o", "jsonl")
        let documents = run.output.split(separator: "\n")
        #expect(documents.count == 2)
        for document in documents {
            let value = try JSONDecoder().decode(JSONValue.self, from: Data(document.utf8))
            #expect(value["invocations"]?.integer == 200)
        }
        service.state.mutate { $0.metricsLeft = 2 }
        let plain = await world.run("metrics", "hello", "-w", "--interval", "100ms")
        #expect(plain.output.components(separatedBy: "\n\n").count == 3)
        #expect(!plain.output.contains("\u{1B}"))
    }

    @Test func `a server without metrics says so`() async throws {
        let (world, service) = world()
        service.state.mutate { $0.capabilities.supportsMetrics = false }
        let run = await world.run("metrics", "hello", "-o", "json")
        #expect(run.status == 1)
        #expect(run.output == "")
        #expect(try run.errorCode() == "unsupported")
    }

    @Test(arguments: [
        ["metrics", "hello", "-w", "--interval", "1ms"], ["metrics", "hello", "--interval", "1s"],
        ["metrics", "hello", "--resolution", "0"],
        ["metrics", "hello", "--resolution", "soon"], ["metrics", "hello", "--watch", "--until", "1m"],
        ["metrics", "hello", "--watch", "-o", "json"], ["metrics", "hello", "--since", "1m", "--until", "2m"],
        ["events", "hello", "--limit", "0"], ["events", "hello", "--limit", "1001"],
        ["invocations", "list", "hello", "--status", "odd"], ["invocations", "list", "hello", "--limit", "-1"],
        ["invocations", "status"], ["invocations", "status", "x", "--wait", "--timeout", "0"],
        ["invocations", "status", "x", "--timeout", "5"],
    ])
    func `bad values end with 2`(arguments: [String]) async {
        let run = await world().0.run(arguments)
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(!run.error.isEmpty)
    }
}

@Suite struct SparklineTests {
    private let blocks = Sparkline(environment: ["LANG": "en_US.UTF-8"])
    private let letters = Sparkline(environment: ["LC_ALL": "C", "LANG": "en_US.UTF-8"])

    @Test func `levels follow the largest value, zero has its own`() {
        #expect(blocks.line([0, 1, 7, nil, 3.5], width: 80, joining: .sum) == "▁▂█ ▅")
        #expect(letters.line([0, 1, 7, nil, 3.5], width: 80, joining: .sum) == "_.# =")
        #expect(blocks.line([0, 0], width: 80, joining: .sum) == "▁▁")
        #expect(blocks.line([0.001, 1000], width: 80, joining: .sum) == "▂█")
        #expect(blocks.line([], width: 80, joining: .sum) == "")
        #expect(blocks.line([nil], width: 80, joining: .largest) == " ")
    }

    @Test func `what does not fit is joined`() {
        let values = (0..<100).map { Double?(Double($0)) }
        #expect(blocks.line(values, width: 10, joining: .sum).count == 10)
        #expect(blocks.line(values, width: 33, joining: .largest).count <= 33)
        #expect(blocks.line([1, 1, 2, nil], width: 2, joining: .sum) == "██")
        #expect(blocks.line([1, 1, 2, nil], width: 2, joining: .largest) == "▅█")
    }
}
