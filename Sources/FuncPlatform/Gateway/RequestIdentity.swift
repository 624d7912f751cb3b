import FuncKit

/// The identifiers that a request carries through logs and traces.
enum RequestIdentity {
    /// Visible ASCII without quotes, short enough for a log line.
    static func isValidRequestID(_ value: String) -> Bool {
        (1...128).contains(value.utf8.count)
            && value.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") }
    }

    /// W3C Trace Context, version 00: `00-<32 hex>-<16 hex>-<2 hex>`, neither identifier all zero.
    static func isValidTraceparent(_ value: String) -> Bool {
        let bytes = Array(value.utf8)
        guard bytes.count == 55, bytes[0] == UInt8(ascii: "0"), bytes[1] == UInt8(ascii: "0") else { return false }
        for (index, byte) in bytes.enumerated() {
            if index == 2 || index == 35 || index == 52 {
                guard byte == UInt8(ascii: "-") else { return false }
            } else {
                guard (48...57).contains(byte) || (97...102).contains(byte) else { return false }
            }
        }
        let zero = UInt8(ascii: "0")
        return bytes[3..<35].contains { $0 != zero } && bytes[36..<52].contains { $0 != zero }
    }

    /// A new request id, 32 hex digits.
    static func makeRequestID(using random: inout FastRandom) -> String {
        hex(random.next(), random.next())
    }

    /// Starts a trace that uses the request's id where that can serve as one, so that the two are found together.
    static func makeTraceparent(requestID: String, using random: inout FastRandom) -> String {
        let isHex = requestID.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        let traceID = requestID.utf8.count == 32 && isHex ? requestID : hex(random.next(), random.next())
        let candidate = "00-\(traceID)-\(hex(random.next() | 1))-01"
        return isValidTraceparent(candidate) ? candidate : "00-\(hex(1, random.next()))-\(hex(random.next() | 1))-01"
    }

    private static func hex(_ words: UInt64...) -> String {
        String(unsafeUninitializedCapacity: words.count * 16) { buffer in
            var index = 0
            for word in words {
                for shift in stride(from: 60, through: 0, by: -4) {
                    let digit = UInt8(truncatingIfNeeded: word >> UInt64(shift)) & 15
                    buffer[index] = digit < 10 ? 48 + digit : 87 + digit
                    index += 1
                }
            }
            return index
        }
    }
}
