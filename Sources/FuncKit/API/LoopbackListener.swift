import Foundation
import Glibc
import SystemPackage

/// Waits on this machine for the browser to come back from a sign-in (RFC 8252, section 7.3).
///
/// Any program and any web page can send requests here. What does not bring the sign-in's own state changes nothing.
final class LoopbackListener: Sendable {
    private static let path = "/callback"
    /// A browser sends its request at once; connections it only keeps ready are closed.
    private static let patience = Duration.seconds(5)
    private static let maxClients = 32

    private let descriptor: Int32
    private let port: UInt16

    /// Listens on a free port of 127.0.0.1.
    /// - Throws: `port_in_use` where there is none.
    init() throws {
        // Not blocking: a client may be gone again by the time it is accepted.
        let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let descriptor = socket(AF_INET, Int32(kind), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard descriptor >= 0, isListening else {
            let reason = Errno(rawValue: errno).description
            if descriptor >= 0 { close(descriptor) }
            throw FuncError(
                .portInUse,
                "cannot listen on 127.0.0.1 for the browser",
                hint: "pass --paste",
                cause: reason
            )
        }
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit {
        close(descriptor)
    }

    /// Where the browser is to be sent.
    var redirectURL: String { "http://127.0.0.1:\(port)\(Self.path)" }

    /// Waits for the code of the sign-in that `state` belongs to.
    /// - Throws: `timed_out`, `forbidden` where the user or the provider refused, `CancellationError`.
    func code(state: String, within limit: Duration) async throws -> String {
        try await BlockingWork.run("sign-in") { [self] isCancelled in
            let end = ContinuousClock.now + limit
            var clients: [LoopbackClient] = []
            while ContinuousClock.now < end {
                if isCancelled() { throw CancellationError() }
                for request in serve(&clients) {
                    if let answer = SignInAnswer(target: request.target, path: Self.path), answer.state == state {
                        request.client.answer(answer.page)
                        return try answer.code.get()
                    }
                    request.client.answer(request.page)
                }
            }
            throw FuncError(
                .timedOut,
                "the browser did not come back within \(limit.components.seconds) s",
                hint: "run 'hks-func login' again, with --paste where the browser runs on another machine"
            )
        }
    }

    private struct Request {
        let client: LoopbackClient
        /// Nil where it cannot be a browser that comes back.
        let target: String?
        let page: LoopbackPage
    }

    /// Waits a moment for connections and bytes, and gives the requests that are complete.
    private func serve(_ clients: inout [LoopbackClient]) -> [Request] {
        var watched = ([descriptor] + clients.map(\.descriptor)).map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        // Short, so that cancellation and deadlines are looked at often.
        _ = poll(&watched, nfds_t(watched.count), 100)
        var requests: [Request] = []
        var waiting: [LoopbackClient] = []
        for (client, state) in zip(clients, watched.dropFirst()) {
            switch state.revents == 0 ? .incomplete : client.read() {
            case .incomplete where ContinuousClock.now < client.arrival + Self.patience: waiting.append(client)
            case .incomplete, .ended: break
            case .tooLong: requests.append(Request(client: client, target: nil, page: .tooLong))
            case .target(let target):
                let isOurs = SignInAnswer(target: target, path: Self.path) != nil
                requests.append(Request(client: client, target: target, page: isOurs ? .foreign : .notFound))
            case .notGet: requests.append(Request(client: client, target: nil, page: .notFound))
            }
        }
        clients = waiting
        if watched[0].revents != 0, let client = LoopbackClient(acceptingFrom: descriptor) {
            if clients.count == Self.maxClients { clients.removeFirst() }
            clients.append(client)
        }
        return requests
    }
}

/// One connection to a ``LoopbackListener``; closed when nothing holds it any more.
private final class LoopbackClient {
    enum Progress {
        case incomplete, ended, tooLong, notGet
        case target(String)
    }

    private static let maxBytes = 16 << 10

    let descriptor: Int32
    let arrival = ContinuousClock.now
    private var bytes: [UInt8] = []

    init?(acceptingFrom listener: Int32) {
        descriptor = accept(listener, nil, nil)
        guard descriptor >= 0, fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0,
            fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0
        else { return nil }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Reads what is there.
    func read() -> Progress {
        var block = [UInt8](repeating: 0, count: 4 << 10)
        let count = recv(descriptor, &block, block.count, 0)
        guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) ? .incomplete : .ended }
        bytes += block[..<count]
        guard bytes.count <= Self.maxBytes else { return .tooLong }
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.contains("\r\n\r\n"), let line = text.split(separator: "\r\n").first else { return .incomplete }
        let words = line.split(separator: " ")
        guard words.count == 3, words[0] == "GET" else { return .notGet }
        return .target(String(words[1]))
    }

    /// Sends a page, which fits into the socket's buffer. A browser that is gone misses nothing.
    func answer(_ page: LoopbackPage) {
        let bytes = Array(page.response.utf8)
        _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        shutdown(descriptor, Int32(SHUT_WR))
    }
}

/// What a browser shows.
private enum LoopbackPage {
    case done, refused, foreign, notFound, tooLong

    var response: String {
        let (status, text) = content
        let body = "<!doctype html><meta charset=\"utf-8\"><title>hks-func</title><p>\(text)</p>\n"
        return """
            HTTP/1.1 \(status)\r
            content-type: text/html; charset=utf-8\r
            content-length: \(body.utf8.count)\r
            cache-control: no-store\r
            content-security-policy: default-src 'none'\r
            referrer-policy: no-referrer\r
            connection: close\r
            \r
            \(body)
            """
    }

    private var content: (status: String, text: String) {
        switch self {
        case .done: ("200 OK", "hks-func has your sign-in. Go on in the terminal; this window may be closed.")
        case .refused: ("200 OK", "The sign-in was refused. Go on in the terminal; this window may be closed.")
        case .foreign: ("400 Bad Request", "This does not belong to the sign-in that hks-func waits for.")
        case .notFound: ("404 Not Found", "There is nothing here.")
        case .tooLong: ("431 Request Header Fields Too Large", "The request is too long.")
        }
    }
}

extension SignInAnswer {
    fileprivate var page: LoopbackPage {
        if case .success = code { .done } else { .refused }
    }
}
