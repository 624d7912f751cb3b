import Foundation
import FuncKit
import NIOCore
import TestSupport
import Testing

@testable import FuncPlatform

/// What the gateway tells about requests while they run and when they are over.
@Suite struct GatewayRecordTests {
    /// Requests under way at each version, as the told changes add up.
    private func load(_ gateway: GatewayFixture) -> [String: Int] {
        var load = gateway.loads.reduce(into: [:]) { $0[$1.versionID, default: 0] += $1.change }
        for record in gateway.records { load[record.versionID, default: 0] -= 1 }
        return load.filter { $0.value != 0 }
    }

    private func invoke(_ gateway: GatewayFixture, _ path: String, seconds: Int = 20) async throws -> InvokedResponse {
        try await gateway.server.invoker.invoke(
            route: gateway.route(),
            method: "GET",
            path: path,
            timeout: .seconds(seconds),
            maxResponseBytes: 4999
        )
    }

    private static let script: TestUpstream.Script = { head, _ in
        switch head.uri.prefix(5) {
        case "/slow": .silence
        case "/dead": .close
        case "/big": .answer(200, body: String(repeating: "x", count: 5000))
        case "/bad": .answer(500, body: "no")
        default: .echo
        }
    }

    @Test func `a request is told of when it comes and when it is over`() async throws {
        try await GatewayFixture.with(script: Self.script) { gateway in
            let call = Task { try await invoke(gateway, "/slow") }
            try await eventually("the request") { gateway.function.requests.count == 1 }
            #expect(load(gateway) == ["v1": 1])
            call.cancel()
            _ = await call.result
            try await eventually("its end") { gateway.records.count == 1 }
            #expect(load(gateway).isEmpty)
            #expect(gateway.records.first?.outcome == .clientLeft)
            #expect(gateway.records.first?.status == 499)
        }
    }

    @Test(
        arguments: [
            ("/x", 200, .answered, false), ("/bad", 500, .answered, true), ("/dead", 502, .answered, true),
            ("/big", 200, .brokeOff, true),
        ] as [(String, Int, RequestOutcome, Bool)]
    )
    func `calls through the API are recorded as they ended`(
        path: String,
        status: Int,
        outcome: RequestOutcome,
        isError: Bool
    ) async throws {
        try await GatewayFixture.with(script: Self.script) { gateway in
            _ = try? await invoke(gateway, path)
            try await eventually("the record") { gateway.records.count == 1 }
            let record = try #require(gateway.records.first)
            #expect(record.status == status)
            #expect(record.outcome == outcome)
            #expect(record.isError == isError)
            #expect(load(gateway).isEmpty)
        }
    }

    @Test func `a call that ran out of time is an error, not a client that left`() async throws {
        try await GatewayFixture.with(script: Self.script) { gateway in
            await #expect {
                _ = try await invoke(gateway, "/slow", seconds: 1)
            } throws: {
                ($0 as? FuncError)?.code == .timedOut
            }
            try await eventually("the record") { gateway.records.count == 1 }
            #expect(gateway.records.first?.status == 504)
            #expect(gateway.records.first?.isError == true)
        }
    }

    @Test func `a request whose version was retired is counted at the one that took it`() async throws {
        try await GatewayFixture.with { gateway in
            let retired = InstancePool()
            retired.close()
            var old = gateway.route()
            old.shares = [
                RoutableVersion(versionID: "v0", number: 0, percent: 50, pool: retired),
                RoutableVersion(versionID: "v9", number: 9, percent: 50, pool: retired),
            ]
            let new = gateway.route()
            gateway.table.replace(old)
            gateway.whenSplit { [table = gateway.table] in table.replace(new) }
            #expect(try await gateway.get().status == 200)
            try await eventually("the record") { gateway.records.count == 1 }
            #expect(gateway.records.first?.versionID == "v1")
            #expect(gateway.loads.map(\.change) == [1, -1, 1])
            #expect(load(gateway).isEmpty)
        }
    }
}
