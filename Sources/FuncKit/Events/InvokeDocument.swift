import Foundation

/// What somebody wrote to be sent to a function, in a file or otherwise. Here requests, events, records and plain bodies are
/// told apart, by the look of them and the type of the function.
public struct InvokeDocument: Sendable {
    /// A body and its media type.
    public typealias Body = (bytes: Data, contentType: String)

    private let bytes: Data
    private let file: String

    /// Takes a document; `file` is for errors.
    public init(_ bytes: Data, file: String) {
        self.bytes = bytes
        self.file = file
    }

    /// The document as it is: JSON, text, or bytes.
    public var plain: Body { (bytes, Self.mediaType(of: bytes)) }

    /// The document as a function of a type takes it: events for the types `event` and `scheduled`, completed where
    /// something is missing, records for `stream`, and for `http` the document as it is.
    /// - Throws: `invalid_argument`, located, for events that are none and records that are no JSON.
    public func body(for type: FunctionType, defaults: CloudEventDocument.Defaults) throws -> Body {
        switch type {
        case .http: return plain
        case .event, .scheduled: return try events(defaults) ?? plain
        case .stream:
            if let lines = JSONText.lines(bytes) { return (JSONText.list(of: lines), "application/json") }
            // Said here with its place, rather than by the server.
            _ = try JSONText.parse(bytes, file: file)
            return (bytes, "application/json")
        }
    }

    /// The call that a sample stands for, which is JSON. Beyond ``body(for:defaults:)``, a function of type `http` is sent the
    /// request that the sample describes, or an event as such.
    /// - Throws: `invalid_argument`, located.
    public func request(for type: FunctionType, defaults: CloudEventDocument.Defaults) throws -> InvokeRequest {
        if JSONText.lines(bytes) == nil { _ = try JSONText.parse(bytes, file: file) }
        if type == .http, describesRequest { return try RequestSample.read(bytes, file: file) }
        let body = try (type == .http ? events(defaults) : nil) ?? body(for: type, defaults: defaults)
        return InvokeRequest(method: "POST", headers: ["Content-Type": [body.contentType]], body: body.bytes)
    }

    /// Whether it looks like the description of a request.
    public var describesRequest: Bool {
        // Few documents begin like that, and the others need not be read for it.
        guard bytes.prefix(256).contains(Data("\"request\"".utf8)) else { return false }
        return (try? JSONValue(parsing: bytes)).map(RequestSample.isRequest) ?? false
    }

    /// The events that it looks like; nil for anything else.
    private func events(_ defaults: CloudEventDocument.Defaults) throws -> Body? {
        let text = JSONText.lines(bytes).map(JSONText.list) ?? bytes
        guard let value = try? JSONValue(parsing: text), CloudEventDocument.isEvents(value) else { return nil }
        let document = try CloudEventDocument.read(bytes, file: file, defaults: defaults)
        return (document.body, document.contentType)
    }

    private static func mediaType(of body: Data) -> String {
        let isJSON = (try? JSONSerialization.jsonObject(with: body, options: [.fragmentsAllowed])) != nil
        if isJSON { return "application/json" }
        return String(validating: body, as: UTF8.self) == nil ? "application/octet-stream" : "text/plain; charset=utf-8"
    }
}
