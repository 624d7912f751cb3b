import Foundation
import Testing

@testable import FuncKit

/// An archive that has to be refused, and why.
struct HostileArchive: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let data: Data
    let expected: ArchiveError
    var limits = ExtractionLimits()

    static let all = names + links + kinds + sizes + damaged

    private init(
        _ description: String,
        _ expected: ArchiveError,
        limits: ExtractionLimits = ExtractionLimits(),
        _ data: Data
    ) {
        testDescription = description
        self.expected = expected
        self.limits = limits
        self.data = data
    }

    private init(
        _ description: String,
        _ expected: ArchiveError,
        limits: ExtractionLimits = ExtractionLimits(),
        tar fill: (inout TarBytes) -> Void
    ) {
        var tar = TarBytes()
        fill(&tar)
        self.init(description, expected, limits: limits, tar.complete)
    }

    private static let names = [
        HostileArchive("above the root", .nameAboveRoot("../victim")) { $0.add("../victim", "x") },
        HostileArchive("above the root from inside", .nameAboveRoot("a/../../victim")) {
            $0.add("a/../../victim", "x")
        },
        HostileArchive("above the root, zip", .nameAboveRoot("../victim"), ArchiveBytes.zip([("../victim", "x")])),
        HostileArchive("absolute", .absoluteName("/tmp/hks-victim")) { $0.add("/tmp/hks-victim", "x") },
        HostileArchive("absolute, zip", .absoluteName("/tmp/hks-victim"), ArchiveBytes.zip([("/tmp/hks-victim", "x")])),
        HostileArchive("no name", .emptyName) { $0.add(".", "x") },
        HostileArchive("long component", .nameTooLong(String(repeating: "n", count: 300))) {
            $0.add("././@LongLink", String(repeating: "n", count: 300) + "\u{0}", type: "L")
            $0.add("short", "x")
        },
        HostileArchive("deep", .nameTooLong(String(repeating: "d/", count: 200) + "f")) {
            $0.add("././@LongLink", String(repeating: "d/", count: 200) + "f\u{0}", type: "L")
            $0.add("short", "x")
        },
        HostileArchive("same file twice", .duplicateName("a")) {
            $0.add("a", "x")
            $0.add("./a", "y")
        },
        HostileArchive("same folder twice", .duplicateName("a")) {
            $0.add("a", type: "5")
            $0.add("a/", type: "5")
        },
        HostileArchive("folder over file", .duplicateName("a")) {
            $0.add("a", "x")
            $0.add("a", type: "5")
        },
        HostileArchive("file over implied folder", .duplicateName("a")) {
            $0.add("a/b", "x")
            $0.add("a", "x")
        },
        HostileArchive("same file twice, zip", .duplicateName("a"), ArchiveBytes.zip([("a", "x"), ("a", "y")])),
        HostileArchive("inside of a file", .nameInsideFile("a/b", file: "a")) {
            $0.add("a", "x")
            $0.add("a/b", "y")
        },
    ]

    private static let links = [
        HostileArchive("link above the root", .linkOutside("l", target: "../victim")) {
            $0.add("l", type: "2", link: "../victim")
        },
        HostileArchive("absolute link", .linkOutside("l", target: "/etc/passwd")) {
            $0.add("l", type: "2", link: "/etc/passwd")
        },
        HostileArchive("link through another link", .linkOutside("l", target: "a/b/up/../victim")) {
            $0.add("l", type: "2", link: "a/b/up/../victim")
            $0.add("a/b/up", type: "2", link: "../..")
        },
        HostileArchive("links in a circle", .linkLoop("a")) {
            $0.add("a", type: "2", link: "b")
            $0.add("b", type: "2", link: "a")
        },
        HostileArchive("write through a link", .nameThroughLink("l/f", link: "l")) {
            $0.add("d/", type: "5")
            $0.add("l", type: "2", link: "d")
            $0.add("l/f", "x")
        },
        HostileArchive("write through a link to the outside", .nameThroughLink("l/victim", link: "l")) {
            $0.add("l", type: "2", link: "..")
            $0.add("l/victim", "x")
        },
        HostileArchive("file over link", .duplicateName("l")) {
            $0.add("l", type: "2", link: "../victim")
            $0.add("l", "x")
        },
        HostileArchive("link over folder", .duplicateName("d")) {
            $0.add("d/f", "x")
            $0.add("d", type: "2", link: "..")
        },
        HostileArchive("link without target", .corrupt("")) { $0.add("l", type: "2") },
        HostileArchive("hard link above the root", .hardLinkOutside("h", target: "../victim")) {
            $0.add("h", type: "1", link: "../victim")
        },
        HostileArchive("absolute hard link", .hardLinkOutside("h", target: "/etc/passwd")) {
            $0.add("h", type: "1", link: "/etc/passwd")
        },
        HostileArchive("hard link to nothing", .hardLinkToMissing("h", target: "f")) {
            $0.add("h", type: "1", link: "f")
            $0.add("f", "x")
        },
        HostileArchive("hard link to a link", .hardLinkToMissing("h", target: "l")) {
            $0.add("l", type: "2", link: "../victim")
            $0.add("h", type: "1", link: "l")
        },
        HostileArchive("hard link to itself", .hardLinkToMissing("h", target: "h")) {
            $0.add("h", type: "1", link: "h")
        },
    ]

    private static let kinds = [
        HostileArchive("character device", .specialFile("d", kind: "device")) { $0.add("d", type: "3") },
        HostileArchive("block device", .specialFile("d", kind: "device")) { $0.add("d", type: "4") },
        HostileArchive("named pipe", .specialFile("p", kind: "named pipe")) { $0.add("p", type: "6") },
        HostileArchive("encrypted", .encrypted("a"), ArchiveBytes.zip([("a", "x")], flags: 1)),
    ]

    private static let sizes = [
        HostileArchive(
            "too many files",
            .tooManyEntries(limit: 9),
            limits: ExtractionLimits(maxFiles: 9),
            manyFiles(10)
        ),
        HostileArchive("too many implied folders", .tooManyEntries(limit: 9), limits: ExtractionLimits(maxFiles: 9)) {
            $0.add("a/b/c/d/e/f/g/h/i/j", "x")
        },
        HostileArchive("too large", .tooLarge(limit: 999), limits: ExtractionLimits(maxBytes: 999)) {
            $0.add("a", String(repeating: "x", count: 600))
            $0.add("b", String(repeating: "x", count: 600))
        },
        HostileArchive("ratio", .ratioTooHigh(limit: 10), limits: ExtractionLimits(maxRatio: 10), bomb),
        HostileArchive(
            "size that is not there",
            .tooLarge(limit: 1 << 20),
            limits: ExtractionLimits(maxBytes: 1 << 20),
            bomb
        ),
    ]

    private static let damaged = [
        HostileArchive("empty file", .notAnArchive, Data()),
        HostileArchive("text", .notAnArchive, Data(String(repeating: "no archive ", count: 100).utf8)),
        HostileArchive("first header", .corrupt(""), damage(archive, at: 3)),
        HostileArchive("second header", .corrupt(""), damage(archive, at: 1024 + 3)),
        HostileArchive("no end", .truncated, archive.prefix(2048)),
        HostileArchive("cut inside a file", .truncated, archive.prefix(700)),
        HostileArchive("file longer than the archive", .truncated) { $0.add("a", "x", size: 1 << 20) },
        HostileArchive("something after the end", .trailingData, archive + Data("more".utf8)),
        HostileArchive("gzip cut", .truncated, ArchiveBytes.gzip(archive).prefix(900)),
        HostileArchive("gzip cut in its checksum", .truncated, ArchiveBytes.gzip(archive).dropLast(3)),
        HostileArchive("gzip header only", .truncated, ArchiveBytes.gzip(archive).prefix(5)),
        HostileArchive("gzip content", .checksumMismatch, damage(ArchiveBytes.gzip(archive), at: 10 + 5 + 512 + 1)),
        HostileArchive("gzip block", .corrupt(""), damage(ArchiveBytes.gzip(archive), at: 12)),
        HostileArchive("something after gzip", .trailingData, ArchiveBytes.gzip(archive) + Data("more".utf8)),
        HostileArchive("zip cut", .truncated, ArchiveBytes.zip([("a", "content")]).dropLast(30)),
        HostileArchive("zip content", .corrupt(""), damage(ArchiveBytes.zip([("a", "content")]), at: 33)),
    ]

    /// A small archive without fault: header, content, header, content, end.
    private static let archive: Data = {
        var tar = TarBytes()
        tar.add("a", "content")
        tar.add("b", "content")
        return tar.complete
    }()

    /// 16 MiB of zero bytes behind a run-length code of 33 KiB: deflate with fixed codes.
    private static let bomb: Data = {
        var tar = TarBytes()
        tar.add("a", size: 16 << 20)
        return Deflate.gzip(tar.data, zeros: (16 << 20) + 1024)
    }()

    static func manyFiles(_ count: Int) -> Data {
        var tar = TarBytes()
        for number in 0..<count { tar.add("f\(number)", "x") }
        return tar.complete
    }

    private static func damage(_ data: Data, at index: Int) -> Data {
        var data = data
        data[data.startIndex + index] ^= 1
        return data
    }
}

/// Just enough of deflate (RFC 1951) to write a bomb.
private enum Deflate {
    /// `head` and then zero bytes; `zeros` is rounded down to the reach of one code.
    static func gzip(_ head: Data, zeros: Int) -> Data {
        var bits = Bits()
        // A stored block for the head: its length in two forms, then the bytes.
        bits.add(0, 3)
        bits.fill()
        bits.bytes += [UInt8(head.count & 255), UInt8(head.count >> 8)]
        bits.bytes += [UInt8(~head.count & 255), UInt8(~head.count >> 8 & 255)]
        bits.bytes += head
        // A last block with fixed codes: one zero byte, then "258 bytes from one byte back" over and over.
        bits.add(0b011, 3)
        bits.add(reversed: 0b0011_0000, 8)
        for _ in 0..<(zeros / 258) {
            bits.add(reversed: 0b1100_0101, 8)
            bits.add(0, 5)
        }
        bits.add(0, 7)
        bits.fill()
        return Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]) + Data(bits.bytes) + Data(count: 8)
    }

    private struct Bits {
        var bytes: [UInt8] = []
        private var pending = 0
        private var count = 0

        mutating func add(_ value: Int, _ length: Int) {
            for bit in 0..<length {
                pending |= (value >> bit & 1) << count
                count += 1
                if count == 8 { fill() }
            }
        }

        mutating func add(reversed value: Int, _ length: Int) {
            for bit in (0..<length).reversed() { add(value >> bit & 1, 1) }
        }

        mutating func fill() {
            if count > 0 { bytes.append(UInt8(pending)) }
            pending = 0
            count = 0
        }
    }
}
