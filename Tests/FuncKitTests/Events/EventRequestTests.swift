import Foundation
import FuncKit
import Testing

@Suite struct EventRequestTests {
    private let now = Date(timeIntervalSince1970: 1_700_000_000)

    private func make(_ type: FunctionType, _ request: InvokeRequest) throws -> InvokeRequest {
        try EventRequest.make(for: type, from: request, source: "/functions/f/invoke", id: "inv-1", now: now)
    }

    private func json(_ request: InvokeRequest) throws -> JSONValue {
        try JSONValue(parsing: try #require(request.body))
    }

    @Test func `what calls an http function stays as it is`() throws {
        let request = InvokeRequest(method: "PUT", path: "/a", headers: ["X": ["1"]], body: Data("b".utf8))
        #expect(try make(.http, request) == request)
    }

    @Test func `plain data becomes an event in binary mode`() throws {
        let request = InvokeRequest(headers: ["content-type": ["text/plain"], "X-Own": ["1"]], body: Data("hi".utf8))
        let delivery = try make(.event, request)
        #expect(delivery.method == "POST")
        #expect(delivery.body == Data("hi".utf8))
        #expect(
            delivery.headers == [
                "X-Own": ["1"], "Content-Type": ["text/plain"], "ce-specversion": ["1.0"], "ce-id": ["inv-1"],
                "ce-source": ["/functions/f/invoke"], "ce-type": ["dev.hks.function.invoked"],
                "ce-time": ["2023-11-14T22:13:20Z"],
            ]
        )
    }

    @Test(arguments: [["CE-SpecVersion": ["1.0"]], ["content-type": ["application/cloudevents+json"]]])
    func `an event that is one already is delivered as it is`(headers: [String: [String]]) throws {
        let delivery = try make(.event, InvokeRequest(headers: headers, body: Data("{}".utf8)))
        #expect(delivery == InvokeRequest(method: "POST", headers: headers, body: Data("{}".utf8)))
    }

    @Test func `a call without data fires a schedule now`() throws {
        let delivery = try make(.scheduled, InvokeRequest(method: "GET"))
        #expect(delivery.method == "POST")
        #expect(delivery.headers["ce-type"] == ["dev.hks.schedule.fired"])
        let expected: JSONValue = .object([
            "schedule": .string("manual"), "attempt": .integer(1),
            "scheduledTime": .string("2023-11-14T22:13:20Z"), "firedTime": .string("2023-11-14T22:13:20Z"),
        ])
        #expect(try json(delivery) == expected)
        let given = try make(.scheduled, InvokeRequest(body: Data(#"{"schedule":"x"}"#.utf8)))
        #expect(try json(given) == .object(["schedule": .string("x")]))
    }

    @Test func `records are numbered, and a batch stays as it is`() throws {
        let records = try make(.stream, InvokeRequest(body: Data("[1,\"two\"]".utf8)))
        let expected = ["1", "\"two\""].enumerated().map { offset, data in
            #"{"data":\#(data),"id":"\#(offset)","key":null,"offset":\#(offset),"partition":0,"timestamp":"2023-11-14T22:13:20Z"}"#
        }
        let document = #"{"records":[\#(expected.joined(separator: ","))],"source":"/functions/f/invoke"}"#
        #expect(records.body == Data(document.utf8))
        #expect(records.headers == ["Content-Type": ["application/json"]])
        let single = try make(.stream, InvokeRequest(body: Data(#"{"a":1}"#.utf8)))
        guard case .object(let batch) = try json(single), case .array(let list) = batch["records"] else {
            Issue.record("no records")
            return
        }
        #expect(list.count == 1)
        let whole = InvokeRequest(body: Data(#"{"records":[],"source":"s"}"#.utf8))
        #expect(try make(.stream, whole).body == whole.body)
    }

    @Test(arguments: [nil, "{broken"]) func `a stream takes JSON alone`(body: String?) throws {
        let error = #expect(throws: FuncError.self) {
            try make(.stream, InvokeRequest(body: body.map { Data($0.utf8) }))
        }
        #expect(error?.code == .invalidArgument)
    }

    @Test func `attributes are percent-encoded as the binding asks`() {
        let event = CloudEvent(
            id: "a b",
            source: "/s",
            type: "t",
            subject: "Euro € \"%\"",
            extensions: ["ext1": "x\ny"],
            data: nil
        )
        #expect(
            event.binaryHeaders == [
                "ce-specversion": ["1.0"], "ce-id": ["a%20b"], "ce-source": ["/s"], "ce-type": ["t"],
                "ce-subject": ["Euro%20%E2%82%AC%20%22%25%22"], "ce-ext1": ["x%0Ay"],
            ]
        )
        #expect(CloudEvent.isAttributeName("abc1"))
        for name in ["", "Abc", "a-b", "ä"] { #expect(!CloudEvent.isAttributeName(name)) }
    }
}
