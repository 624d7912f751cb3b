import Foundation
import FuncKit
import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import FuncPlatform

/// Forms as they come over the wire, well made and hostile.
struct MultipartTests {
    private static func parse(_ text: String, step: Int = .max, limits: MultipartParser.Limits = .init()) throws
        -> [String]
    {
        var parser = MultipartParser(boundary: "b", limits: limits)
        var parts: [String] = []
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + min(step, bytes.count))
            for event in try parser.feed(bytes[start..<end]) {
                switch event {
                case .part(let header): parts.append("\(header.name)|\(header.fileName ?? "-")|")
                case .data(let data): parts[parts.count - 1] += String(decoding: data, as: UTF8.self)
                case .endOfPart: parts[parts.count - 1] += "."
                }
            }
            start = end
        }
        try parser.finish()
        return parts
    }

    private static func part(_ name: String, _ content: String, _ more: String = "") -> String {
        "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\(more)\r\n\r\n\(content)\r\n"
    }

    private static let samples: [(String, [String])] = [
        (part("a", "1") + "--b--", ["a|-|1."]),
        (part("a", "1") + part("b", "") + "--b--\r\n", ["a|-|1.", "b|-|."]),
        ("preamble\r\n" + part("a", "1") + "--b--\r\nepilogue", ["a|-|1."]),
        (part("a", "x\r\n--c\r\n-\r\n--\ry\n--b z") + "--b--", ["a|-|x\r\n--c\r\n-\r\n--\ry\n--b z."]),
        (part("f", "\u{1}\u{2}\r\n", "; filename=\"a;b \\\"c\\\".zip\"") + "--b--", ["f|a;b \"c\".zip|\u{1}\u{2}\r\n."]),
        ("--b \t\r\ncontent-disposition:form-data;name=a\r\nX-Other: y\r\n\r\n1\r\n--b--", ["a|-|1."]),
        ("--b\r\nContent-Disposition: form-data; name=\"a%22b\"; filename=\"\"\r\n\r\n\r\n--b--", ["a\"b||."]),
        ("--b--", []),
    ]

    @Test(arguments: [1, 2, 3, 5, 7, 64, Int.max])
    func `forms read the same however they are cut`(step: Int) throws {
        for (text, parts) in Self.samples { #expect(try Self.parse(text, step: step) == parts, "\(text)") }
    }

    @Test(arguments: [
        "", "x", "--b\r\n", part("a", "1"), part("a", "1") + "--b-", "--bb\r\n\r\n\r\n--b--",
        "--b x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--",
        "--b\nContent-Disposition: form-data; name=a\n\n1\n--b--\n",
        "--b\r\nContent-Disposition: form-data; name=a\nX: y\r\n\r\n1\r\n--b--",
        "--b\r\n\r\n1\r\n--b--", "--b\r\nContent-Type: text/plain\r\n\r\n1\r\n--b--",
        "--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n1\r\n--b--",
        "--b\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\n1\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b\r\n\r\n1\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=a\r\n folded\r\n\r\n1\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\nMQ==\r\n--b--",
        "--b\r\nno header line\r\n\r\n1\r\n--b--",
    ])
    func `what is no form is refused`(text: String) {
        for step in [1, Int.max] {
            let error = #expect(throws: FuncError.self) { try Self.parse(text, step: step) }
            #expect(error?.code == .invalidArgument)
        }
    }

    @Test func `limits hold`() {
        let limits = MultipartParser.Limits(headerBytes: 100, parts: 3, paddingBytes: 50)
        let long = "--b\r\nX: " + String(repeating: "y", count: 200)
        let many = (0..<4).map { Self.part("a\($0)", "1") }.joined() + "--b--"
        let padded = String(repeating: "x", count: 100) + "\r\n" + Self.part("a", "1") + "--b--"
        let trailing = Self.part("a", "1") + "--b--" + String(repeating: "x", count: 100)
        for text in [long, long + "\r\n\r\n", many, padded, trailing] {
            for step in [1, Int.max] {
                #expect(throws: FuncError.self) { try Self.parse(text, step: step, limits: limits) }
            }
        }
    }

    @Test(arguments: [
        ("multipart/form-data; boundary=abc", "abc"), ("Multipart/Form-Data; charset=utf-8; Boundary=\"a b\"", "a b"),
        ("application/json", nil), ("text/plain; boundary=x", nil),
    ])
    func `the boundary is read from the type`(type: String, boundary: String?) throws {
        #expect(try MultipartHeader.boundary(of: request(type)) == boundary)
    }

    @Test(arguments: [
        "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"a \"",
        "multipart/form-data; boundary=a; boundary=b", "multipart/mixed; boundary=a",
        "multipart/form-data; boundary=\(String(repeating: "x", count: 71))", "multipart/form-data; boundary=ä",
    ])
    func `a type without a proper boundary is refused`(type: String) {
        #expect(throws: FuncError.self) { try MultipartHeader.boundary(of: request(type)) }
    }

    private func request(_ type: String) -> Request {
        Request(
            head: HTTPRequest(
                method: .post,
                scheme: nil,
                authority: nil,
                path: "/",
                headerFields: [.contentType: type]
            ),
            body: RequestBody(buffer: ByteBuffer())
        )
    }
}
