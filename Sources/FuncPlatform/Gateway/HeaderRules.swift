import NIOHTTP1

/// Which header fields concern the connection or the gateway, and which belong to the two ends.
enum HeaderRules {
    /// Tells a host that the body is the handler's event itself, and that its whole result is wanted as JSON.
    static let direct = "x-hks-direct"

    enum Kind {
        case host, connection, upgrade, transferEncoding, contentLength, expect, origin
        case requestID, traceparent, forwardedFor, forwardedOther, tag
        /// What a client proves itself with.
        case authorization, apiKey
        /// Only the gateway says who calls.
        case authSubject
        /// RFC 9110 7.6.1: means something between two neighbours only.
        case hopByHop
        /// Fields of the answer that only the gateway may set.
        case gatewayAnswer
        /// Fields of a request that only the platform's own calls may have.
        case platformCall
        case other
    }

    /// Looks at the length first, so that nearly every field is decided without comparing text.
    static func kind(of name: String) -> Kind {
        switch name.utf8.count {
        case 2: name.isEqualIgnoringCase(to: "te") ? .hopByHop : .other
        case 4: name.isEqualIgnoringCase(to: "host") ? .host : .other
        case 6: kindOfSix(name)
        case 7: name.isEqualIgnoringCase(to: "upgrade") ? .upgrade : .other
        case 9: kindOfNine(name)
        case 10: kindOfTen(name)
        case 11: name.isEqualIgnoringCase(to: "traceparent") ? .traceparent : .other
        case 12: kindOfTwelve(name)
        case 13: kindOfThirteen(name)
        case 14: name.isEqualIgnoringCase(to: "content-length") ? .contentLength : .other
        case 15: name.isEqualIgnoringCase(to: "x-forwarded-for") ? .forwardedFor : .other
        case 16: kindOfSixteen(name)
        case 17: kindOfSeventeen(name)
        case 18: kindOfEighteen(name)
        case 19: name.isEqualIgnoringCase(to: "proxy-authorization") ? .hopByHop : .other
        default: .other
        }
    }

    private static func kindOfSix(_ name: String) -> Kind {
        if name.isEqualIgnoringCase(to: "expect") { return .expect }
        return name.isEqualIgnoringCase(to: "origin") ? .origin : .other
    }

    private static func kindOfNine(_ name: String) -> Kind {
        if name.isEqualIgnoringCase(to: "x-api-key") { return .apiKey }
        return name.isEqualIgnoringCase(to: "x-hks-tag") ? .tag : .other
    }

    private static func kindOfThirteen(_ name: String) -> Kind {
        if name.isEqualIgnoringCase(to: "authorization") { return .authorization }
        return name.isEqualIgnoringCase(to: "x-hks-version") ? .gatewayAnswer : .other
    }

    private static func kindOfEighteen(_ name: String) -> Kind {
        if name.isEqualIgnoringCase(to: "x-forwarded-prefix") { return .forwardedOther }
        guard name.utf8.first.map({ $0 | 0x20 }) == UInt8(ascii: "x") else { return .other }
        // A function that sees header fields as variables cannot tell `_` from `-` (RFC 3875 4.1.18).
        let dashed = name.replacing("_", with: "-")
        return dashed.isEqualIgnoringCase(to: "x-hks-auth-subject") ? .authSubject : .other
    }

    private static func kindOfTen(_ name: String) -> Kind {
        if name.isEqualIgnoringCase(to: "connection") { return .connection }
        return name.isEqualIgnoringCase(to: "keep-alive") ? .hopByHop : .other
    }

    private static func kindOfTwelve(_ name: String) -> Kind {
        if name.isEqualIgnoringCase(to: "x-request-id") { return .requestID }
        return name.isEqualIgnoringCase(to: "x-hks-direct") ? .platformCall : .other
    }

    private static func kindOfSixteen(_ name: String) -> Kind {
        if name.isEqualIgnoringCase(to: "proxy-connection") { return .hopByHop }
        if name.isEqualIgnoringCase(to: "x-hks-cold-start") { return .gatewayAnswer }
        return name.isEqualIgnoringCase(to: "x-forwarded-host") ? .forwardedOther : .other
    }

    private static func kindOfSeventeen(_ name: String) -> Kind {
        if name.isEqualIgnoringCase(to: "transfer-encoding") { return .transferEncoding }
        return name.isEqualIgnoringCase(to: "x-forwarded-proto") ? .forwardedOther : .other
    }

    /// A field name as the Function API spells it in answers: `Content-Type`, as Go does.
    static func spelled(_ name: String) -> String {
        name.split(separator: "-", omittingEmptySubsequences: false)
            .map { $0.prefix(1).uppercased() + $0.dropFirst().lowercased() }
            .joined(separator: "-")
    }

    /// The fields of an instance's answer that go on to the client; its framing is chosen anew there.
    static func answerFields(_ headers: HTTPHeaders, isUpgrade: Bool = false) -> HTTPHeaders {
        var fields = HTTPHeaders()
        fields.reserveCapacity(headers.count + 5)
        var connection = ConnectionField()
        for (name, value) in headers {
            switch kind(of: name) {
            case .connection: connection.add(value)
            case .upgrade where isUpgrade: fields.add(name: name, value: value)
            case .hopByHop, .upgrade, .transferEncoding, .requestID, .gatewayAnswer, .platformCall: break
            default: fields.add(name: name, value: value)
            }
        }
        connection.removeNominated(from: &fields)
        return fields
    }

    /// RFC 9110 6.5.1: trailers must not carry framing or routing.
    static func trailerFields(_ trailers: HTTPHeaders?) -> HTTPHeaders? {
        guard let trailers, !trailers.isEmpty else { return nil }
        let fields = trailers.filter { kind(of: $0.name) == .other }
        return fields.isEmpty ? nil : HTTPHeaders(fields.map { ($0.name, $0.value) })
    }
}

/// What a `Connection` field said.
struct ConnectionField {
    private(set) var namesUpgrade = false
    private var nominated: [String] = []

    mutating func add(_ value: String) {
        // The two usual values name no field.
        if value.isEqualIgnoringCase(to: "keep-alive") || value.isEqualIgnoringCase(to: "close") { return }
        for token in value.split(separator: ",") {
            let name = token.filter { $0 != " " && $0 != "\t" }.lowercased()
            if name == "upgrade" {
                namesUpgrade = true
            } else if HeaderRules.kind(of: name) == .other {
                nominated.append(name)
            }
        }
    }

    /// RFC 9110 7.6.1: a field named in `Connection` is for the next neighbour only.
    func removeNominated(from fields: inout HTTPHeaders) {
        for name in nominated { fields.remove(name: name) }
    }
}

extension String {
    /// Compares ASCII text; `lowered` must be in lower case.
    func isEqualIgnoringCase(to lowered: StaticString) -> Bool {
        guard utf8.count == lowered.utf8CodeUnitCount else { return false }
        var expected = lowered.utf8Start
        for byte in utf8 {
            let lower = (65...90).contains(byte) ? byte | 0x20 : byte
            guard lower == expected.pointee else { return false }
            expected += 1
        }
        return true
    }
}
