import Foundation
import FuncKit
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing

@testable import FuncPlatform

/// Numbers on the wire.
struct MetricsRoutesTests {
    private let fixture: ControlFixture
    private let function: FunctionState

    init() async throws {
        fixture = try ControlFixture()
        function = try await fixture.createHello()
        let version = try #require(function.latest)
        var requests = TestRequests(hub: fixture.metrics.hub, time: TestTime())
        requests.functionID = function.id
        requests.versionID = version.id
        for _ in 0..<9 { requests.send(milliseconds: 20) }
        requests.send(status: 500, milliseconds: 400, coldStart: true)
    }

    private static let path = "/api/v1/workspaces/default/functions/hello/metrics"

    private func get(_ client: any TestClientProtocol, _ uri: String, token: String? = "secret") async throws
        -> (status: Int, json: [String: Any], text: String, headers: HTTPFields)
    {
        var headers: HTTPFields = [:]
        headers[.authorization] = token.map { "Bearer \($0)" }
        return try await client.execute(uri: uri, method: .get, headers: headers) { response in
            let data = Data(response.body.readableBytesView)
            let json = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
            return (response.status.code, json ?? [:], String(decoding: data, as: UTF8.self), response.headers)
        }
    }

    @Test func `a report is flat, whole and readable by the client's model`() async throws {
        try await fixture.application().test(.router) { client in
            let answer = try await get(client, Self.path)
            #expect(answer.status == 200)
            #expect(answer.json["invocations"] as? Int == 10)
            #expect(answer.json["errors"] as? Int == 1)
            #expect(answer.json["client_disconnects"] as? Int == 0)
            #expect(answer.json["cold_starts"] as? Int == 1)
            let duration = try #require(answer.json["duration"] as? [String: Double])
            #expect(duration["max"] == 400)
            #expect(duration["min"] == 20)
            #expect(duration["avg"] == 58)
            for block in ["duration", "concurrency", "memory", "cpu"] {
                let stats = answer.json[block] as? [String: Any]
                #expect(Set((stats ?? [:]).keys) == ["min", "max", "avg", "p50", "p95", "p99"])
            }
            let report = try JSONDecoder.functionAPI.decode(MetricsReport.self, from: Data(answer.text.utf8))
            #expect(report.total.invocations == 10)
            #expect(report.resolutionSeconds == 60)
            #expect((60...62).contains(report.intervals.count))
            #expect(report.intervals.reduce(0) { $0 + $1.metrics.errors } == 1)
        }
    }

    @Test(arguments: [
        "start=10m", "start_time=10m&end_time=2100-01-01T00:00:00Z", "resolution=60", "interval=60s", "resolution=5m",
        "version=1", "version=v1", "metrics=errors", "metrics=errors&metrics=duration", "metrics%5B%5D=errors",
        "metric=errors,duration", "start=99999999999999999999d",
    ])
    func `every dialect's way to ask is understood`(query: String) async throws {
        try await fixture.application().test(.router) { client in
            let answer = try await get(client, Self.path + "?" + query)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json["errors"] as? Int == 1)
            let isPart = query.hasPrefix("metric")
            #expect(answer.json["invocations"] as? Int == (isPart ? 0 : 10))
            let duration = answer.json["duration"] as? [String: Double]
            #expect((duration?["max"] ?? -1) == (isPart && !query.contains("duration") ? 0 : 400))
        }
    }

    @Test(arguments: [
        ("start=soon", "start=soon"), ("end_time=never", "end_time=never"), ("resolution=0", "resolution=0"),
        ("resolution=-5", "resolution=-5"), ("interval=quick", "interval=quick"),
        ("resolution=99999999999999999999", "resolution"), ("resolution=31d", "resolution=31d"),
        ("metrics=errors&metrics=latency", "metrics=latency"), ("metric=x", "metric=x"),
        ("start=2030-01-01T00:00:00Z&end=2029-01-01T00:00:00Z", "start=2030"), ("end=3h&start=1h", "start=1h"),
    ])
    func `a value that makes no sense is refused by name`(query: String, named: String) async throws {
        try await fixture.application().test(.router) { client in
            let answer = try await get(client, Self.path + "?" + query)
            #expect(answer.status == 400)
            #expect((answer.json["error"] as? String)?.contains(named) == true, "\(answer.text)")
        }
    }

    @Test func `what is missing is not found`() async throws {
        try await fixture.application().test(.router) { client in
            let old = try await get(client, Self.path + "?version=v9")
            #expect(old.json["code"] as? String == "version_not_found")
            let other = try await get(client, Self.path.replacingOccurrences(of: "hello", with: "nobody"))
            #expect(other.json["code"] as? String == "function_not_found")
        }
    }

    @Test func `the exposition is for those who administrate, and well formed`() async throws {
        try await fixture.application().test(.router) { client in
            let refused = try await get(client, "/metrics", token: nil)
            #expect(refused.status == 401)
            let answer = try await get(client, "/metrics")
            #expect(answer.status == 200)
            #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
            let exposition = try ParsedExposition(answer.text)
            let labels = ["project": "default", "function": "hello", "version": "1"]
            let byCode = ["2xx", "5xx", "4xx"].map { code in
                exposition.value("hks_func_requests_total", labels.merging(["code": code]) { $1 })
            }
            #expect(byCode == [9, 1, nil])
            #expect(exposition.value("hks_func_cold_starts_total", labels) == 1)
            #expect(exposition.value("hks_func_request_duration_seconds_count", labels) == 10)
            #expect((exposition.value("process_open_fds", [:]) ?? 0) > 0)
        }
    }
}
