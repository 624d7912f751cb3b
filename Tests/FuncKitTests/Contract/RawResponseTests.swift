import Foundation
import Testing

@testable import FuncKit

@Suite struct RawResponseTests {
    private func parse(_ text: String, isEnded: Bool = false) throws -> [RawResponse] {
        try RawResponse.parse(Data(text.utf8), isHead: false, isEnded: isEnded)
    }

    @Test func `responses one after the other, framed in each way, interim ones dropped`() throws {
        let text =
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\noneHTTP/1.1 204 No\r\n\r\n"
            + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\ntw\r\n1\r\no\r\n0\r\n\r\n"
            + "HTTP/1.0 500 Oops\r\nX: 1\r\n\r\nthe rest"
        let responses = try parse(text, isEnded: true)
        #expect(responses.map(\.status) == [200, 204, 200, 500])
        #expect(responses.map(\.text) == ["one", "", "two", "the rest"])
        #expect(try parse(text).count == 3, "the last one has no end yet")
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\non",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\ntw",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\ntw\r\n0\r\n", "HTTP/1.1 200 OK\r\nX: 1\r\n",
    ])
    func `what is not whole is none yet`(text: String) throws {
        #expect(try parse(text).isEmpty)
    }

    @Test(arguments: [
        "Content-Length: -1\r\n\r\n", "Content-Length: 99999999999999999999\r\n\r\n",
        "Content-Length: 9223372036854775807\r\n\r\n", "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx",
        "Transfer-Encoding: chunked\r\n\r\n-2\r\nxx\r\n",
        "Transfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\nxx\r\n",
        "Transfer-Encoding: chunked\r\n\r\n+2\r\nxx\r\n", "no colon\r\n\r\n",
    ])
    func `lengths that no server may claim are malformed`(rest: String) {
        #expect(throws: RawResponse.Malformed.self) { try parse("HTTP/1.1 200 OK\r\n" + rest) }
    }

    @Test func `a head without an end is malformed, and not waited for`() throws {
        let junk = String(repeating: "x", count: 256 << 10)
        #expect(throws: RawResponse.Malformed.self) { try parse(junk) }
        #expect(throws: RawResponse.Malformed.self) {
            try parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + junk)
        }
        #expect(try parse(String(junk.dropLast())).isEmpty)
    }

    @Test func `a long body costs one copy, however often it is looked at`() throws {
        var bytes = Data("HTTP/1.1 200 OK\r\nContent-Length: 33554433\r\n\r\n".utf8)
        bytes.append(Data(repeating: 120, count: 32 << 20))
        for _ in 0..<2000 { #expect(try RawResponse.parse(bytes, isHead: false, isEnded: false).isEmpty) }
        bytes.append(120)
        #expect(try RawResponse.parse(bytes, isHead: false, isEnded: false).first?.body.count == 33_554_433)
    }
}
