import Foundation

/// What libcurl needs to know beyond the request itself.
struct TransferOptions: Sendable {
    var proxy: ProxySettings
    var certificateFile: String?
    var certificateFolder: String?
    var userAgent: String
}

/// One request on its way; lives on the thread of the ``TransferLoop``.
final class Transfer: CurlEasyDelegate {
    let buffer: ResponseBuffer
    let handle: CurlEasyHandle
    private let request: HTTPRequest
    private let body: RequestBodyReader
    private var parser = HTTPHeadParser()
    private var failure: (any Error)?
    private var lastMove: ContinuousClock.Instant
    private var moved = (received: 0, sent: 0)

    /// Prepares the request; nothing is sent before the handle is added to a set.
    init(tag: Int, request: HTTPRequest, options: TransferOptions, buffer: ResponseBuffer) throws {
        self.request = request
        self.buffer = buffer
        lastMove = .now
        body = try RequestBodyReader(request.body)
        handle = try CurlEasyHandle(tag: tag)
        handle.delegate = self
        try Self.configure(handle, request: request, options: options)
    }

    private static func configure(_ handle: CurlEasyHandle, request: HTTPRequest, options: TransferOptions) throws {
        try handle.set(.noSignal, to: true)
        try handle.set(.httpOnly, to: true)
        try handle.set(.followRedirects, to: false)
        try handle.set(.pathAsIs, to: true)
        try handle.set(.suppressConnectHeaders, to: true)
        try handle.set(.keepAliveProbes, to: true)
        try handle.set(.connectTimeout, to: request.timeouts.connect.wholeMilliseconds)
        if let total = request.timeouts.total { try handle.set(.totalTimeout, to: total.wholeMilliseconds) }
        // libcurl sends a request again by itself when a kept connection dies before an answer. A new connection rules
        // that out for calls that must happen at most once, or whose further attempts differ from the first one.
        try handle.set(.freshConnection, to: !request.isIdempotent || !request.retries)
        try handle.set(.userAgent, to: options.userAgent)
        if let file = options.certificateFile { try handle.set(.certificateFile, to: file) }
        if let folder = options.certificateFolder { try handle.set(.certificateFolder, to: folder) }
        // Both are always set: left alone, libcurl would read the process environment.
        try handle.set(.proxy, to: options.proxy.proxy(for: request.url) ?? "")
        try handle.set(.noProxy, to: options.proxy.exceptions)
        try handle.set(.url, to: request.url)
        try setMethod(of: handle, request: request)
        try handle.setHeaderLines(headerLines(of: request))
    }

    private static func setMethod(of handle: CurlEasyHandle, request: HTTPRequest) throws {
        switch (request.method, request.body) {
        case ("HEAD", _):
            try handle.set(.noBody, to: true)
        case ("GET", .none), ("DELETE", .none), ("OPTIONS", .none):
            try handle.set(.method, to: request.method)
        default:
            try handle.set(.upload, to: true)
            try handle.set(.uploadSize, to: request.body.length)
            try handle.set(.method, to: request.method)
        }
    }

    private static func headerLines(of request: HTTPRequest) -> [String] {
        // Servers without interim answers would cost a second of waiting per upload.
        ["Expect:"] + request.headers.fields.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
    }

    // MARK: Progress and end

    /// When the transfer counts as stuck; nil where it cannot. A reader that takes its time is not the network's fault.
    func idleDeadline() -> ContinuousClock.Instant? {
        guard let idle = request.timeouts.idle else { return nil }
        if buffer.isPaused { lastMove = .now }
        return lastMove + idle
    }

    /// Tells the reader how it ended.
    func finish(code: Int) {
        if let failure {
            buffer.finish(.failure(failure))
        } else if var error = handle.failure(code: code, during: "send \(request.method)") {
            // Older libcurls say "out of memory" when a single header line is too long.
            if error.code == 27, !parser.isComplete, error.wasConnected { error = Self.headerTooLarge }
            buffer.finish(.failure(error))
        } else {
            buffer.finish(.success(()))
        }
    }

    /// Ends a transfer on which nothing moved for too long.
    func finishIdle() {
        let seconds = request.timeouts.idle.map { $0.components.seconds } ?? 0
        buffer.finish(
            .failure(
                CurlError(
                    code: 28,
                    operation: "send \(request.method)",
                    message: "nothing was sent or received for \(seconds) seconds",
                    wasConnected: true
                )
            )
        )
    }

    // MARK: CurlEasyDelegate

    func received(headerLine: [UInt8]) -> Bool {
        lastMove = .now
        switch parser.take(headerLine) {
        case .more: return true
        case .complete(let head): buffer.received(head: head)
        case .tooLarge: failure = Self.headerTooLarge
        case .malformed:
            failure = CurlError(code: 8, operation: "read the answer", message: "no status line", wasConnected: true)
        }
        return failure == nil
    }

    var canTakeBody: Bool { buffer.canTakeBody() }

    func received(body: [UInt8]) {
        lastMove = .now
        buffer.received(body: body)
    }

    func nextRequestBytes(upTo count: Int) -> [UInt8]? {
        do {
            return try body.next(upTo: count)
        } catch {
            failure = error
            return nil
        }
    }

    func seekRequestBody(to offset: Int) -> Bool {
        body.seek(to: offset)
    }

    func progressed(received: Int, sent: Int) {
        if received != moved.received {
            request.downloadProgress?(received)
        }
        if sent != moved.sent {
            request.uploadProgress?(sent)
        }
        if (received, sent) != moved { lastMove = .now }
        moved = (received, sent)
    }

    private static let headerTooLarge = CurlError(
        code: 100,
        operation: "read the answer",
        message: "the header of the answer is too large",
        wasConnected: true
    )
}

extension Duration {
    /// Milliseconds, rounded up so that a short limit never becomes none.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
