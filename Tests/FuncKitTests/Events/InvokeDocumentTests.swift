import Foundation
import FuncKit
import Testing

struct InvokeDocumentTests {
    private static let event = #"{"specversion":"1.0","id":"1","source":"/s","type":"t"}"#
    private static let request = #"{"request":{"path":"/x"}}"#
    private let defaults = CloudEventDocument.Defaults(id: "new", source: "/here")

    private func document(_ text: String) -> InvokeDocument {
        InvokeDocument(Data(text.utf8), file: "d.json")
    }

    @Test(
        arguments: [
            (.http, #"{"a":1.0}"#, "application/json", nil), (.http, event, "application/json", nil),
            (.http, request, "application/json", nil), (.http, "words", "text/plain; charset=utf-8", nil),
            (.event, event, "application/cloudevents+json", nil),
            (.scheduled, event, "application/cloudevents+json", nil),
            (.event, "\(event)\n\(event)", "application/cloudevents-batch+json", "[\(event),\n\(event)]"),
            (.event, request, "application/json", nil),
            (.stream, "1\n2\n", "application/json", "[1,\n2]"), (.stream, event, "application/json", nil),
        ] as [(FunctionType, String, String, String?)]
    )
    func `a body is what the type of the function makes of it`(
        type: FunctionType,
        text: String,
        contentType: String,
        body: String?
    ) throws {
        let typed = try document(text).body(for: type, defaults: defaults)
        #expect(String(decoding: typed.bytes, as: UTF8.self) == body ?? text)
        #expect(typed.contentType == contentType)
    }

    @Test func `bytes are bytes`() {
        #expect(InvokeDocument(Data([0xFF]), file: "d").plain.contentType == "application/octet-stream")
    }

    @Test func `a sample for http is a request, an event or a body`() throws {
        let described = try document(Self.request).request(for: .http, defaults: defaults)
        #expect(described == InvokeRequest(method: "GET", path: "/x"))
        let event = try document(Self.event).request(for: .http, defaults: defaults)
        #expect(event.headers == ["Content-Type": ["application/cloudevents+json"]])
        let plain = try document(#"{"request":{},"session":1}"#).request(for: .http, defaults: defaults)
        #expect(plain.method == "POST")
        #expect(plain.headers == ["Content-Type": ["application/json"]])
        #expect(plain.body == Data(#"{"request":{},"session":1}"#.utf8))
    }

    @Test(arguments: FunctionType.allCases)
    func `a sample that is malformed is not sent, whatever the type`(type: FunctionType) {
        let error = #expect(throws: FuncError.self) {
            try document("{\n  \"request\": {\n  \"path\" \"/\"\n}}").request(for: type, defaults: defaults)
        }
        #expect(error?.location == SourceLocation(file: "d.json", line: 3, column: 10))
    }

    @Test func `an event that is none is not sent`() {
        let error = #expect(throws: FuncError.self) {
            try document(#"{"specversion":"1.0","id":"1"}"#).request(for: .event, defaults: defaults)
        }
        #expect(error?.message.contains("has no 'type'") == true)
    }
}
