import Foundation
import FuncKit
import Hummingbird
import NIOCore
import Synchronization

/// Answers a repeated `POST` with the answer of the first one, where the client named both with the same
/// `Idempotency-Key` (IETF draft "The Idempotency-Key HTTP Header Field").
///
/// Failures of the platform itself (5xx) are not remembered, so that they can be tried again. A request that a crash
/// cut off is not either: its repetition is carried out. Neither are answers with tokens or keys, so that these are kept
/// as digests only.
final class RepeatedRequests: Sendable {
    private let store: ReplyStore
    private let underWay = Mutex<Set<String>>([])

    /// Remembers answers in `store`.
    init(store: ReplyStore) {
        self.store = store
    }

    /// The answer to `request`: the remembered one, that of `handler`, or `conflict` while the first request is being
    /// answered.
    /// - Throws: `invalid_argument` for a malformed key, `idempotency_key_reused`, and what `handler` throws.
    func answer(
        _ request: Request,
        _ context: APIContext,
        _ handler: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard request.method == .post, let key = request.headers[.idempotencyKey] else {
            return try await handler(request, context)
        }
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (33...126).contains($0) }) else {
            throw FuncError(.invalidArgument, "the idempotency key is not 1 to 255 visible ASCII characters")
        }
        var request = request
        let body = try await request.body.collect(upTo: APIBody.maxInvokeBytes)
        request.body = RequestBody(buffer: body)
        let fingerprint = Self.fingerprint(of: request, body)
        let caller = context.principal.id
        let name = "\(caller)\n\(key)"
        guard underWay.withLock({ $0.insert(name).inserted }) else {
            // With a time to come back, so that clients tell it from a conflict that stays.
            let failure = FuncError(
                .conflict,
                "a request with the idempotency key '\(key)' is being answered",
                hint: "repeat it in a moment"
            )
            return try Response.json(APIError(failure), status: .conflict, headers: [.retryAfter: "1"])
        }
        defer { _ = underWay.withLock { $0.remove(name) } }
        if let reply = try await store.reply(to: key, of: caller, fingerprint: fingerprint) {
            return Self.response(reply)
        }
        let response = try await handler(request, context)
        // What must not be stored, as tokens and keys, is not stored here either.
        guard response.status.code < 500, response.headers[.cacheControl] != "no-store" else { return response }
        let reply = try await Self.collect(response)
        try await store.keep(reply, to: key, of: caller, fingerprint: fingerprint)
        var answer = response
        answer.body = ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body))
        return answer
    }

    private static func fingerprint(of request: Request, _ body: ByteBuffer) -> String {
        var bytes = Data("\(request.method) \(request.uri)\n".utf8)
        bytes.append(contentsOf: body.readableBytesView)
        return Digest.sha256(bytes)
    }

    private static func response(_ reply: ReplyStore.Reply) -> Response {
        var headers: HTTPFields = [.idempotentReplayed: "true"]
        headers[.contentType] = reply.contentType
        return Response(
            status: .init(code: reply.status),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body))
        )
    }

    private static func collect(_ response: Response) async throws -> ReplyStore.Reply {
        let collected = CollectedBody()
        try await response.body.write(CollectedBody.Writer(body: collected))
        return ReplyStore.Reply(
            status: response.status.code,
            contentType: response.headers[.contentType],
            body: collected.data
        )
    }
}

/// Takes an answer's body in memory.
private final class CollectedBody: Sendable {
    private let bytes = Mutex(Data())

    var data: Data { bytes.withLock { $0 } }

    struct Writer: ResponseBodyWriter {
        let body: CollectedBody

        mutating func write(_ buffer: ByteBuffer) async throws {
            body.bytes.withLock { $0.append(contentsOf: buffer.readableBytesView) }
        }

        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}
