import Foundation
import FuncKit
import TestSupport
import Testing

/// Batches of records, as functions of type stream get and answer them.
@Suite("Host contract: stream batches", .serialized)
struct HostStreamTests {
    static let environment = ["HKS_TYPE": "stream"]

    /// A batch whose records hold the numbers given; each record's id is `r` and its number.
    static func batch(_ numbers: [Int]) -> String {
        let records = numbers.enumerated().map { offset, number in
            #"{"id":"r\#(number)","partition":0,"offset":\#(offset),"key":"k","timestamp":"2024-01-01T00:00:00Z","data":\#(number)}"#
        }
        return #"{"source":"orders","records":[\#(records.joined(separator: ","))]}"#
    }

    @Test(arguments: HostLanguage.allCases)
    func `the records that failed are named in the answer`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "retry_odd", environment: Self.environment) { host in
            let response = try await host.post(Self.batch([1, 2, 3, 4]), headers: "X-Request-Id: req-5\r\n")
            #expect(response.status == 200)
            #expect(response["content-type"] == "application/json")
            let failures = try #require(try response.object()["batchItemFailures"] as? [[String: String]])
            #expect(failures == [["id": "r1"], ["id": "r3"]])
            try await eventually("the batch is logged") {
                host.logEntries.contains {
                    $0["message"] as? String == "batch of 4 from orders" && $0["request_id"] as? String == "req-5"
                }
            }
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `nothing to say means that all records are done`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "nothing", environment: Self.environment) { host in
            let response = try await host.post(Self.batch([1, 2]))
            #expect(response.status == 204)
            #expect(response.body.isEmpty)
        }
        try await HostProcess.with(language, probe: "retry_odd", environment: Self.environment) { host in
            let done = try await host.post(Self.batch([2, 4]))
            #expect(done.status == 204)
            let empty = try await host.post(Self.batch([]))
            #expect(empty.status == 204)
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `the event holds records and source as they were sent`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "log_event", environment: Self.environment) { host in
            let sent =
                #"{"source":"s","records":[{"id":"a","partition":3,"offset":9007199254740991,"key":null,"timestamp":"2024-01-01T00:00:00Z","data":{"deep":[1,null,"ü"]}}]}"#
            #expect(try await host.post(sent).status == 204)
            let message = try await eventually("the event is logged") {
                host.logEntries.lazy.compactMap { $0["message"] as? String }.first { $0.hasPrefix("{") }
            }
            let expected = try JSONSerialization.jsonObject(with: Data(sent.utf8)) as? NSDictionary
            #expect(try JSONSerialization.jsonObject(with: Data(message.utf8)) as? NSDictionary == expected)
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `a failure and an answer about unknown records fail the batch`(language: HostLanguage) async throws {
        for probe in ["refuse_event", "unknown_failures"] {
            try await HostProcess.with(language, probe: probe, environment: Self.environment) { host in
                let response = try await host.post(Self.batch([1]))
                #expect(response.status == 500, "\(probe)")
            }
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `a schedule arrives as a CloudEvent`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "reply", environment: ["HKS_TYPE": "scheduled"]) { host in
            let headers =
                "ce-specversion: 1.0\r\nce-id: 1\r\nce-source: /schedules/nightly\r\nce-type: dev.hks.schedule.fired\r\n"
            let data =
                #"{"schedule":"nightly","scheduledTime":"2024-01-01T00:00:00Z","firedTime":"2024-01-01T00:00:01Z","attempt":1}"#
            let event = try await host.post(data, headers: headers).object()
            #expect(event["type"] as? String == "dev.hks.schedule.fired")
            #expect((event["data"] as? [String: Any])?["schedule"] as? String == "nightly")
            #expect((event["data"] as? [String: Any])?["attempt"] as? Int == 1)
        }
    }
}
