import Foundation
import FuncKit
import TestSupport
import Testing

/// CloudEvents over HTTP, as functions of type event get and answer them.
@Suite("Host contract: CloudEvents", .serialized)
struct HostCloudEventTests {
    static let environment = ["HKS_TYPE": "event"]
    static let structured = "application/cloudevents+json"
    static let batched = "application/cloudevents-batch+json"
    static let attributes = "ce-specversion: 1.0\r\nce-id: 1\r\nce-source: /s\r\nce-type: t\r\n"
    static let minimal = #"{"specversion":"1.0","id":"1","source":"/s","type":"t"}"#

    @Test(arguments: HostLanguage.allCases)
    func `a binary event arrives whole and a reply leaves in binary mode`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "reply", environment: Self.environment) {
            host in
            let headers =
                Self.attributes + "ce-subject: Euro%20%E2%82%AC%ZZ\r\nce-quoted: \"a \\\"b\\\"\"\r\nce-ext1: x\r\n"
            let response = try await host.post(#"{"n":1}"#, headers: headers)
            #expect(response.status == 200)
            #expect(response["ce-specversion"] == "1.0")
            #expect(response["ce-type"] == "test.reply")
            #expect(response["ce-source"] == "/t%C3%A9st")
            #expect(response["ce-id"]?.isEmpty == false)
            #expect(response["content-type"] == "application/json")
            let event = try response.object()
            #expect(event["id"] as? String == "1")
            #expect(event["source"] as? String == "/s")
            #expect(event["type"] as? String == "t")
            #expect(event["subject"] as? String == "Euro €%ZZ")
            #expect(event["quoted"] as? String == #"a "b""#)
            #expect(event["ext1"] as? String == "x")
            #expect(event["datacontenttype"] as? String == "application/json")
            #expect(event["data"] as? [String: Int] == ["n": 1])
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `binary data is text or Base64 by its type`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "reply", environment: Self.environment) {
            host in
            let text = try await host.post("plain", type: "text/plain", headers: Self.attributes).object()
            #expect(text["data"] as? String == "plain")
            let bytes = try await host.post(Data([1, 2]), type: "application/octet-stream", headers: Self.attributes)
                .object()
            #expect(bytes["data_base64"] as? String == "AQI=")
            let none = try await host.post("", type: nil, headers: Self.attributes).object()
            #expect(none["data"] is NSNull)
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `a structured event and a batch arrive`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "reply", environment: Self.environment) {
            host in
            let one =
                #"{"specversion":"1.0","id":"9","source":"/s","type":"t","time":"2024-01-01T00:00:00Z","n":5,"gone":null,"data":[1]}"#
            let event = try await host.post(one, type: Self.structured + "; charset=utf-8").object()
            #expect(event["id"] as? String == "9")
            #expect(event["time"] as? String == "2024-01-01T00:00:00Z")
            #expect(event["n"] as? Int == 5)
            #expect(event["gone"] == nil)
            #expect(event["data"] as? [Int] == [1])
            let batch = try await host.post("[\(one),\(Self.minimal)]", type: Self.batched)
            #expect(batch["content-type"] == Self.batched)
            let replies = try #require(try batch.json() as? [[String: Any]])
            #expect(replies.compactMap { ($0["data"] as? [String: Any])?["id"] as? String } == ["9", "1"])
            #expect(try await host.post("[]", type: Self.batched).status == 204)
        }
    }

    @Test(arguments: HostLanguage.allCases)
    func `an answer to an event is empty unless it is an event`(language: HostLanguage) async throws {
        try await HostProcess.with(language, probe: "quiet", environment: Self.environment) {
            host in
            for data in ["null", #""text""#, #"{"any":"thing"}"#, #"{"statusCode":200,"body":"text"}"#] {
                let response = try await host.post(data, headers: Self.attributes)
                #expect(response.status == 204, "\(data)")
                #expect(response.body.isEmpty, "\(data)")
            }
            let asked = try await host.post(#"{"statusCode":503,"body":"later"}"#, headers: Self.attributes)
            #expect(asked.status == 503)
        }
        try await HostProcess.with(
            language,
            probe: "refuse_event",
            environment: Self.environment
        ) { host in
            let response = try await host.post("1", headers: Self.attributes)
            #expect(response.status == 500)
        }
    }
}
