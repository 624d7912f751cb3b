import NIOCore
import NIOHTTP1
import NIOPosix

/// The upstream connections that one event loop keeps for its next requests. Bound to that loop, so there is no lock.
final class UpstreamCache {
    private let eventLoop: any EventLoop
    private let idleTimeout: TimeAmount
    private let bootstrap: ClientBootstrap
    private var kept: [InstanceEndpoint: [UpstreamConnection]] = [:]
    private var sweeper: Scheduled<Void>?

    init(on eventLoop: any EventLoop, idleTimeout: TimeAmount) {
        self.eventLoop = eventLoop
        self.idleTimeout = idleTimeout
        bootstrap = ClientBootstrap(group: eventLoop).connectTimeout(.seconds(5))
    }

    /// A connection from an earlier request, the one used last.
    func take(_ endpoint: InstanceEndpoint) -> UpstreamConnection? {
        while let connection = kept[endpoint]?.popLast() {
            connection.cache = nil
            if connection.isOpen { return connection }
        }
        return nil
    }

    /// Opens a new connection.
    func connect(_ endpoint: InstanceEndpoint, completion: @escaping (Result<UpstreamConnection, any Error>) -> Void) {
        let prepared = bootstrap.channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture { try Self.addHandlers(to: channel, endpoint: endpoint) }
        }
        let connecting =
            switch endpoint {
            case .unixSocket(let path): prepared.connect(unixDomainSocketPath: path)
            case .tcp(let host, let port):
                prepared.channelOption(.tcpOption(.tcp_nodelay), value: 1).connect(
                    host: host,
                    port: port
                )
            }
        connecting.assumeIsolated().whenComplete { result in
            completion(
                result.flatMap { channel in
                    Result { try channel.pipeline.syncOperations.handler(type: UpstreamConnection.self) }
                }
            )
        }
    }

    /// Keeps a connection whose request ended well.
    func keep(_ connection: UpstreamConnection) {
        connection.delegate = nil
        connection.cache = self
        connection.idleSince = .now()
        connection.holdReads(false)
        kept[connection.endpoint, default: []].append(connection)
        scheduleSweep()
    }

    /// A kept connection closed.
    func forget(_ connection: UpstreamConnection) {
        kept[connection.endpoint]?.removeAll { $0 === connection }
        if kept[connection.endpoint]?.isEmpty == true { kept[connection.endpoint] = nil }
    }

    /// Closes all kept connections.
    func closeAll() {
        sweeper?.cancel()
        sweeper = nil
        for connection in kept.values.joined() { connection.close() }
    }

    // MARK: Sweeping

    private func scheduleSweep() {
        guard sweeper == nil else { return }
        sweeper = eventLoop.assumeIsolated().scheduleTask(in: idleTimeout) { [weak self] in self?.sweep() }
    }

    private func sweep() {
        sweeper = nil
        let oldest = NIODeadline.now() - idleTimeout
        for connection in kept.values.joined() where connection.idleSince <= oldest { connection.close() }
        kept = kept.compactMapValues { connections in
            let young = connections.filter { $0.idleSince > oldest }
            return young.isEmpty ? nil : young
        }
        if !kept.isEmpty { scheduleSweep() }
    }

    private static func addHandlers(to channel: any Channel, endpoint: InstanceEndpoint) throws {
        var encoding = HTTPRequestEncoder.Configuration()
        encoding.automaticallySetFramingHeaders = false
        let decoder = HTTPResponseDecoder(
            leftOverBytesStrategy: .forwardBytes,
            informationalResponseStrategy: .forward
        )
        try channel.pipeline.syncOperations.addHandlers(
            HTTPRequestEncoder(configuration: encoding),
            ByteToMessageHandler(decoder),
            UpstreamConnection(endpoint: endpoint)
        )
    }
}
