import Foundation
import FuncKit
import NIOCore
import TestSupport
import Testing

@testable import FuncPlatform

struct ArtifactStoreTests {
    private let fixture: ControlFixture
    private let bytes = Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    private let digest: String

    init() throws {
        fixture = try ControlFixture(maxSourceBytes: 200_000)
        digest = Digest.sha256(bytes)
    }

    private struct Broken: Error {}

    /// A body in pieces that may break off.
    private func body(_ data: Data, thenFail: Bool = false) -> AsyncThrowingStream<ByteBuffer, any Error> {
        AsyncThrowingStream { continuation in
            var rest = data[...]
            while !rest.isEmpty {
                continuation.yield(ByteBuffer(bytes: rest.prefix(7000)))
                rest = rest.dropFirst(7000)
            }
            continuation.finish(throwing: thenFail ? Broken() : nil)
        }
    }

    private func stored() -> Data? {
        FileManager.default.contents(atPath: fixture.artifacts.path(of: digest))
    }

    @Test func `a whole upload is stored once`() async throws {
        let artifacts = fixture.artifacts
        #expect(try await !artifacts.contains(digest))
        #expect(try await artifacts.receive(digest, range: .whole(length: bytes.count), body: body(bytes)) == .stored)
        #expect(stored() == bytes)
        #expect(try await artifacts.contains(digest))
        #expect(try await artifacts.receive(digest, range: .whole(length: nil), body: body(Data())) == .present)
        #expect(try await artifacts.received(digest) == 0)
    }

    @Test func `a broken upload goes on where it stopped, also after a restart`() async throws {
        let half = bytes.prefix(50_000)
        await #expect(throws: Broken.self) {
            _ = try await fixture.artifacts.receive(
                digest,
                range: .whole(length: bytes.count),
                body: body(half, thenFail: true)
            )
        }
        try await fixture.stop()
        let restarted = try ControlFixture(folder: fixture.folder)
        #expect(try await restarted.artifacts.received(digest) == 50_000)
        let rest = UploadRange(start: 50_000, end: bytes.count, total: bytes.count)
        #expect(
            try await restarted.artifacts.receive(digest, range: rest, body: body(bytes.dropFirst(50_000))) == .stored
        )
        #expect(stored() == bytes)
    }

    @Test func `parts add up`() async throws {
        let first = UploadRange(start: 0, end: 10, total: bytes.count)
        let outcome = try await fixture.artifacts.receive(digest, range: first, body: body(bytes.prefix(10)))
        #expect(outcome == .partial(received: 10))
        let wrong = UploadRange(start: 20, end: 30, total: bytes.count)
        let error = await #expect(throws: FuncError.self) {
            _ = try await fixture.artifacts.receive(digest, range: wrong, body: body(bytes[20..<30]))
        }
        #expect(error?.code == .conflict)
        #expect(error?.details == ["offset: 10"])
    }

    @Test func `other bytes than announced are refused and forgotten`() async throws {
        let error = await #expect(throws: FuncError.self) {
            _ = try await fixture.artifacts.receive(
                digest,
                range: .whole(length: nil),
                body: body(Data("something else".utf8))
            )
        }
        #expect(error?.code == .archiveInvalid)
        #expect(stored() == nil)
        #expect(try await fixture.artifacts.received(digest) == 0)
    }

    @Test(arguments: [true, false])
    func `too much is refused, announced or not`(announced: Bool) async throws {
        let much = Data(repeating: 1, count: 200_001)
        let name = Digest.sha256(much)
        let error = await #expect(throws: FuncError.self) {
            _ = try await fixture.artifacts.receive(
                name,
                range: .whole(length: announced ? much.count : nil),
                body: body(much)
            )
        }
        #expect(error?.code == .sourceTooLarge)
    }

    @Test func `a body longer or shorter than its range is refused`() async throws {
        let range = UploadRange(start: 0, end: 10, total: bytes.count)
        for size in [9, 11] {
            let error = await #expect(throws: FuncError.self) {
                _ = try await fixture.artifacts.receive(digest, range: range, body: body(bytes.prefix(size)))
            }
            #expect(error?.code == .invalidArgument)
        }
    }

    @Test(arguments: ["bytes 0-9/10", "bytes 5-5/6"])
    func `ranges are read`(text: String) throws {
        let range = try UploadRange(contentRange: text)
        #expect(range.end == range.total)
    }

    @Test(arguments: [
        "", "bytes", "bytes 0-9", "bytes */10", "bytes 9-0/10", "bytes 0-10/10", "items 0-1/2", "bytes -1-2/9",
    ])
    func `malformed ranges are refused`(text: String) {
        #expect(throws: FuncError.self) { try UploadRange(contentRange: text) }
    }

    @Test func `only what no version uses is collected`() async throws {
        try await fixture.createHello()
        let used = Digest.sha256(Data("v1".utf8))
        let unused = try await fixture.upload("never deployed")
        let later = SourceStore(
            registry: fixture.registry,
            grace: 10,
            now: { Date().addingTimeInterval(5) }
        )
        let patient = ArtifactStore(folder: fixture.folder.path("artifacts"), maxBytes: 10, sources: later)
        #expect(try await patient.collectGarbage() == 0)
        let impatient = SourceStore(
            registry: fixture.registry,
            grace: 10,
            now: { Date().addingTimeInterval(60) }
        )
        let collector = ArtifactStore(folder: fixture.folder.path("artifacts"), maxBytes: 10, sources: impatient)
        #expect(try await collector.collectGarbage() == 1)
        #expect(try await collector.contains(used))
        #expect(try await !collector.contains(unused))
    }

    @Test func `a source whose file is gone has to be sent again`() async throws {
        let digest = try await fixture.upload("v1")
        try FileManager.default.removeItem(atPath: fixture.artifacts.path(of: digest))
        #expect(try await !fixture.artifacts.contains(digest))
        let request = DeployRequest(name: "hello", settings: FunctionSettings(runtime: "python"), sourceDigest: digest)
        let error = await #expect(throws: FuncError.self) {
            _ = try await fixture.store.create(request, workspace: "default", project: "default", author: nil)
        }
        #expect(error?.code == .sourceNotFound)
    }
}
