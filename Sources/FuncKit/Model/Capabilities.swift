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
    }
}
