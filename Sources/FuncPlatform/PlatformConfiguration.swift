import Foundation
import FuncKit

/// Every limit, port and time-out of the local platform, with its default.
public struct PlatformConfiguration: Sendable {
    /// The port where no setting names one.
    public static let defaultPort = 8787

    /// Folder that holds the database, artifacts, bundles, logs and the run folder.
    public var dataFolder: String
    /// Address to listen on; anything but a loopback address is refused.
    public var listenHost: String = "127.0.0.1"
    /// Port to listen on; 0 picks a free one.
    public var port: Int = PlatformConfiguration.defaultPort
    /// Whether the next free port is taken where `port` is in use.
    public var takesNextFreePort: Bool = true
    /// Version of this program, as `platform status` and the capabilities show it.
    public var programVersion: String
    /// Folder of the language hosts (`hosts/python/main.py` …).
    public var hostsFolder: String
    /// File of the OpenAPI document, beside the folder of the hosts.
    public var apiDocument: String
    /// Variables of the platform's own process that builds may see (`PATH`, `HOME`, proxies …); instances get `PATH` only.
    public var environment: [String: String]

    /// Origins of web pages that may call the control API, such as `http://localhost:3000`; none by default.
    public var corsOrigins: Set<String> = []

    /// Less room than this on the disk of the data folder counts as none: the platform then says that it is not ready.
    public var minFreeBytes: Int = 16 << 20
    /// Largest source archive, in bytes.
    public var maxSourceBytes: Int = 512 << 20
    /// Largest sum of unpacked files, in bytes.
    public var maxUnpackedBytes: Int = 2 << 30
    /// Most files in a source archive.
    public var maxSourceFiles: Int = 100_000
    /// Longest build.
    public var buildTimeout: Duration = .seconds(600)
    /// Most bytes of build output that are kept; beyond it the build goes on unlogged.
    public var maxBuildLogBytes: Int = 8 << 20
    /// Longest wait for a new instance to become ready.
    public var readinessTimeout: Duration = .seconds(30)
    /// Functions that are run under a debugger; none by default.
    public var debug: DebugRequest?
    /// How long an instance may finish its calls after SIGTERM.
    public var drainTimeout: Duration = .seconds(10)
    /// Largest request body at the gateway and the hosts, in bytes.
    public var maxBodyBytes: Int = 10 << 20
    /// Largest header block at the gateway, in bytes.
    public var maxHeaderBytes: Int = 64 << 10
    /// How long a client may take to send its headers.
    public var headerTimeout: Duration = .seconds(10)
    /// How long a keep-alive connection may idle.
    public var idleTimeout: Duration = .seconds(75)
    /// How long a client may neither take nor send a byte in the middle of a request, so that it cannot hold an instance.
    public var stallTimeout: Duration = .seconds(30)
    /// How long an unused connection to an instance is kept; below the 5 s after which Node.js closes its side.
    public var upstreamIdleTimeout: Duration = .seconds(4)
    /// Most requests that wait for an instance of one version.
    public var maxQueuedRequests: Int = 1000
    /// Longest wait of a request for an instance.
    public var queueTimeout: Duration = .seconds(30)
    /// Calls at once per instance where the manifest says 0.
    public var defaultConcurrency: Int = 100
    /// How long a version without requests keeps its last instance, on top of its own scale-down delay.
    public var scaleToZeroGrace: Duration = .seconds(30)
    /// Log bytes kept per function; older files are removed.
    public var maxLogBytesPerFunction: Int = 64 << 20
    /// Longest log line; the rest of a longer one is cut.
    public var maxLogLineBytes: Int = 64 << 10
    /// Recorded calls kept per function.
    public var maxInvocationsPerFunction: Int = 1000
    /// Versions kept per function besides those with traffic or a tag.
    public var maxVersionsPerFunction: Int = 50
    /// Who may sign in, and how; the file `auth.json` in the data folder adds to it.
    public var auth = AuthSettings()
    /// Request numbers that are kept, from fine and short to coarse and long.
    public var metricsTiers: [MetricsTier] = MetricsTier.standard
    /// Time between two looks at what instances use, after each of which request numbers are written; a kill of the
    /// platform loses at most so much of them.
    public var metricsInterval: Duration = .seconds(5)

    /// What is particular to a platform on which functions are developed; nil on every other.
    public var develop: DevelopMode?
    /// Bounds of the scheduler.
    public var schedules = ScheduleLimits()

    /// How often clients may call the control API; no limits unless some are set.
    public var rateLimits = RateLimits()

    /// A configuration with every default.
    public init(dataFolder: String, programVersion: String, hostsFolder: String, environment: [String: String]) {
        self.dataFolder = dataFolder
        self.programVersion = programVersion
        self.hostsFolder = hostsFolder
        apiDocument = URL(fileURLWithPath: hostsFolder).deletingLastPathComponent().path + "/api/openapi.yaml"
        self.environment = environment
    }
}
