import Foundation
import FuncKit
import Hummingbird
import NIOCore
import ServiceLifecycle

/// How values follow each other in a live answer.
enum LogFraming: Sendable {
    /// One JSON value per line; an empty line is a heartbeat.
    case lines
    /// Server-sent events (HTML Living Standard, 9.2) with the JSON value as data; a comment is a heartbeat.
    case events

    /// What the client accepts; nil where it accepts neither.
    init?(accept: String?) {
        let accept = accept?.lowercased() ?? ""
        if accept.contains(NDJSONStream.contentType) {
            self = .lines
        } else if accept.contains("text/event-stream") {
            self = .events
        } else {
            return nil
        }
    }

    var contentType: String {
        switch self {
        case .lines: NDJSONStream.contentType
        case .events: "text/event-stream"
        }
    }

    var heartbeat: ByteBuffer {
        switch self {
        case .lines: ByteBuffer(string: "\n")
        case .events: ByteBuffer(string: ": alive\n\n")
        }
    }

    func frame(_ entry: LogEntry) throws -> ByteBuffer {
        guard case .events = self else { return try NDJSONStream.line(entry) }
        var buffer = ByteBuffer(string: "data: ")
        buffer.writeBytes(try JSONEncoder.functionAPI.encode(entry))
        buffer.writeStaticString("\n\n")
        return buffer
    }
}

/// A live answer of one JSON value per line or event, with a heartbeat now and then that shows both ends alive.
///
/// It ends with its source, with the client, or with the platform, whichever comes first.
struct NDJSONStream: Sendable {
    static let contentType = "application/x-ndjson"
    /// Lines that wait for a slow client; beyond them the source is not read.
    private static let maxWaiting = 64

    let lines: AsyncThrowingStream<LogEntry, any Error>
    let heartbeat: Duration
    var framing = LogFraming.lines

    private struct Chunk: Sendable {
        var bytes: ByteBuffer
        var isLine: Bool
    }

    /// One value as a line.
    static func line(_ entry: LogEntry) throws -> ByteBuffer {
        var buffer = ByteBuffer(bytes: try JSONEncoder.functionAPI.encode(entry))
        buffer.writeStaticString("\n")
        return buffer
    }

    /// The answer to `request`, whose connection is watched for the client's going.
    func response(to request: Request) -> Response {
        let body = ResponseBody { writer in
            // The head goes out at once, so that the client knows that the stream stands before the first line.
            try await writer.write(framing.heartbeat)
            try await request.body.consumeWithCancellationOnInboundClose { _ in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    let (chunks, sink) = AsyncThrowingStream<Chunk, any Error>.makeStream()
                    let (credits, grants) = AsyncStream<Void>.makeStream()
                    for _ in 0..<Self.maxWaiting { grants.yield() }
                    group.addTask { await copyLines(to: sink, for: credits) }
                    group.addTask { await beat(into: sink) }
                    group.addTask {
                        try await gracefulShutdown()
                        sink.finish()
                    }
                    for try await chunk in chunks {
                        try await writer.write(chunk.bytes)
                        if chunk.isLine { grants.yield() }
                    }
                    group.cancelAll()
                }
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [.contentType: framing.contentType, .cacheControl: "no-store"],
            body: body
        )
    }

    private func copyLines(
        to sink: AsyncThrowingStream<Chunk, any Error>.Continuation,
        for credits: AsyncStream<Void>
    ) async {
        var credit = credits.makeAsyncIterator()
        do {
            for try await entry in lines {
                guard await credit.next() != nil else { return }
                sink.yield(Chunk(bytes: try framing.frame(entry), isLine: true))
            }
            sink.finish()
        } catch {
            sink.finish(throwing: error)
        }
    }

    private func beat(into sink: AsyncThrowingStream<Chunk, any Error>.Continuation) async {
        while !Task.isCancelled {
            // Only a cancellation ends the pause early.
            try? await Task.sleep(for: heartbeat)
            sink.yield(Chunk(bytes: framing.heartbeat, isLine: false))
        }
    }
}
