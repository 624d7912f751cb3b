/// Header fields in the order they stand in the message; names are compared without regard to case.
struct HTTPHeaders: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    /// One field.
    struct Field: Hashable, Sendable {
        /// Name as it was written.
        var name: String
        /// Value without surrounding white space.
        var value: String
    }

    /// All fields, repeated names included.
    private(set) var fields: [Field] = []

    /// No fields.
    init() {}

    /// Fields from a literal.
    init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { add(name, value) }
    }

    /// The first value under a name; setting it replaces all values under that name.
    subscript(name: String) -> String? {
        get { fields.first { Self.same($0.name, name) }?.value }
        set {
            fields.removeAll { Self.same($0.name, name) }
            if let newValue { add(name, newValue) }
        }
    }

    /// Appends a field, also where the name is there already.
    mutating func add(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    private static func same(_ first: String, _ second: String) -> Bool {
        first.lowercased() == second.lowercased()
    }

    /// Refuses names and values that would change the message around them (RFC 9110, sections 5.1 and 5.5).
    /// - Throws: `invalid_argument`.
    func validate() throws {
        for field in fields {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(Self.isTokenByte) else {
                throw FuncError(.invalidArgument, "header name '\(field.name)' has characters that HTTP does not allow")
            }
            guard field.value.utf8.allSatisfy({ $0 == 9 || ($0 >= 32 && $0 != 127) }) else {
                throw FuncError(.invalidArgument, "the value of header '\(field.name)' has control characters")
            }
        }
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

extension HTTPHeaders: CustomStringConvertible, CustomReflectable {
    private static let secretNames: Set<String> = [
        "authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key",
    ]

    /// One line per field, with credentials masked.
    var description: String {
        fields
            .map { "\($0.name): \(Self.secretNames.contains($0.name.lowercased()) ? "***" : $0.value)" }
            .joined(separator: "\n")
    }

    /// Keeps credentials out of `dump` and test output too.
    var customMirror: Mirror { Mirror(self, children: ["fields": description]) }
}
