import Foundation
import Testing

@testable import FuncKit

@Suite struct MetricsClientTests {
    private static let answer = """
        {"invocations":7,"errors":1,"client_disconnects":2,"cold_starts":3,
         "duration":{"min":1,"max":9,"avg":4.5,"p50":4,"p95":9,"p99":9},
         "concurrency":{"min":0,"max":2,"avg":0.5},
         "start":"2026-03-01T11:00:00Z","end":"2026-03-01T12:00:00Z","resolution_seconds":60,
         "intervals":[{"start":"2026-03-01T11:00:00Z","invocations":7}]}
        """

    @Test func `a report is asked for and read`() async throws {
        try await withServer(routes(["GET /functions/hello/metrics": json(Self.answer)])) { server in
            let query = MetricsQuery(
                start: WireDate.parse("2026-03-01T11:00:00Z"),
                end: WireDate.parse("2026-03-01T12:00:00Z"),
                resolutionSeconds: 60,
                version: .named("next")
            )
            let report = try await makeAPIClient(server).metrics(of: "hello", query: query)
            #expect(report.total.invocations == 7)
            #expect(report.total.clientDisconnects == 2)
            #expect(report.total.duration.p95 == 9)
            #expect(report.total.concurrency == MetricStats(min: 0, max: 2, avg: 0.5))
            #expect(report.total.memory == MetricStats())
            #expect(report.intervals.map(\.metrics.invocations) == [7])
            let asked = try #require(server.requests.first?.query)
            #expect(asked["start"]?.removingPercentEncoding == "2026-03-01T11:00:00Z")
            #expect(asked["end"]?.removingPercentEncoding == "2026-03-01T12:00:00Z")
            #expect(asked["resolution"] == "60s")
            #expect(asked["version"] == "next")
            let bytes = try JSONEncoder.functionAPI.encode(report)
            #expect(try JSONDecoder.functionAPI.decode(MetricsReport.self, from: bytes) == report)
        }
    }

    @Test func `a server without the route does not support it`() async throws {
        try await withServer(routes([:])) { server in
            let client = try makeAPIClient(server)
            let error = await #expect(throws: FuncError.self) {
                _ = try await client.metrics(of: "hello", query: MetricsQuery())
            }
            #expect(error?.code == .unsupported)
        }
    }

    @Test func `the constants of a server without intervals are read all the same`() async throws {
        let body = #"{"invocations":1000,"errors":10,"cold_starts":5,"duration":{"avg":125},"memory":null}"#
        try await withServer(routes(["GET /functions/hello/metrics": json(body)])) { server in
            let report = try await makeAPIClient(server).metrics(of: "hello", query: MetricsQuery())
            #expect(report.total.invocations == 1000)
            #expect(report.intervals.isEmpty)
            #expect(report.start == nil)
        }
    }
}
