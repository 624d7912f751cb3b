import Foundation

/// An answer whose head is there and whose body may still come; letting go of it ends the transfer.
final class HTTPExchange: Sendable {
    let head: HTTPResponseHead
    let cancel: @Sendable () -> Void
    private let buffer: ResponseBuffer
    /// The transfer runs on the client's thread, which ends with the client.
    private let client: HTTPClient

    /// Holds what the transfer gave so far.
    init(
        head: HTTPResponseHead,
        buffer: ResponseBuffer,
        client: HTTPClient,
        cancel: @escaping @Sendable () -> Void
    ) {
        self.head = head
        self.client = client
        self.buffer = buffer
        self.cancel = cancel
    }

    deinit {
        cancel()
    }

    /// The server's own identifier where it answered with one, else ours.
    func requestID(of request: HTTPRequest) -> String {
        head.headers[HTTPHeaders.requestID] ?? request.headers[HTTPHeaders.requestID] ?? ""
    }

    /// Waits for the next bytes of the body; nil at its end.
    func next() async throws -> [UInt8]? {
        try await withTaskCancellationHandler {
            try await buffer.next()
        } onCancel: {
            cancel()
        }
    }

    /// Reads the whole body.
    /// - Throws: `protocol_error` where it is larger than `limit`.
    func collect(limit: Int) async throws -> Data {
        var body = Data()
        while let bytes = try await next() {
            guard body.count + bytes.count <= limit else {
                throw FuncError(.protocolError, "the server's answer is larger than \(limit) bytes")
            }
            body.append(contentsOf: bytes)
        }
        return body
    }

    /// The body at the reader's pace.
    func stream(of request: HTTPRequest) -> AsyncThrowingStream<[UInt8], any Error> {
        AsyncThrowingStream {
            do {
                return try await self.next()
            } catch let error as CurlError {
                throw FuncError(error, request: request)
            }
        }
    }
}
