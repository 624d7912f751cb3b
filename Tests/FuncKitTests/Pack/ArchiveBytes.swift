import Foundation

@testable import FuncKit

/// Builds tar archives byte by byte, the hostile ones that no packer would write included.
struct TarBytes {
    private(set) var data = Data()

    /// Adds an entry; `type` is the letter of the tar format: 0 file, 1 hard link, 2 symbolic link, 3 device, 5 folder.
    mutating func add(
        _ name: String,
        _ content: String = "",
        type: Character = "0",
        link: String = "",
        mode: Int = 0o644,
        size: Int? = nil
    ) {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<(offset + text.utf8.count), with: text.utf8)
        }
        func octal(_ value: Int, _ digits: Int) -> String {
            let text = String(value, radix: 8)
            return String(repeating: "0", count: digits - text.count) + text
        }
        put(name, at: 0)
        put(octal(mode, 7), at: 100)
        put(octal(0, 7), at: 108)
        put(octal(0, 7), at: 116)
        put(octal(size ?? content.utf8.count, 11), at: 124)
        put(octal(0, 11), at: 136)
        put("        ", at: 148)
        put(String(type), at: 156)
        put(link, at: 157)
        put("ustar\u{0}00", at: 257)
        put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", at: 148)
        data += header
        data += content.utf8
        data += Data(repeating: 0, count: (512 - content.utf8.count % 512) % 512)
    }

    /// Adds any bytes.
    mutating func add(raw bytes: some Sequence<UInt8>) {
        data += bytes
    }

    /// The archive with the two empty blocks of its end.
    var complete: Data { data + Data(repeating: 0, count: 1024) }
}

/// Other containers for bytes.
enum ArchiveBytes {
    /// A gzip member that stores `data` as it is.
    static func gzip(_ data: Data) -> Data {
        var result = Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3])
        var rest = data
        repeat {
            let block = rest.prefix(0xFFFF)
            rest = rest.dropFirst(block.count)
            result.append(rest.isEmpty ? 1 : 0)
            result += little(UInt16(block.count)) + little(~UInt16(block.count)) + block
        } while !rest.isEmpty
        return result + little(checksum(data)) + little(UInt32(data.count))
    }

    /// A zip archive of stored files.
    static func zip(_ files: [(name: String, content: String)], flags: UInt16 = 0) -> Data {
        var result = Data()
        var directory = Data()
        for file in files {
            let content = Data(file.content.utf8)
            let size = UInt32(content.count)
            let common =
                little(flags) + little(UInt16(0)) + little(UInt16(0)) + little(UInt16(33))
                + little(checksum(content)) + little(size) + little(size) + little(UInt16(file.name.utf8.count))
                + little(UInt16(0))
            directory += Data("PK\u{1}\u{2}".utf8) + little(UInt16(0x0314)) + little(UInt16(20)) + common
            directory += Data(count: 6) + little(UInt32(0o100644) << 16) + little(UInt32(result.count))
            directory += file.name.utf8
            result += Data("PK\u{3}\u{4}".utf8) + little(UInt16(20)) + common + file.name.utf8 + content
        }
        let count = little(UInt16(files.count))
        return result + directory + Data("PK\u{5}\u{6}".utf8) + Data(count: 4) + count + count
            + little(UInt32(directory.count)) + little(UInt32(result.count)) + Data(count: 2)
    }

    private static func checksum(_ data: Data) -> UInt32 {
        var checksum = CRC32()
        checksum.update(Array(data))
        return checksum.value
    }

    private static func little(_ value: some FixedWidthInteger) -> Data {
        withUnsafeBytes(of: value.littleEndian) { Data($0) }
    }
}
