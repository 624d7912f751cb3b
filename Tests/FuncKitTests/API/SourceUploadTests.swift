import Foundation
import FuncKit
import Synchronization
import TestSupport
import Testing

@testable import FuncKit

/// Keeps the parts of an upload, as the platform does.
private final class SourceStore: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    let size: Int

    init(size: Int) {
        self.size = size
    }

    var content: [UInt8] { bytes.withLock { $0 } }

    /// Compares here: a failed `#expect` on millions of bytes would take minutes to describe them.
    func holds(_ expected: [UInt8]) -> Bool { content == expected }

    func append(_ more: [UInt8]) {
        bytes.withLock { $0 += more }
    }

    func head(_ exchange: ServerExchange) throws {
        if content.count == size { return try exchange.respond(200) }
        try exchange.respond(404, headers: ["Upload-Offset": String(content.count)])
    }
}

@Suite struct SourceUploadTests {
    private let folder: TemporaryFolder
    private let archive: SourceArchive
    private let bytes: [UInt8]

    init() throws {
        folder = try TemporaryFolder()
        bytes = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
        let path = try folder.write(Data(bytes), to: "source.tar.gz")
        archive = SourceArchive(path: path, digest: Digest.sha256(Data(bytes)), size: bytes.count)
    }

    private var path: String { "/functions/sources/\(archive.digest)" }

    /// Uploads to a server and returns the progress that was reported.
    private func upload(_ store: SourceStore, put: @escaping ScriptedServer.Handler) async throws -> [TransferProgress]
    {
        let progress = Mutex<[TransferProgress]>([])
        try await withServer(routes(["HEAD \(path)": store.head, "PUT \(path)": put])) { server in
            try await makeAPIClient(server).uploadSource(archive) { step in progress.withLock { $0.append(step) } }
        }
        return progress.withLock { $0 }
    }

    @Test func `a source is sent whole, with progress to the end`() async throws {
        let store = SourceStore(size: bytes.count)
        let progress = try await upload(store) { exchange in
            #expect(exchange.request.headers["content-range"] == nil)
            try exchange.readBody()
            store.append(exchange.request.body)
            try exchange.respond(201)
        }
        #expect(store.holds(bytes))
        #expect(progress.last == TransferProgress(completed: bytes.count, total: bytes.count))
    }

    @Test func `a source that is there is not sent`() async throws {
        let store = SourceStore(size: 0)
        let progress = try await upload(store) { _ in Issue.record("nothing should be sent") }
        #expect(progress == [TransferProgress(completed: bytes.count, total: bytes.count)])
    }

    @Test func `an upload that was cut off half-way goes on from there`() async throws {
        let store = SourceStore(size: bytes.count)
        let puts = Counter()
        let half = bytes.count / 2
        let size = bytes.count
        let progress = try await upload(store) { exchange in
            if puts.next() == 1 {
                try exchange.readBody(half)
                store.append(exchange.request.body)
                return exchange.connection.reset()
            }
            #expect(exchange.request.headers["content-range"] == "bytes \(half)-\(size - 1)/\(size)")
            #expect(exchange.contentLength == size - half)
            try exchange.readBody()
            store.append(exchange.request.body)
            try exchange.respond(201)
        }
        #expect(puts.value == 2)
        #expect(store.holds(bytes))
        #expect(progress.last?.completed == bytes.count)
        #expect(progress.allSatisfy { $0.completed <= bytes.count && $0.total == bytes.count })
    }

    /// No byte that arrived is ever sent again, however the connection ends.
    @Test(arguments: [false, true]) func `every byte goes over the wire once`(isOrderly: Bool) async throws {
        let store = SourceStore(size: bytes.count)
        let size = bytes.count
        let begins = Mutex<[Int]>([])
        let progress = try await upload(store) { exchange in
            let begin = size - exchange.contentLength
            begins.withLock { $0.append(begin) }
            let isLast = begin >= size * 3 / 4
            try exchange.readBody(isLast ? nil : size / 4)
            store.append(exchange.request.body)
            if isLast { return try exchange.respond(201) }
            if isOrderly { exchange.connection.close() } else { exchange.connection.reset() }
        }
        #expect(begins.withLock { $0 } == [0, size / 4, size / 2, size * 3 / 4])
        #expect(store.holds(bytes))
        #expect(progress.last?.completed == size)
    }

    @Test func `a server that takes parts gets all of them`() async throws {
        let store = SourceStore(size: bytes.count)
        let size = bytes.count
        let puts = Counter()
        _ = try await upload(store) { exchange in
            _ = puts.next()
            try exchange.readBody()
            let room = min(600_000, exchange.request.body.count)
            store.append(Array(exchange.request.body[..<room]))
            try exchange.respond(
                json: #"{"received":\#(store.content.count)}"#,
                status: store.content.count == size ? 201 : 202
            )
        }
        #expect(store.holds(bytes))
        #expect(puts.value == 4)
    }

    @Test func `a wrong offset is asked for again`() async throws {
        let store = SourceStore(size: bytes.count)
        let puts = Counter()
        _ = try await upload(store) { exchange in
            try exchange.readBody()
            if puts.next() == 1 {
                return try exchange.respond(
                    json: #"{"error":"no","code":"conflict","details":{"offset":0}}"#,
                    status: 409
                )
            }
            store.append(exchange.request.body)
            try exchange.respond(201)
        }
        #expect(store.holds(bytes))
    }

    @Test func `attempts that bring nothing are given up`() async throws {
        let store = SourceStore(size: bytes.count)
        let puts = Counter()
        let error = await #expect(throws: FuncError.self) {
            try await upload(store) { exchange in
                _ = puts.next()
                try exchange.readBody(1000)
                exchange.connection.reset()
            }
        }
        #expect(error?.code == .unreachable)
        #expect(puts.value == 6)
    }

    @Test(arguments: [(413, "source_too_large"), (400, "archive_invalid"), (507, "no_space"), (401, "unauthenticated")])
    func `a refusal is final`(status: Int, code: String) async throws {
        let store = SourceStore(size: bytes.count)
        let puts = Counter()
        let error = await #expect(throws: FuncError.self) {
            try await upload(store) { exchange in
                _ = puts.next()
                try exchange.respond(json: #"{"error":"no","code":"\#(code)"}"#, status: status)
            }
        }
        #expect(error?.code.rawValue == code)
        #expect(puts.value == 1)
    }

    @Test func `cancelling an upload ends it`() async throws {
        let store = SourceStore(size: bytes.count)
        let archive = archive
        let begun = Mutex(false)
        try await withServer(
            routes([
                "HEAD \(path)": store.head,
                "PUT \(path)": { exchange in
                    try exchange.readBody(1000)
                    begun.withLock { $0 = true }
                    exchange.waitForClose()
                },
            ])
        ) { server in
            let client = try makeAPIClient(server)
            let task = Task { try await client.uploadSource(archive) { _ in } }
            try await eventually("the upload began") { begun.withLock { $0 } }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }
}
