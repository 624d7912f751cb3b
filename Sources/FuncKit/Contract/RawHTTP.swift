import Foundation

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A client that sends exactly the bytes that it is given, well-formed or not: what checks of a server need.
package struct RawHTTP: Sendable {
    /// Where a server listens.
    package enum Endpoint: Sendable, Hashable {
        case unixSocket(path: String)
        case tcp(port: UInt16)
    }

    /// One thing that the client does.
    package indirect enum Step: Sendable {
        /// Sends bytes; a server that has hung up is no failure.
        case send(Data)
        /// Reads until so many complete responses have come in all.
        case awaitResponses(Int)
        /// Reads until the bytes so far hold a text.
        case awaitText(String)
        /// Does steps on another connection before it goes on with this one.
        case meanwhile([Step])
        /// Says that nothing more will be sent.
        case closeWriting
        /// Reads until the server closes.
        case awaitEnd

        /// Sends text.
        package static func send(_ text: String) -> Step { .send(Data(text.utf8)) }
    }

    /// What the server sent.
    package struct Transcript: Sendable {
        /// All bytes.
        package var bytes = Data()
        /// Whether the server closed the connection while the client still read.
        package var isEnded = false

        /// The bytes as text.
        package var text: String { String(decoding: bytes, as: UTF8.self) }

        /// The complete final responses; `isHead` where the requests were HEAD and bodies are absent.
        package func responses(isHead: Bool = false) throws -> [RawResponse] {
            try RawResponse.parse(bytes, isHead: isHead, isEnded: isEnded)
        }
    }

    /// The server did not do its part in time, or cannot be reached.
    package struct Failure: Error, CustomStringConvertible {
        /// What went wrong.
        package let description: String

        /// Describes a failure.
        package init(description: String) {
            self.description = description
        }
    }

    private let endpoint: Endpoint
    private let deadline: Duration
    private let maxBytes: Int

    /// A client of one server; every wait ends after `deadline`, and a connection after `maxBytes` from the server.
    package init(_ endpoint: Endpoint, deadline: Duration = .seconds(20), maxBytes: Int = .max) {
        self.endpoint = endpoint
        self.deadline = deadline
        self.maxBytes = maxBytes
    }

    /// Opens a connection, does the steps in order and closes it. Blocking calls run on a thread of their own.
    package func run(_ steps: [Step], isHead: Bool = false) async throws -> Transcript {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try perform(steps, isHead: isHead) })
            }
        }
    }

    /// Sends one request and reads its response.
    package func response(to request: String, body: Data = Data()) async throws -> RawResponse {
        let isHead = request.hasPrefix("HEAD ")
        let transcript = try await run([.send(Data(request.utf8) + body), .awaitResponses(1)], isHead: isHead)
        guard let response = try transcript.responses(isHead: isHead).first else {
            throw Failure(description: "no response, only '\(transcript.text)'")
        }
        return response
    }

    private func perform(_ steps: [Step], isHead: Bool) throws -> Transcript {
        let socket = try connect()
        defer { close(socket) }
        let end = ContinuousClock.now + deadline
        var transcript = Transcript()
        for step in steps {
            switch step {
            case .send(let data): send(data, over: socket)
            case .meanwhile(let steps): _ = try perform(steps, isHead: isHead)
            case .closeWriting: shutdown(socket, Int32(SHUT_WR))
            case .awaitEnd: try receive(&transcript, from: socket, until: end) { _ in false }
            case .awaitText(let text):
                try receive(&transcript, from: socket, until: end) { $0.text.contains(text) }
                guard transcript.text.contains(text) else {
                    throw Failure(description: "the server closed before '\(text)', after '\(transcript.text)'")
                }
            case .awaitResponses(let count):
                try receive(&transcript, from: socket, until: end) {
                    try $0.responses(isHead: isHead).count >= count
                }
            }
        }
        return transcript
    }

    private func receive(
        _ transcript: inout Transcript,
        from socket: Int32,
        until end: ContinuousClock.Instant,
        isDone: (Transcript) throws -> Bool
    ) throws {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while !transcript.isEnded, try !isDone(transcript) {
            guard ContinuousClock.now < end else {
                throw Failure(description: "not in time, after '\(transcript.text.prefix(2000))'")
            }
            guard transcript.bytes.count <= maxBytes else {
                throw Failure(description: "the server sends more than \(maxBytes >> 20) MiB")
            }
            let count = recv(socket, &buffer, buffer.count, 0)
            if count > 0 {
                transcript.bytes.append(contentsOf: buffer[..<count])
            } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
                transcript.isEnded = true
            }
        }
    }

    private func send(_ data: Data, over socket: Int32) {
        #if canImport(Glibc)
        let flags = Int32(MSG_NOSIGNAL)
        #else
        let flags: Int32 = 0
        #endif
        data.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                #if canImport(Glibc)
                let count = Glibc.send(socket, bytes.baseAddress?.advanced(by: sent), bytes.count - sent, flags)
                #else
                let count = Darwin.send(socket, bytes.baseAddress?.advanced(by: sent), bytes.count - sent, flags)
                #endif
                guard count > 0 else { return }
                sent += count
            }
        }
    }

    private func connect() throws -> Int32 {
        switch endpoint {
        case .unixSocket(let path):
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let capacity = MemoryLayout.size(ofValue: address.sun_path)
            guard path.utf8.count < capacity else { throw Failure(description: "the path '\(path)' is too long") }
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            return try open(AF_UNIX, address)
        case .tcp(let port):
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            return try open(AF_INET, address)
        }
    }

    private func open<Address>(_ family: Int32, _ address: Address) throws -> Int32 {
        #if canImport(Glibc)
        let socket = Glibc.socket(family, Int32(SOCK_STREAM.rawValue), 0)
        #else
        let socket = Darwin.socket(family, SOCK_STREAM, 0)
        #endif
        // Short, so that the deadline is looked at often.
        var wait = timeval(tv_sec: 0, tv_usec: 100_000)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        var limit = timeval(tv_sec: Int(deadline.components.seconds), tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let status = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                #if canImport(Glibc)
                Glibc.connect(socket, pointer, socklen_t(MemoryLayout<Address>.size))
                #else
                Darwin.connect(socket, pointer, socklen_t(MemoryLayout<Address>.size))
                #endif
            }
        }
        guard status == 0 else {
            let reason = String(cString: strerror(errno))
            close(socket)
            throw Failure(description: "cannot connect to \(endpoint): \(reason)")
        }
        return socket
    }
}
