import Foundation
import FuncKit
import Synchronization
import TestSupport
import Testing

@testable import FuncKit

@Suite struct HTTPStreamTests {
    @Test func `pieces arrive while the answer is still being written`() async throws {
        let mayEnd = Mutex(false)
        try await withServer { exchange in
            try exchange.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
            try exchange.writeChunk("first")
            while !mayEnd.withLock({ $0 }) { Pace.hold(milliseconds: 2) }
            try exchange.writeChunk("last")
            try exchange.write("0\r\n\r\n")
        } _: { server in
            let response = try await makeClient().stream(HTTPRequest("GET", server.url))
            #expect(response.head.status == 200)
            var pieces: [String] = []
            for try await bytes in response.body {
                pieces.append(String(decoding: bytes, as: UTF8.self))
                mayEnd.withLock { $0 = true }
            }
            #expect(pieces == ["first", "last"])
        }
    }

    @Test func `a slow reader holds the writer back`() async throws {
        let written = Mutex(0)
        let total = 64 << 20
        try await withServer { exchange in
            try exchange.write("HTTP/1.1 200 OK\r\ncontent-length: \(total)\r\n\r\n")
            let piece = [UInt8](repeating: 120, count: 1 << 20)
            for _ in 0..<total / piece.count {
                try exchange.connection.write(piece)
                written.withLock { $0 += piece.count }
            }
        } _: { server in
            let response = try await makeClient().stream(HTTPRequest("GET", server.url))
            // The writer stands still once all buffers on the way are full.
            var before = -1
            try await eventually("the writer stands still") {
                let now = written.withLock { $0 }
                defer { before = now }
                try await Pace.pause(milliseconds: 100)
                return now > 0 && now == before
            }
            #expect(written.withLock { $0 } < total / 2)
            var received = 0
            for try await bytes in response.body { received += bytes.count }
            #expect(received == total)
        }
    }

    @Test func `letting go of the body ends the transfer`() async throws {
        let closed = Mutex(false)
        try await withServer { exchange in
            try exchange.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
            try exchange.writeChunk("x")
            exchange.waitForClose()
            closed.withLock { $0 = true }
        } _: { server in
            let client = try makeClient()
            do {
                let response = try await client.stream(HTTPRequest("GET", server.url))
                for try await _ in response.body { break }
            }
            try await eventually("the connection is closed") { closed.withLock { $0 } }
        }
    }

    @Test func `a stream outlives its client`() async throws {
        try await withServer { exchange in
            try exchange.write("HTTP/1.1 200 OK\r\ncontent-length: 600000\r\n\r\n")
            try exchange.connection.write([UInt8](repeating: 1, count: 600_000))
        } _: { server in
            let response = try await makeClient().stream(HTTPRequest("GET", server.url))
            var received = 0
            for try await bytes in response.body { received += bytes.count }
            #expect(received == 600_000)
        }
    }

    @Test func `a connection that breaks throws after what came before`() async throws {
        try await withServer { exchange in
            try exchange.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
            try exchange.writeChunk("line")
            exchange.connection.close()
        } _: { server in
            let response = try await makeClient().stream(HTTPRequest("GET", server.url))
            let seen = Mutex("")
            let error = await #expect(throws: FuncError.self) {
                for try await bytes in response.body {
                    seen.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
                }
            }
            #expect(error?.code == .unreachable)
            #expect(seen.withLock { $0 } == "line")
        }
    }

    @Test func `cancelling the reader ends the wait`() async throws {
        try await withServer { exchange in
            try exchange.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
            exchange.waitForClose()
        } _: { server in
            let response = try await makeClient().stream(HTTPRequest("GET", server.url))
            let task = Task { for try await _ in response.body {} }
            await Task.yield()
            task.cancel()
            // A cancelled AsyncThrowingStream may end quietly; what counts is that it ends.
            _ = await task.result
        }
    }
}
