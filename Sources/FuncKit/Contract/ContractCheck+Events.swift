import Foundation

extension ContractCheck {
    private static let structured = "application/cloudevents+json"
    private static let attributes = "ce-specversion: 1.0\r\nce-id: 1\r\nce-source: /s\r\nce-type: t\r\n"
    private static let minimal = #"{"specversion":"1.0","id":"1","source":"/s","type":"t"}"#

    /// What is no event and no batch (point 4, and the stream type's form).
    static let events = [
        ContractCheck(
            "malformed-events",
            point: 4,
            "what is not a CloudEvent is refused with the reason",
            types: [.event, .scheduled]
        ) { subject in
            for (type, headers, body, status) in malformedEvents {
                let fields = "Content-Type: \(type)\r\n" + headers
                try await refuse(body, fields, with: status, subject)
            }
        },
        ContractCheck(
            "malformed-batches",
            point: 4,
            "what is not a batch of records is refused with the reason",
            types: [.stream]
        ) { subject in
            for body in malformedBatches {
                try await refuse(body, "Content-Type: application/json\r\n", with: 400, subject)
            }
        },
    ]

    private static let malformedEvents: [(type: String, headers: String, body: String, status: Int)] = [
        ("application/json", "", "{}", 400),
        ("application/json", "ce-specversion: 1.0\r\nce-id: 1\r\nce-source: /s\r\n", "{}", 400),
        ("application/json", attributes.replacing("1.0", with: "0.3"), "{}", 400),
        ("application/json", attributes + "ce-id: 2\r\n", "{}", 400),
        ("application/json", attributes + "ce-subject: %FF\r\n", "{}", 400),
        ("application/json", attributes + "ce-bad_name: 1\r\n", "{}", 400),
        ("application/json", attributes, "{broken", 400),
        (structured, "", "[]", 400),
        (structured, "", "{broken", 400),
        (structured, "", #"{"specversion":"1.0","id":"","source":"/s","type":"t"}"#, 400),
        (structured, "", minimal.replacing("}", with: #","data":1,"data_base64":"AQI="}"#), 400),
        (structured, "", minimal.replacing("}", with: #","nested":{}}"#), 400),
        ("application/cloudevents-batch+json", "", minimal, 400),
        ("application/cloudevents+xml", "", "<event/>", 415),
    ]

    private static let record =
        #"{"id":"a","partition":0,"offset":0,"key":null,"timestamp":"2024-01-01T00:00:00Z","data":1}"#
    private static let malformedBatches = [
        "", "{broken", "[]", "{}", #"{"records":{}}"#, #"{"records":[1]}"#, #"{"records":[{"data":1}]}"#,
        #"{"records":[{"id":"","data":1}]}"#, #"{"records":[\#(record),\#(record)]}"#,
    ]

    private static func refuse(
        _ body: String,
        _ fields: String,
        with status: Int,
        _ subject: any ContractSubject
    ) async throws {
        let head = "POST / HTTP/1.1\r\nHost: h\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n"
        let response = try await subject.client.response(to: head, body: Data(body.utf8))
        let name = "'\(fields.replacing("\r\n", with: " "))\(body)'"
        try demand(response.status == status, "\(name) is answered with \(response.status), not \(status)")
        let reason = (try? JSONValue(parsing: response.body)).flatMap { answer -> JSONValue? in
            guard case .object(let members) = answer else { return nil }
            return members["error"]
        }
        try demand(reason != nil, "the answer to \(name) has no 'error'")
    }
}
