import Foundation
import FuncKit
import Testing

struct CloudEventDocumentTests {
    private func read(_ text: String) throws -> CloudEventDocument {
        try CloudEventDocument.read(
            Data(text.utf8),
            file: "e.json",
            defaults: CloudEventDocument.Defaults(id: "new", source: "/here")
        )
    }

    @Test func `a whole event stays byte for byte`() throws {
        let text = #"{ "specversion":"1.0","id":"1","source":"/s","type":"t","n":1,"flag":true,"data":{"x":1.0} }"#
        let document = try read(text)
        #expect(document.contentType == "application/cloudevents+json")
        #expect(document.body == Data(text.utf8))
    }

    @Test(arguments: [
        (#"{"type":"t","data":1.50}"#, #"{"specversion":"1.0","id":"new","source":"/here","type":"t","data":1.50}"#),
        (#" {"type":"t","id":"7"}"#, #"{"specversion":"1.0","source":"/here","type":"t","id":"7"}"#),
    ])
    func `what an event lacks is filled in`(text: String, complete: String) throws {
        #expect(String(decoding: try read(text).body, as: UTF8.self) == complete)
    }

    @Test func `several events are a batch, in a list or one a line`() throws {
        let event = #"{"specversion":"1.0","id":"1","source":"/s","type":"t"}"#
        let list = try read("[\(event),\(event)]")
        #expect(list.contentType == "application/cloudevents-batch+json")
        let lines = try read("\(event)\n\(event)\n")
        #expect(lines.contentType == list.contentType)
        #expect(try JSONValue(parsing: lines.body) == JSONValue(parsing: list.body))
    }

    @Test(arguments: [
        (#"{"data":1}"#, "no 'type'"), (#"{"type":""}"#, "no 'type'"), (#"{"type":7}"#, "no 'type'"),
        (#"{"type":"t","source":""}"#, "no 'source'"), (#"{"type":"t","id":null}"#, "no 'id'"),
        (#"{"type":"t","specversion":"0.3"}"#, "specversion"), (#"{"type":"t","Region":"eu"}"#, "'Region'"),
        (#"{"type":"t","order_id":"7"}"#, "'order_id'"), (#"{"type":"t","amount":1.5}"#, "'amount'"),
        (#"{"type":"t","more":{}}"#, "'more'"), (#"{"type":"t","time":"noon"}"#, "'noon'"),
        (#"{"type":"t","data":1,"data_base64":"eA=="}"#, "both 'data'"),
        (#"{"type":"t","data_base64":"?"}"#, "no Base64"), ("7", "no event"), ("[7]", "entry 1"),
        (#"[{"specversion":"1.0","type":"t","source":"/s"}]"#, "event 1 in 'e.json' has no 'id'"),
        ("{\"type\":}", "malformed JSON"),
    ])
    func `what is no event is refused with what is wrong`(text: String, reason: String) throws {
        let error = try #require(throws: FuncError.self) { try read(text) }
        #expect(error.code == .invalidArgument)
        #expect(error.message.contains(reason), "\(error.message)")
    }

    @Test(arguments: [
        (#"{"specversion":"1.0"}"#, true), (#"[{"specversion":"1.0"}]"#, true), ("[]", false), (#"{"id":"1"}"#, false),
        (#"[{"specversion":"1.0"},7]"#, false), ("7", false),
    ])
    func `events are known by their look`(text: String, isEvents: Bool) throws {
        #expect(CloudEventDocument.isEvents(try JSONValue(parsing: Data(text.utf8))) == isEvents)
    }
}
