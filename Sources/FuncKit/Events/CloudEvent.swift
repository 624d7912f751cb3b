import Foundation

/// An event as the CloudEvents specification 1.0.2 describes it.
public struct CloudEvent: Hashable, Sendable {
    /// Unique within `source`.
    public var id: String
    /// URI reference of what it happened to or at.
    public var source: String
    /// What happened, such as `com.example.order.created`.
    public var type: String
    /// What of the source it is about.
    public var subject: String?
    /// When it happened.
    public var time: Date?
    /// Media type of `data`.
    public var dataContentType: String?
    /// Further attributes; names are of `[a-z0-9]`.
    public var extensions: [String: String]
    /// What is to be told.
    public var data: Data?

    /// Describes an event.
    public init(
        id: String,
        source: String,
        type: String,
        subject: String? = nil,
        time: Date? = nil,
        dataContentType: String? = nil,
        extensions: [String: String] = [:],
        data: Data? = nil
    ) {
        self.id = id
        self.source = source
        self.type = type
        self.subject = subject
        self.time = time
        self.dataContentType = dataContentType
        self.extensions = extensions
        self.data = data
    }

    /// Whether an attribute of that name may exist: lower-case letters and digits (CloudEvents 1.0.2, 3.1).
    public static func isAttributeName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) }
    }

    /// The header fields of the binary content mode (CloudEvents HTTP binding 1.0.2, 3.1).
    public var binaryHeaders: [String: [String]] {
        var attributes = extensions
        attributes["specversion"] = "1.0"
        attributes["id"] = id
        attributes["source"] = source
        attributes["type"] = type
        attributes["subject"] = subject
        attributes["time"] = time.map(WireDate.format)
        var headers: [String: [String]] = [:]
        for (name, value) in attributes { headers["ce-" + name] = [Self.encode(value)] }
        if data != nil { headers["Content-Type"] = [dataContentType ?? "application/json"] }
        return headers
    }

    /// Percent-encodes what is not printable ASCII, the space, the quotation mark and the percent sign (HTTP binding, 3.1.3.2).
    private static func encode(_ value: String) -> String {
        var text = ""
        for byte in value.utf8 {
            let isPlain = (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "%")
            text += isPlain ? String(UnicodeScalar(byte)) : String(format: "%%%02X", byte)
        }
        return text
    }
}
