import FuncKit
import NIOCore
import NIOPosix

/// Asks an instance whether it is ready (runtime contract, point 2).
enum ReadinessProbe {
    /// Which answers mean yes.
    enum Answer: Sendable {
        /// Status 200, as every host gives.
        case ok
        /// Any answer but a server error: a program of one's own that has no such path serves all the same.
        case anyAnswer

        func includes(_ status: Int) -> Bool {
            switch self {
            case .ok: status == 200
            case .anyAnswer: (200..<500).contains(status)
            }
        }
    }

    /// How the wait for an instance went.
    enum Outcome: Sendable {
        case ready
        case ended(ChildProcessExit)
        case late
    }

    /// Waits until the process at the endpoint is ready, has ended, or has been given enough time.
    static func outcome(
        _ child: ChildProcess,
        _ endpoint: InstanceEndpoint,
        accepts: Answer,
        within limit: Duration
    ) async throws -> Outcome {
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                try await waitUntilReady(endpoint, accepts: accepts)
                return .ready
            }
            group.addTask { .ended(try await child.exit()) }
            group.addTask {
                try await Task.sleep(for: limit)
                return .late
            }
            return try await group.next() ?? .late
        }
    }

    /// Asks again and again until the answer is yes. Returns early only when the task is cancelled.
    static func waitUntilReady(_ endpoint: InstanceEndpoint, accepts: Answer = .ok) async throws {
        var attempts = 0
        while !(await isReady(endpoint, accepts: accepts)) {
            attempts += 1
            // Most hosts are up within a second: looking often there is what keeps cold starts short.
            try await Task.sleep(for: .milliseconds(attempts < 200 ? 5 : 25))
        }
    }

    /// Asks once.
    static func isReady(_ endpoint: InstanceEndpoint, accepts: Answer = .ok) async -> Bool {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answer = loop.makePromise(of: Bool.self)
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(.seconds(1))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        ReadinessHandler(answer: answer, accepts: accepts)
                    )
                }
            }
        let connection =
            switch endpoint {
            case .unixSocket(let path): bootstrap.connect(unixDomainSocketPath: path)
            case .tcp(let host, let port): bootstrap.connect(host: host, port: port)
            }
        // Nothing listens yet.
        connection.whenFailure { _ in answer.succeed(false) }
        do {
            return try await answer.futureResult.get()
        } catch {
            return false
        }
    }
}

/// Sends one request and reads the status of its answer.
private final class ReadinessHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let request =
        "GET /health/readiness HTTP/1.1\r\nhost: localhost\r\nuser-agent: hks-func\r\nconnection: close\r\n\r\n"
    /// `HTTP/1.1 200`
    private static let statusLength = 12

    private let answer: EventLoopPromise<Bool>
    private let accepts: ReadinessProbe.Answer
    private var received = ByteBuffer()
    private var timeout: Scheduled<Void>?

    init(answer: EventLoopPromise<Bool>, accepts: ReadinessProbe.Answer) {
        self.answer = answer
        self.accepts = accepts
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        timeout = context.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: Self.request)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        guard received.readableBytes >= Self.statusLength else { return }
        let line = String(
            buffer: received.getSlice(at: received.readerIndex, length: Self.statusLength) ?? ByteBuffer()
        )
        answer.succeed(line.hasPrefix("HTTP/1.") && Int(line.suffix(3)).map(accepts.includes) == true)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timeout?.cancel()
        // Ignored where an answer was given.
        answer.succeed(false)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
