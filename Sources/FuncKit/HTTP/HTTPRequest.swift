import Foundation

/// One HTTP request.
struct HTTPRequest: Sendable {
    /// What is sent after the header.
    enum Body: Hashable, Sendable {
        case none
        case data(Data)
        /// `length` bytes of a file, from `offset` on; read while they are sent.
        case file(path: String, offset: Int, length: Int)

        /// How many bytes will be sent.
        var length: Int {
            switch self {
            case .none: 0
            case .data(let data): data.count
            case .file(_, _, let length): length
            }
        }
    }

    /// How long to wait for what.
    struct Timeouts: Hashable, Sendable {
        /// Until a connection is up, TLS included.
        var connect: Duration
        /// Until the last byte of the answer; nil for no limit.
        var total: Duration?
        /// How long nothing may move in either direction; nil for no limit.
        var idle: Duration?

        /// Limits that suit small calls unless values say otherwise.
        init(connect: Duration = .seconds(10), total: Duration? = .seconds(60), idle: Duration? = nil) {
            self.connect = connect
            self.total = total
            self.idle = idle
        }
    }

    /// What to do with a redirect.
    enum Redirects: Hashable, Sendable {
        /// Hand it to the caller.
        case never
        /// Follow it within the same scheme, host and port, with the same method, body and credentials; refuse others.
        case sameOrigin
    }

    /// Such as `GET`.
    var method: String
    /// Absolute, `http` or `https`.
    var url: String
    /// Header fields besides those HTTP itself needs.
    var headers: HTTPHeaders
    /// What is sent.
    var body: Body
    /// How long to wait.
    var timeouts: Timeouts
    /// What to do with a redirect.
    var redirects: Redirects
    /// Largest body of the answer that `send` takes.
    var responseLimit: Int
    /// Whether carrying it out twice is the same as once; by the method unless set.
    var isIdempotent: Bool
    /// Whether failures are met with further attempts where that is safe.
    var retries: Bool
    /// Set where the request carries an `Idempotency-Key`: whether the server goes by it, asked before a further attempt.
    var honoursKey: (@Sendable () async -> Bool)?
    /// Told about the bytes of the body that were sent.
    var uploadProgress: (@Sendable (Int) -> Void)?
    /// Told about the bytes of the answer's body that were received.
    var downloadProgress: (@Sendable (Int) -> Void)?

    /// Describes a request.
    init(
        _ method: String,
        _ url: String,
        headers: HTTPHeaders = [:],
        body: Body = .none,
        timeouts: Timeouts = Timeouts(),
        redirects: Redirects = .never,
        responseLimit: Int = 64 << 20
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeouts = timeouts
        self.redirects = redirects
        self.responseLimit = responseLimit
        isIdempotent = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"].contains(method)
        retries = true
    }
}

/// Status and header fields of an answer.
struct HTTPResponseHead: Hashable, Sendable {
    /// Such as 200.
    var status: Int
    /// Header fields.
    var headers: HTTPHeaders

    /// Holds both.
    init(status: Int, headers: HTTPHeaders = [:]) {
        self.status = status
        self.headers = headers
    }

    /// Whether the status is 2xx.
    var isSuccess: Bool { (200..<300).contains(status) }
}

/// A whole answer.
struct HTTPResponse: Hashable, Sendable {
    /// Status and header fields.
    var head: HTTPResponseHead
    /// The body.
    var body: Data
    /// Identifier the request went out with, or the one the server answered with.
    var requestID: String
    /// How many attempts it took.
    var attempts: Int

    /// Such as 200.
    var status: Int { head.status }
    /// Header fields.
    var headers: HTTPHeaders { head.headers }
}

/// An answer whose body is still coming.
struct HTTPStreamedResponse: Sendable {
    /// Status and header fields.
    var head: HTTPResponseHead
    /// The body in pieces, at the reader's pace. Dropping it ends the transfer.
    var body: AsyncThrowingStream<[UInt8], any Error>
    /// As in ``HTTPResponse/requestID``.
    var requestID: String
}

/// One attempt of a request, for `--verbose`.
public struct HTTPTrace: Hashable, Sendable {
    /// Such as `GET`.
    public var method: String
    /// Path of the URL without its query.
    public var path: String
    /// Nil where no answer came.
    public var status: Int?
    /// From the start until the header of the answer, or the failure.
    public var milliseconds: Int
    /// Identifier the request went out with.
    public var requestID: String
    /// 1 for the first one.
    public var attempt: Int
    /// Why no answer came.
    public var failure: String?
}
