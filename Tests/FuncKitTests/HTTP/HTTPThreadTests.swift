import Foundation
import TestSupport
import Testing

@testable import FuncKit

/// Each test runs in a process of its own, where no other test has clients.
@Suite struct HTTPThreadTests {
    private static let clients = 50
    /// Threads that the runtime may have started meanwhile for its own pools.
    private static let others = 20

    /// All threads of the process. Their names tell nothing: a thread inherits that of the one that starts it.
    private static var threads: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task"))?.count ?? 0
    }

    private static func untilThere(since base: Int) async throws {
        try await eventually("each client has a thread") { threads >= base + clients }
    }

    private static func untilGone(since base: Int) async throws {
        try await eventually("the threads of all clients have ended") { threads <= base + others }
    }

    @Test func `The thread of a client ends with it`() async {
        await #expect(processExitsWith: .success) {
            let base = HTTPThreadTests.threads
            try await withServer {
                try $0.respond(200, "ok")
            } _: { server in
                var clients: [HTTPClient] = []
                for _ in 0..<HTTPThreadTests.clients {
                    let client = try makeClient()
                    _ = try await client.send(HTTPRequest("GET", server.url))
                    clients.append(client)
                }
                try await HTTPThreadTests.untilThere(since: base)
                clients.removeAll()
                try await HTTPThreadTests.untilGone(since: base)
            }
        }
    }

    @Test func `A client that is let go of in the middle of transfers ends them`() async {
        await #expect(processExitsWith: .success) {
            let base = HTTPThreadTests.threads
            let closed = MutexBox(0)
            try await withServer { exchange in
                try exchange.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
                try exchange.writeChunk("x")
                exchange.waitForClose()
                closed.mutate { $0 += 1 }
            } _: { server in
                var answers: [HTTPStreamedResponse] = []
                for _ in 0..<HTTPThreadTests.clients {
                    // Only the answer holds on to the client.
                    answers.append(try await makeClient().stream(HTTPRequest("GET", server.url)))
                }
                try await HTTPThreadTests.untilThere(since: base)
                answers.removeAll()
                try await HTTPThreadTests.untilGone(since: base)
                try await eventually("all connections are closed") {
                    closed.current == HTTPThreadTests.clients
                }
            }
        }
    }

    @Test func `A client whose requests are cancelled before an answer ends`() async {
        await #expect(processExitsWith: .success) {
            let base = HTTPThreadTests.threads
            try await withServer {
                $0.waitForClose()
            } _: { server in
                let tasks = try (0..<HTTPThreadTests.clients).map { _ in
                    let client = try makeClient()
                    return Task { try await client.send(HTTPRequest("GET", server.url)).status }
                }
                try await eventually("all requests are under way") {
                    server.connectionCount == HTTPThreadTests.clients
                }
                try await HTTPThreadTests.untilThere(since: base)
                for task in tasks { task.cancel() }
                for task in tasks { await #expect(throws: CancellationError.self) { try await task.value } }
                try await HTTPThreadTests.untilGone(since: base)
            }
        }
    }
}
