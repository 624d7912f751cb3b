/// The checksum at the end of a gzip stream (RFC 1952, section 8), which libarchive skips when it reads.
struct CRC32 {
    private var state: UInt32 = .max

    /// The checksum of all bytes so far.
    var value: UInt32 { ~state }

    /// Takes the next bytes, eight at a time.
    mutating func update(_ bytes: [UInt8]) {
        var crc = state
        Self.tables.withUnsafeBufferPointer { table in
            bytes.withUnsafeBufferPointer { bytes in
                var index = 0
                while index + 8 <= bytes.count {
                    var next = crc
                    crc = 0
                    for offset in 0..<8 {
                        let byte = bytes[index + offset] ^ UInt8(truncatingIfNeeded: next)
                        crc ^= table[(7 - offset) << 8 | Int(byte)]
                        next >>= 8
                    }
                    index += 8
                }
                while index < bytes.count {
                    crc = table[Int(bytes[index] ^ UInt8(truncatingIfNeeded: crc))] ^ (crc >> 8)
                    index += 1
                }
            }
        }
        state = crc
    }

    /// Eight tables of 256 words: what a byte does to the checksum when 0 to 7 bytes follow it.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 << 8)
        for byte in 0..<256 {
            tables[byte] = (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB8_8320 }
        }
        for index in 256..<(8 << 8) {
            let previous = tables[index - 256]
            tables[index] = previous >> 8 ^ tables[Int(previous & 0xFF)]
        }
        return tables
    }()
}
