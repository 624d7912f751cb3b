/// A request that no server may take at face value (RFC 9112).
struct MalformedRequest: Sendable {
    /// What is wrong with it.
    let name: String
    /// What is sent.
    let bytes: String
    /// The refusals that fit.
    let statuses: Set<Int>
    /// The section that lets a server repair the request instead of refusing it.
    var leniency: String?

    private static let get = "GET / HTTP/1.1\r\nHost: h\r\n"
    private static let post = "POST / HTTP/1.1\r\nHost: h\r\n"
    private static let chunked = post + "Transfer-Encoding: chunked\r\n\r\n"

    static let all = [
        MalformedRequest(name: "garbage", bytes: "\u{16}\u{3}\u{1} what\r\n\r\n", statuses: [400]),
        MalformedRequest(name: "no version", bytes: "GET /\r\n\r\n", statuses: [400]),
        MalformedRequest(name: "unknown version", bytes: "GET / HTTP/3.7\r\nHost: h\r\n\r\n", statuses: [400, 505]),
        MalformedRequest(name: "space in target", bytes: "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", statuses: [400]),
        MalformedRequest(name: "no host", bytes: "GET / HTTP/1.1\r\n\r\n", statuses: [400]),
        MalformedRequest(name: "two hosts", bytes: get + "Host: i\r\n\r\n", statuses: [400]),
        MalformedRequest(name: "foreign target", bytes: "GET ftp://x/ HTTP/1.1\r\nHost: h\r\n\r\n", statuses: [400]),
        MalformedRequest(name: "header without colon", bytes: get + "broken\r\n\r\n", statuses: [400]),
        MalformedRequest(name: "space before colon", bytes: get + "X-A : 1\r\n\r\n", statuses: [400]),
        MalformedRequest(name: "bad header name", bytes: get + "X(A): 1\r\n\r\n", statuses: [400]),
        MalformedRequest(name: "empty header name", bytes: get + ": 1\r\n\r\n", statuses: [400]),
        MalformedRequest(
            name: "folded header",
            bytes: get + "X-A: 1\r\n 2\r\n\r\n",
            statuses: [400],
            leniency: "RFC 9112, 5.2"
        ),
        MalformedRequest(
            name: "zero byte in a value",
            bytes: get + "X-A: a\u{0}b\r\n\r\n",
            statuses: [400],
            leniency: "RFC 9110, 5.5"
        ),
        MalformedRequest(
            name: "bare carriage return",
            bytes: get + "X-A: a\rb\r\n\r\n",
            statuses: [400],
            leniency: "RFC 9112, 2.2"
        ),
        MalformedRequest(
            name: "bare line feed",
            bytes: "GET / HTTP/1.1\nHost: h\n\n",
            statuses: [400],
            leniency: "RFC 9112, 2.2"
        ),
        MalformedRequest(
            name: "length and chunks",
            bytes: post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            statuses: [400],
            leniency: "RFC 9112, 6.3"
        ),
        MalformedRequest(
            name: "chunks and length",
            bytes: post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
            statuses: [400],
            leniency: "RFC 9112, 6.3"
        ),
        MalformedRequest(
            name: "two lengths",
            bytes: post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            statuses: [400]
        ),
        MalformedRequest(
            name: "same length twice",
            bytes: post + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na",
            statuses: [400],
            leniency: "RFC 9110, 8.6"
        ),
        MalformedRequest(
            name: "length list",
            bytes: post + "Content-Length: 1, 1\r\n\r\na",
            statuses: [400],
            leniency: "RFC 9110, 8.6"
        ),
        MalformedRequest(name: "signed length", bytes: post + "Content-Length: +1\r\n\r\na", statuses: [400]),
        MalformedRequest(name: "negative length", bytes: post + "Content-Length: -1\r\n\r\n", statuses: [400]),
        MalformedRequest(name: "hexadecimal length", bytes: post + "Content-Length: 0x1\r\n\r\na", statuses: [400]),
        MalformedRequest(
            name: "endless length",
            bytes: post + "Content-Length: \(String(repeating: "9", count: 40))\r\n\r\n",
            statuses: [400, 413]
        ),
        MalformedRequest(name: "other coding", bytes: post + "Transfer-Encoding: gzip\r\n\r\n", statuses: [400, 501]),
        MalformedRequest(
            name: "stacked codings",
            bytes: post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            statuses: [400, 501]
        ),
        MalformedRequest(
            name: "coding twice",
            bytes: post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            statuses: [400, 501]
        ),
        MalformedRequest(
            name: "hidden coding",
            bytes: post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            statuses: [400, 501]
        ),
        MalformedRequest(
            name: "chunks in HTTP/1.0",
            bytes: "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            statuses: [400]
        ),
        MalformedRequest(name: "chunk size not a number", bytes: chunked + "zz\r\nab\r\n0\r\n\r\n", statuses: [400]),
        MalformedRequest(name: "signed chunk size", bytes: chunked + "-1\r\nab\r\n0\r\n\r\n", statuses: [400]),
        MalformedRequest(name: "prefixed chunk size", bytes: chunked + "0x2\r\nab\r\n0\r\n\r\n", statuses: [400]),
        MalformedRequest(name: "empty chunk size", bytes: chunked + "\r\nab\r\n0\r\n\r\n", statuses: [400]),
        MalformedRequest(
            name: "chunk size too large",
            bytes: chunked + "fffffffffffffffff\r\nab\r\n",
            statuses: [400, 413]
        ),
        MalformedRequest(name: "chunk longer than its size", bytes: chunked + "1\r\nabc\r\n0\r\n\r\n", statuses: [400]),
        MalformedRequest(
            name: "unknown expectation",
            bytes: post + "Expect: miracles\r\nContent-Length: 1\r\n\r\na",
            statuses: [417],
            leniency: "RFC 9110, 10.1.1"
        ),
        MalformedRequest(
            name: "huge head",
            bytes: get + "X-A: \(String(repeating: "a", count: 70_000))\r\n\r\n",
            statuses: [431]
        ),
        MalformedRequest(
            name: "many headers",
            bytes: get + String(repeating: "a: b\r\n", count: 300) + "\r\n",
            statuses: [431],
            leniency: "RFC 9110, 5.4"
        ),
        MalformedRequest(
            name: "long target",
            bytes: "GET /\(String(repeating: "a", count: 20_000)) HTTP/1.1\r\nHost: h\r\n\r\n",
            statuses: [414],
            leniency: "RFC 9112, 3"
        ),
    ]
}
