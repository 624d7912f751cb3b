import FuncKit
import NIOCore

/// What the gateway needs to know of the platform's configuration.
public struct GatewayConfiguration: Sendable {
    /// Loopback address to listen on.
    public var host: String
    /// Port to listen on; 0 picks a free one.
    public var port: Int
    /// Where the control API answers.
    public var control: InstanceEndpoint
    /// Origins of web pages that may call the control API, in lower case.
    public var allowedOrigins: Set<String> = []
    /// Largest request body for a function, in bytes; the control API sets its own limits.
    public var maxBodyBytes: Int
    /// Largest request line and header block, in bytes.
    public var maxHeaderBytes: Int
    /// How long a client may take to send its headers.
    public var headerTimeout: TimeAmount
    /// How long a keep-alive connection may idle.
    public var idleTimeout: TimeAmount
    /// How long a client may neither take nor send a byte in the middle of a request.
    public var stallTimeout: TimeAmount
    /// How long an unused connection to an instance is kept.
    public var upstreamIdleTimeout: TimeAmount
    /// Event loops to run; 0 means one per core.
    public var eventLoops: Int = 0

    /// Takes the gateway's share of the platform's configuration.
    public init(platform: PlatformConfiguration, control: InstanceEndpoint) {
        self.control = control
        host = platform.listenHost
        port = platform.port
        allowedOrigins = platform.allowedOrigins
        maxBodyBytes = platform.maxBodyBytes
        maxHeaderBytes = platform.maxHeaderBytes
        headerTimeout = TimeAmount(platform.headerTimeout)
        idleTimeout = TimeAmount(platform.idleTimeout)
        stallTimeout = TimeAmount(platform.stallTimeout)
        upstreamIdleTimeout = TimeAmount(platform.upstreamIdleTimeout)
    }
}
