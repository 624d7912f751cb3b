import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// An HTTP server that does what a test says, faults included: the handler writes raw bytes to the socket.
public final class ScriptedServer: Sendable {
    /// What a client sent.
    public struct Request: Sendable {
        /// Such as `GET`.
        public var method: String
        /// Path and query as the client wrote them.
        public var target: String
        /// By lower-case name.
        public var headers: [String: String]
        /// As much of it as was read.
        public var body: [UInt8] = []

        /// The target without its query, as the client wrote it.
        public var path: String { String(target.split(separator: "?", maxSplits: 1).first ?? "") }

        /// The query as the client wrote it.
        public var query: [String: String] {
            let items = URLComponents(string: target)?.queryItems ?? []
            return Dictionary(items.map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { first, _ in first })
        }

        /// The body as text.
        public var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// Answers one request.
    public typealias Handler = @Sendable (ServerExchange) throws -> Void

    private struct State {
        var requests: [Request] = []
        var connections: Set<Int32> = []
        var accepted = 0
        var isStopped = false
        var isListening = true
    }

    private let state = Mutex(State())
    private let listener: Int32
    /// Port of the loopback address.
    public let port: Int

    private let greeting: String?

    /// Begins to serve on a free port of the loopback address; every request is given to `handler` on a thread. A
    /// `greeting` is sent to every client before it said anything.
    public init(greeting: String? = nil, _ handler: @escaping Handler) throws {
        self.greeting = greeting
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard listener >= 0 else { throw SocketFailure(code: errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                let bound = bind(listener, generic, length) == 0 && listen(listener, 64) == 0
                return bound && getsockname(listener, generic, &length) == 0
            }
        }
        guard status else { throw SocketFailure(code: errno) }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread { [self] in acceptAll(handler) }.start()
    }

    /// Base address without a trailing slash.
    public var url: String { "http://127.0.0.1:\(port)" }
    /// What was received, answered or not.
    public var requests: [Request] { state.withLock { $0.requests } }
    /// Connections so far.
    public var connectionCount: Int { state.withLock { $0.accepted } }

    /// Ends every connection; the threads end with them.
    ///
    /// Descriptors are closed and shut down under the same lock: the number of a closed one may be another's by now.
    public func stop() {
        state.withLock { state in
            guard !state.isStopped else { return }
            state.isStopped = true
            for socket in state.connections { _ = shutdown(socket, Int32(SHUT_RDWR)) }
            if state.isListening { _ = shutdown(listener, Int32(SHUT_RDWR)) }
        }
    }

    private func end(_ socket: Int32) {
        state.withLock { state in
            state.connections.remove(socket)
            _ = close(socket)
        }
    }

    fileprivate func note(_ request: Request) {
        state.withLock { $0.requests.append(request) }
    }

    private func acceptAll(_ handler: @escaping Handler) {
        while true {
            let socket = accept(listener, nil, nil)
            guard socket >= 0 else { break }
            state.withLock { state in
                state.accepted += 1
                state.connections.insert(socket)
                if state.isStopped { _ = shutdown(socket, Int32(SHUT_RDWR)) }
            }
            Thread { [self] in serve(socket, handler) }.start()
        }
        state.withLock { state in
            state.isListening = false
            _ = close(listener)
        }
    }

    private func serve(_ socket: Int32, _ handler: Handler) {
        let connection = ServerConnection(socket: socket, end: end)
        if let greeting { try? connection.write(Array(greeting.utf8)) }
        // A client that goes away ends the connection; what it saw of that is for the test to judge.
        while !connection.isClosed, let exchange = try? ServerExchange(connection: connection, note: note) {
            try? handler(exchange)
            exchange.noteOnce()
        }
        connection.close()
    }

    /// A socket call failed, or the client went away.
    public struct SocketFailure: Error {
        /// The system's number; 0 where the client ended the connection.
        public let code: Int32
    }
}

/// Runs a test against a server and ends the server afterwards.
public func withServer<T>(
    _ handler: @escaping ScriptedServer.Handler,
    _ body: (ScriptedServer) async throws -> T
) async throws -> T {
    let server = try ScriptedServer(handler)
    defer { server.stop() }
    return try await body(server)
}

/// One socket, used by its own thread only.
public final class ServerConnection {
    private let socket: Int32
    private let end: (Int32) -> Void
    private var unread: [UInt8] = []
    /// Whether this side ended it.
    public private(set) var isClosed = false
    /// Called before this side ends it.
    fileprivate var beforeEnd: (() -> Void)?

    /// Takes a socket, and what closes it.
    init(socket: Int32, end: @escaping (Int32) -> Void) {
        self.socket = socket
        self.end = end
    }

    /// Sends bytes.
    public func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw ScriptedServer.SocketFailure(code: errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// Waits for more bytes; false when the client ended the connection.
    public func fill() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(socket, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        unread += buffer[..<count]
        return true
    }

    /// Takes a line without its end.
    public func takeLine() throws -> String {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: unread[..<end], as: UTF8.self)
                unread.removeSubrange(...end)
                return line.trimmingCharacters(in: ["\r"])
            }
            guard fill() else { throw ScriptedServer.SocketFailure(code: 0) }
        }
    }

    /// Takes so many bytes.
    public func take(_ count: Int) throws -> [UInt8] {
        while unread.count < count {
            guard fill() else { throw ScriptedServer.SocketFailure(code: 0) }
        }
        defer { unread.removeSubrange(..<count) }
        return Array(unread[..<count])
    }

    /// Ends the connection.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        beforeEnd?()
        end(socket)
    }

    /// Ends the connection with RST in place of FIN.
    public func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }
}

/// One request being answered.
public final class ServerExchange {
    /// The connection it came on.
    public let connection: ServerConnection
    /// What was read of it.
    public private(set) var request: ScriptedServer.Request

    private var note: ((ScriptedServer.Request) -> Void)?

    fileprivate init(connection: ServerConnection, note: @escaping (ScriptedServer.Request) -> Void) throws {
        self.connection = connection
        self.note = note
        let words = try connection.takeLine().split(separator: " ").map(String.init)
        guard words.count == 3 else { throw ScriptedServer.SocketFailure(code: 0) }
        request = ScriptedServer.Request(method: words[0], target: words[1], headers: [:])
        while true {
            let line = try connection.takeLine()
            if line.isEmpty { break }
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            request.headers[parts[0].lowercased()] = parts.count > 1 ? parts[1] : ""
        }
        connection.beforeEnd = { [weak self] in self?.noteOnce() }
    }

    /// Adds the request to the server's list: before the answer or the end
    /// of the connection, so that a client that has seen them finds the request there.
    fileprivate func noteOnce() {
        note?(request)
        note = nil
    }

    /// Length of the body that the client announced.
    public var contentLength: Int { request.headers["content-length"].flatMap { Int($0) } ?? 0 }

    /// Reads the body, or as much of it as is asked for.
    public func readBody(_ count: Int? = nil) throws {
        request.body += try connection.take(count ?? contentLength - request.body.count)
    }

    /// Reads what is left of the request and answers.
    public func respond(_ status: Int, _ body: String = "", headers: [String: String] = [:]) throws {
        if request.headers["transfer-encoding"] == nil { try readBody() }
        noteOnce()
        var head = "HTTP/1.1 \(status) Status\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        // The length a HEAD answer names is that of the body it does not have.
        head += "content-length: \(body.utf8.count)\r\n\r\n"
        try write(head + (request.method == "HEAD" ? "" : body))
    }

    /// Answers with JSON.
    public func respond(json: String, status: Int = 200) throws {
        try respond(status, json, headers: ["content-type": "application/json; charset=utf-8"])
    }

    /// Sends text as it is.
    public func write(_ text: String) throws {
        try connection.write(Array(text.utf8))
    }

    /// Sends one piece of a chunked answer.
    public func writeChunk(_ text: String) throws {
        try write("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n")
    }

    /// Waits until the client ends the connection.
    public func waitForClose() {
        while connection.fill() {}
        connection.close()
    }
}
