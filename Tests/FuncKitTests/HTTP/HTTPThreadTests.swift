import Foundation
import TestSupport
import Testing

@testable import FuncKit

/// Each test runs in a process of its own, where no other test has clients.
@Suite struct HTTPThreadTests {
    private static let clients = 20

    /// Threads of clients that are alive.
    private static var threads: Int {
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        return tasks.filter { task in
            (try? String(contentsOfFile: "/proc/self/task/\(task)/comm", encoding: .utf8)) == "hks-http\n"
        }.count
    }

    /// Waits, as the list of threads may lack some while others come and go.
    private static func untilThreads(number: Int) async throws {
        try await eventually("\(threads) threads become \(number)", within: .seconds(20)) { threads == number }
    }

    @Test func `The thread of a client ends with it`() async {
        await #expect(processExitsWith: .success) {
            try await withServer {
                try $0.respond(200, "ok")
            } _: { server in
                var clients: [HTTPClient] = []
                for _ in 0..<HTTPThreadTests.clients {
                    let client = try makeClient()
                    _ = try await client.send(HTTPRequest("GET", server.url))
                    clients.append(client)
                }
                try await HTTPThreadTests.untilThreads(number: HTTPThreadTests.clients)
                clients.removeAll()
                try await HTTPThreadTests.untilThreads(number: 0)
            }
        }
    }

    @Test func `A client that is let go of in the middle of transfers ends them`() async {
        await #expect(processExitsWith: .success) {
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
                try await HTTPThreadTests.untilThreads(number: HTTPThreadTests.clients)
                answers.removeAll()
                try await HTTPThreadTests.untilThreads(number: 0)
                try await eventually("all connections are closed", within: .seconds(20)) {
                    closed.current == HTTPThreadTests.clients
                }
            }
        }
    }

    @Test func `A client whose requests are cancelled before an answer ends`() async {
        await #expect(processExitsWith: .success) {
            try await withServer {
                $0.waitForClose()
            } _: { server in
                let tasks = try (0..<HTTPThreadTests.clients).map { _ in
                    let client = try makeClient()
                    return Task { try await client.send(HTTPRequest("GET", server.url)).status }
                }
                try await eventually("all requests are under way", within: .seconds(20)) {
                    server.connectionCount == HTTPThreadTests.clients
                }
                try await HTTPThreadTests.untilThreads(number: HTTPThreadTests.clients)
                for task in tasks { task.cancel() }
                for task in tasks { await #expect(throws: CancellationError.self) { try await task.value } }
                try await HTTPThreadTests.untilThreads(number: 0)
            }
        }
    }
}
