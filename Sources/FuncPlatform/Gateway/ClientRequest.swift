import NIOCore
import NIOHTTP1

/// How far the request that a client connection works on has come.
struct ClientRequest {
    let id: String
    let isHTTP10: Bool
    let isHead: Bool
    let hasBody: Bool
    /// Whether the connection may serve another request after it.
    var keepsAlive: Bool
    /// Whether the client waits for a sign before it sends its body.
    var expectsContinue: Bool
    /// Whether all of it came.
    var isReceived = false
    /// Whether the answer's header block was written.
    var isAnswered = false
    /// Whether all of the answer was written.
    var isDone = false

    /// The header block for the client, with the framing that suits the client's version and the kind of answer. The
    /// connection ends with this answer where `mayKeepAlive` is false.
    mutating func frame(_ head: HTTPResponseHead, mayKeepAlive: Bool) -> HTTPResponseHead {
        var head = head
        head.version = .http1_1
        let hasNoBody = isHead || head.status == .noContent || head.status == .notModified
        if head.status == .noContent { head.headers.remove(name: "content-length") }
        if !hasNoBody, !head.headers.contains(name: "content-length") {
            // HTTP/1.0 knows no chunks: there the end of the connection is the end of the body.
            if isHTTP10 { keepsAlive = false } else { head.headers.add(name: "transfer-encoding", value: "chunked") }
        }
        if !mayKeepAlive { keepsAlive = false }
        if !keepsAlive {
            head.headers.add(name: "connection", value: "close")
        } else if isHTTP10 {
            head.headers.add(name: "connection", value: "keep-alive")
        }
        isAnswered = true
        return head
    }
}
