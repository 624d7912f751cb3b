import Foundation

/// What a server can do (reference: canonical `Capabilities`; the fields at the end are extensions).
public struct Capabilities: Codable, Hashable, Sendable {
    /// Name of the provider.
    public var name: String
    /// Its version.
    public var version: String
    /// One line for people.
    public var description: String
    /// Runtimes by canonical name.
    public var supportedRuntimes: [String]
    /// Trigger types.
    public var supportedTriggerTypes: [String]
    /// Whether versions are kept.
    public var supportsVersioning: Bool
    /// Whether asynchronous calls give results.
    public var supportsAsync: Bool
    /// Whether logs can be read.
    public var supportsLogs: Bool
    /// Whether metrics can be read.
    public var supportsMetrics: Bool
    /// Whether secrets are kept.
    public var supportsSecrets: Bool
    /// Whether variables reach the function.
    public var supportsEnvironmentVariables: Bool
    /// Whether the server builds from source.
    public var supportsBuildFromSource: Bool
    /// Whether it runs given images.
    public var supportsCustomImages: Bool
    /// Whether the number of instances follows the load.
    public var supportsAutoScaling: Bool
    /// Whether idle functions have no instance.
    public var supportsScaleToZero: Bool
    /// Largest memory of an instance, in MiB.
    public var maxMemoryMB: Int
    /// Longest call, in seconds.
    public var maxTimeoutSeconds: Int
    /// Largest request body, in MiB.
    public var maxPayloadSizeMB: Int
    /// Raw uploads at `PUT /functions/sources/{sha256}`.
    public var supportsSourceUpload: Bool
    /// Weights and tags at `PUT /functions/{id}/traffic`.
    public var supportsTraffic: Bool
    /// Rollback that goes back, to a named version too.
    public var supportsRollback: Bool
    /// Logs as a live stream.
    public var supportsLogStreaming: Bool
    /// Build logs per version.
    public var supportsBuildLogs: Bool

    /// Triggers that fire when a client asks for it.
    public var supportsTriggerFiring = false
    /// Repeated POSTs with the same `Idempotency-Key` carried out once.
    public var supportsIdempotencyKeys = false
    /// Build packs by name.
    public var supportedBuildPacks: [String] = []
    /// Forms of log lines that are understood, such as `json`.
    public var supportedLogFormats: [String] = []
    /// Metrics that can be read.
    public var supportedMetricTypes: [String] = []
    /// Ways to prove who one is, such as `bearer`.
    public var supportedAuthMethods: [String] = []
    /// Whether traces of requests can be read.
    public var supportsTracing = false
    /// Whether functions may have host names of their own.
    public var supportsCustomDomains = false
    /// Whether images may come from a private registry.
    public var supportsPrivateRegistry = false
    /// Whether functions are reached over HTTPS.
    public var supportsHTTPS = false
    /// Whether WebSocket connections reach functions.
    public var supportsWebSockets = false
    /// Whether gRPC calls reach functions.
    public var supportsGRPC = false
    /// Whether request headers reach functions and theirs reach clients.
    public var supportsCustomHeaders = false
    /// Whether instances are kept for functions to come.
    public var supportsWarmPool = false
    /// Whether an identity system of the machines is used.
    public var supportsIAMIntegration = false
    /// Whether the network of functions can be restricted.
    public var supportsNetworkPolicies = false
    /// Most calls at once that an instance may be given.
    public var maxConcurrency = 0
    /// Usual wait for a first instance, in milliseconds; 0 where unknown.
    public var typicalColdStartMilliseconds = 0
    /// Days for which logs are kept; 0 where size decides, not time.
    public var logRetentionDays = 0
    /// Days for which metrics are kept; 0 where they are not.
    public var metricsRetentionDays = 0
    /// Shortest delay before instances are taken away, in seconds.
    public var minScaleDownDelaySeconds: Int?
    /// Most instances added at a time.
    public var maxScaleUpRate: Int?
    /// Instances kept per function.
    public var warmPoolSizePerFunction: Int?
    /// Calls that cost nothing.
    public var freeTierInvocations: Int?
    /// How calls are charged; nil where they are not.
    public var costModel: String?
    /// Memory by time that costs nothing, in GB seconds.
    public var freeTierGBSeconds: Double?

    /// A server that can do nothing unless values say otherwise.
    public init(
        name: String,
        version: String,
        description: String = "",
        supportedRuntimes: [String] = [],
        supportedTriggerTypes: [String] = [],
        supportsVersioning: Bool = false,
        supportsAsync: Bool = false,
        supportsLogs: Bool = false,
        supportsMetrics: Bool = false,
        supportsSecrets: Bool = false,
        supportsEnvironmentVariables: Bool = false,
        supportsBuildFromSource: Bool = false,
        supportsCustomImages: Bool = false,
        supportsAutoScaling: Bool = false,
        supportsScaleToZero: Bool = false,
        maxMemoryMB: Int = 0,
        maxTimeoutSeconds: Int = 0,
        maxPayloadSizeMB: Int = 0,
        supportsSourceUpload: Bool = false,
        supportsTraffic: Bool = false,
        supportsRollback: Bool = false,
        supportsLogStreaming: Bool = false,
        supportsBuildLogs: Bool = false
    ) {
        self.name = name
        self.version = version
        self.description = description
        self.supportedRuntimes = supportedRuntimes
        self.supportedTriggerTypes = supportedTriggerTypes
        self.supportsVersioning = supportsVersioning
        self.supportsAsync = supportsAsync
        self.supportsLogs = supportsLogs
        self.supportsMetrics = supportsMetrics
        self.supportsSecrets = supportsSecrets
        self.supportsEnvironmentVariables = supportsEnvironmentVariables
        self.supportsBuildFromSource = supportsBuildFromSource
        self.supportsCustomImages = supportsCustomImages
        self.supportsAutoScaling = supportsAutoScaling
        self.supportsScaleToZero = supportsScaleToZero
        self.maxMemoryMB = maxMemoryMB
        self.maxTimeoutSeconds = maxTimeoutSeconds
        self.maxPayloadSizeMB = maxPayloadSizeMB
        self.supportsSourceUpload = supportsSourceUpload
        self.supportsTraffic = supportsTraffic
        self.supportsRollback = supportsRollback
        self.supportsLogStreaming = supportsLogStreaming
        self.supportsBuildLogs = supportsBuildLogs
    }

    /// Reads the wire form; what is missing is not supported.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func flag(_ key: CodingKeys) throws -> Bool { try container.value(key, or: false) }
        name = try container.text(.name)
        version = try container.text(.version)
        description = try container.text(.description)
        supportedRuntimes = try container.value(.supportedRuntimes, or: [])
        supportedTriggerTypes = try container.value(.supportedTriggerTypes, or: [])
        supportsVersioning = try flag(.supportsVersioning)
        supportsAsync = try flag(.supportsAsync)
        supportsLogs = try flag(.supportsLogs)
        supportsMetrics = try flag(.supportsMetrics)
        supportsSecrets = try flag(.supportsSecrets)
        supportsEnvironmentVariables = try flag(.supportsEnvironmentVariables)
        supportsBuildFromSource = try flag(.supportsBuildFromSource)
        supportsCustomImages = try flag(.supportsCustomImages)
        supportsAutoScaling = try flag(.supportsAutoScaling)
        supportsScaleToZero = try flag(.supportsScaleToZero)
        maxMemoryMB = try container.value(.maxMemoryMB, or: 0)
        maxTimeoutSeconds = try container.value(.maxTimeoutSeconds, or: 0)
        maxPayloadSizeMB = try container.value(.maxPayloadSizeMB, or: 0)
        supportsSourceUpload = try flag(.supportsSourceUpload)
        supportsTraffic = try flag(.supportsTraffic)
        supportsRollback = try flag(.supportsRollback)
        supportsLogStreaming = try flag(.supportsLogStreaming)
        supportsBuildLogs = try flag(.supportsBuildLogs)
        try readAbilities(container)
        try readNumbers(container)
    }

    private mutating func readAbilities(_ container: KeyedDecodingContainer<CodingKeys>) throws {
        supportsTriggerFiring = try container.value(.supportsTriggerFiring, or: false)
        supportsIdempotencyKeys = try container.value(.supportsIdempotencyKeys, or: false)
        supportsTracing = try container.value(.supportsTracing, or: false)
        supportsCustomDomains = try container.value(.supportsCustomDomains, or: false)
        supportsPrivateRegistry = try container.value(.supportsPrivateRegistry, or: false)
        supportsHTTPS = try container.value(.supportsHTTPS, or: false)
        supportsWebSockets = try container.value(.supportsWebSockets, or: false)
        supportsGRPC = try container.value(.supportsGRPC, or: false)
        supportsCustomHeaders = try container.value(.supportsCustomHeaders, or: false)
        supportsWarmPool = try container.value(.supportsWarmPool, or: false)
        supportsIAMIntegration = try container.value(.supportsIAMIntegration, or: false)
        supportsNetworkPolicies = try container.value(.supportsNetworkPolicies, or: false)
    }

    private mutating func readNumbers(_ container: KeyedDecodingContainer<CodingKeys>) throws {
        supportedBuildPacks = try container.value(.supportedBuildPacks, or: [])
        supportedLogFormats = try container.value(.supportedLogFormats, or: [])
        supportedMetricTypes = try container.value(.supportedMetricTypes, or: [])
        supportedAuthMethods = try container.value(.supportedAuthMethods, or: [])
        maxConcurrency = try container.value(.maxConcurrency, or: 0)
        typicalColdStartMilliseconds = try container.value(.typicalColdStartMilliseconds, or: 0)
        logRetentionDays = try container.value(.logRetentionDays, or: 0)
        metricsRetentionDays = try container.value(.metricsRetentionDays, or: 0)
        minScaleDownDelaySeconds = try container.decodeIfPresent(Int.self, forKey: .minScaleDownDelaySeconds)
        maxScaleUpRate = try container.decodeIfPresent(Int.self, forKey: .maxScaleUpRate)
        warmPoolSizePerFunction = try container.decodeIfPresent(Int.self, forKey: .warmPoolSizePerFunction)
        freeTierInvocations = try container.decodeIfPresent(Int.self, forKey: .freeTierInvocations)
        costModel = try container.decodeIfPresent(String.self, forKey: .costModel)
        freeTierGBSeconds = try container.decodeIfPresent(Double.self, forKey: .freeTierGBSeconds)
    }

    private enum CodingKeys: String, CodingKey {
        case name, version, description
        case supportedRuntimes = "supported_runtimes"
        case supportedTriggerTypes = "supported_trigger_types"
        case supportsVersioning = "supports_versioning"
        case supportsAsync = "supports_async"
        case supportsLogs = "supports_logs"
        case supportsMetrics = "supports_metrics"
        case supportsSecrets = "supports_secrets"
        case supportsEnvironmentVariables = "supports_environment_vars"
        case supportsBuildFromSource = "supports_build_from_source"
        case supportsCustomImages = "supports_custom_images"
        case supportsAutoScaling = "supports_auto_scaling"
        case supportsScaleToZero = "supports_scale_to_zero"
        case maxMemoryMB = "max_memory_mb"
        case maxTimeoutSeconds = "max_timeout_secs"
        case maxPayloadSizeMB = "max_payload_size_mb"
        case supportsSourceUpload = "supports_source_upload"
        case supportsTraffic = "supports_traffic"
        case supportsRollback = "supports_rollback"
        case supportsLogStreaming = "supports_log_streaming"
        case supportsBuildLogs = "supports_build_logs"
        case supportsTriggerFiring = "supports_trigger_firing"
        case supportsIdempotencyKeys = "supports_idempotency_keys"
        case supportedBuildPacks = "supported_build_packs"
        case supportedLogFormats = "supported_log_formats"
        case supportedMetricTypes = "supported_metric_types"
        case supportedAuthMethods = "supported_auth_methods"
        case supportsTracing = "supports_tracing"
        case supportsCustomDomains = "supports_custom_domains"
        case supportsPrivateRegistry = "supports_private_registry"
        case supportsHTTPS = "supports_https"
        case supportsWebSockets = "supports_websockets"
        case supportsGRPC = "supports_grpc"
        case supportsCustomHeaders = "supports_custom_headers"
        case supportsWarmPool = "supports_warm_pool"
        case supportsIAMIntegration = "supports_iam_integration"
        case supportsNetworkPolicies = "supports_network_policies"
        case maxConcurrency = "max_concurrency"
        case typicalColdStartMilliseconds = "typical_cold_start_ms"
        case logRetentionDays = "log_retention_days"
        case metricsRetentionDays = "metrics_retention_days"
        case minScaleDownDelaySeconds = "min_scale_down_delay_secs"
        case maxScaleUpRate = "max_scale_up_rate"
        case warmPoolSizePerFunction = "warm_pool_size_per_function"
        case freeTierInvocations = "free_tier_invocations"
        case costModel = "cost_model"
        case freeTierGBSeconds = "free_tier_gb_seconds"
    }
}
