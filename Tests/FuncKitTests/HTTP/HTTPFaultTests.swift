import Foundation
import FuncKit
import Synchronization
import TestSupport
import Testing

@testable import FuncKit

@Suite struct HTTPFaultTests {
    private func failure(
        _ server: ScriptedServer,
        _ change: (inout HTTPRequest) -> Void = { _ in }
    ) async throws -> FuncError {
        var request = HTTPRequest("GET", server.url + "/x")
        request.retries = false
        change(&request)
        let prepared = request
        return try #require(await #expect(throws: FuncError.self) { try await makeClient().send(prepared) })
    }

    @Test func `a port where nothing listens is unreachable`() async throws {
        let server = try ScriptedServer { _ in }
        server.stop()
        // The listening socket closes on the server's own thread.
        let error = try await eventually("the port is free") {
            let error = try await failure(server)
            return error.message.hasPrefix("nothing answers") ? error : nil
        }
        #expect(error.code == .unreachable)
        #expect(error.message == "nothing answers at '127.0.0.1:\(server.port)'")
        #expect(error.requestID == "id-1")
    }

    @Test func `a name without an address is unreachable`() async throws {
        var request = HTTPRequest("GET", "http://no-such-host.invalid/")
        request.retries = false
        let prepared = request
        let error = await #expect(throws: FuncError.self) { try await makeClient().send(prepared) }
        #expect(error?.code == .unreachable)
        #expect(error?.message == "'no-such-host.invalid' has no address")
    }

    @Test func `a server that never answers runs into the total limit`() async throws {
        try await withServer {
            $0.waitForClose()
        } _: { server in
            let error = try await failure(server) { $0.timeouts.total = .milliseconds(80) }
            #expect(error.code == .timedOut)
            #expect(error.message == "'127.0.0.1:\(server.port)' did not answer in time")
        }
    }

    @Test func `an answer that stands still runs into the idle limit`() async throws {
        try await withServer { exchange in
            try exchange.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc")
            exchange.waitForClose()
        } _: { server in
            let error = try await failure(server) {
                $0.timeouts = HTTPRequest.Timeouts(total: nil, idle: .milliseconds(80))
            }
            #expect(error.code == .timedOut)
        }
    }

    @Test func `a steady trickle does not run into the idle limit`() async throws {
        try await withServer { exchange in
            try exchange.write("HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n")
            for _ in 0..<12 {
                try exchange.write("x")
                // Paces the server's own thread; nothing is asserted about how long it takes.
                Pace.hold(milliseconds: 100)
            }
        } _: { server in
            var request = HTTPRequest("GET", server.url)
            request.timeouts = HTTPRequest.Timeouts(total: nil, idle: .seconds(1))
            let count = try await makeClient().send(request).body.count
            #expect(count == 12)
        }
    }

    @Test func `a truncated answer is an error`() async throws {
        try await withServer { exchange in
            try exchange.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
            exchange.connection.close()
        } _: { server in
            let error = try await failure(server)
            #expect(error.code == .unreachable)
            #expect(error.message == "the connection to '127.0.0.1:\(server.port)' broke off")
        }
    }

    @Test func `a truncated chunked answer is an error`() async throws {
        try await withServer { exchange in
            try exchange.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
            try exchange.writeChunk("abc")
            exchange.connection.close()
        } _: { server in
            let code = try await failure(server).code
            #expect(code == .unreachable)
        }
    }

    @Test func `a reset in mid-body is an error`() async throws {
        try await withServer { exchange in
            try exchange.write("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\nhalf")
            exchange.connection.reset()
        } _: { server in
            let code = try await failure(server).code
            #expect(code == .unreachable)
        }
    }

    @Test(arguments: [(fields: 300, length: 1), (fields: 1, length: 400_000), (fields: 40, length: 8000)])
    func `a huge header is refused`(fields: Int, length: Int) async throws {
        let lines = String(repeating: "x-a: \(String(repeating: "v", count: length))\r\n", count: fields)
        try await withServer { exchange in
            try exchange.write("HTTP/1.1 200 OK\r\n" + lines + "content-length: 0\r\n\r\n")
            exchange.waitForClose()
        } _: { server in
            let error = try await failure(server)
            #expect(error.code == .protocolError)
            #expect(error.message == "the header of the answer from '127.0.0.1:\(server.port)' is too large")
        }
    }

    @Test func `something that is not HTTP is told apart`() async throws {
        try await withServer { exchange in
            try exchange.write("SSH-2.0-OpenSSH_9.2\r\n\r\n")
            exchange.connection.close()
        } _: { server in
            let error = try await failure(server)
            #expect(error.code == .protocolError)
            #expect(error.message == "'127.0.0.1:\(server.port)' did not answer in HTTP")
        }
    }

    @Test func `TLS to a port that speaks plain HTTP says so`() async throws {
        let server = try ScriptedServer(greeting: "HTTP/1.1 400 Bad Request\r\n\r\n") { $0.connection.close() }
        defer { server.stop() }
        let error = try await failure(server) { $0.url = "https://127.0.0.1:\(server.port)/" }
        #expect(error.code == .unreachable)
        #expect(error.message.hasPrefix("no secure connection to '127.0.0.1:\(server.port)' came about"))
    }

    @Test(arguments: [
        (60, "the certificate of 'h:1' is not trusted: self-signed certificate"),
        (77, "the certificates for 'h:1' cannot be read: self-signed certificate"),
        (35, "no secure connection to 'h:1' came about: self-signed certificate"),
    ])
    func `TLS failures are put in plain words`(code: Int, message: String) {
        let cause = CurlError(code: code, operation: "send", message: "self-signed certificate", wasConnected: false)
        let error = FuncError(cause, request: HTTPRequest("GET", "https://user:secret@h:1/x?key=secret"))
        #expect(error.message == message)
        #expect(error.code == .unreachable)
        #expect(error.hint != nil)
        #expect(!"\(error)\(error.cause ?? "")".contains("secret"))
    }

    @Test func `interim answers are passed over`() async throws {
        try await withServer { exchange in
            try exchange.write("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n")
            try exchange.respond(200, "final", headers: ["x-final": "yes"])
        } _: { server in
            let response = try await makeClient().send(HTTPRequest("GET", server.url))
            #expect(response.status == 200)
            #expect(response.headers["link"] == nil)
            #expect(response.headers["x-final"] == "yes")
        }
    }

    @Test func `cancelling ends a transfer that would never end and closes the connection`() async throws {
        let closed = Mutex(false)
        try await withServer { exchange in
            exchange.waitForClose()
            closed.withLock { $0 = true }
        } _: { server in
            let client = try makeClient()
            let url = server.url
            let task = Task { try await client.send(HTTPRequest("GET", url)) }
            try await eventually("the server has the connection") { server.connectionCount == 1 }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            try await eventually("the connection is closed") { closed.withLock { $0 } }
        }
    }

    @Test func `a task that is cancelled already sends nothing it waits for`() async throws {
        try await withServer {
            $0.waitForClose()
        } _: { server in
            let client = try makeClient()
            let url = server.url
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await client.send(HTTPRequest("GET", url))
            }
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }
}
