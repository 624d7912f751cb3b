import Foundation
import FuncKit

extension PlatformConfiguration {
    /// What the platform says it can do.
    var capabilities: Capabilities {
        var capabilities = Capabilities(
            name: "local",
            version: programVersion,
            description: "the local platform of hks-func",
            supportedRuntimes: Self.runtimes,
            supportedTriggerTypes: [TriggerSpec.http, TriggerSpec.schedule, TriggerSpec.timer],
            supportsVersioning: true,
            supportsAsync: true,
            supportsLogs: true,
            supportsMetrics: true,
            supportsSecrets: true,
            supportsEnvironmentVariables: true,
            supportsBuildFromSource: true,
            supportsAutoScaling: true,
            supportsScaleToZero: true,
            maxMemoryMB: Int(ProcessInfo.processInfo.physicalMemory >> 20),
            maxTimeoutSeconds: SettingsRules.maxTimeout,
            maxPayloadSizeMB: maxBodyBytes >> 20,
            supportsSourceUpload: true,
            supportsTraffic: true,
            supportsRollback: true,
            supportsLogStreaming: true,
            supportsBuildLogs: true
        )
        capabilities.supportsTriggerFiring = true
        capabilities.supportedLogFormats = ["json", "text"]
        capabilities.supportedAuthMethods = ["bearer", "api-key"]
        capabilities.supportedMetricTypes = MetricsBlock.allCases.map(\.rawValue)
        capabilities.metricsRetentionDays = (metricsTiers.map(\.keepSeconds).max() ?? 0) / 86_400
        capabilities.supportsIdempotencyKeys = true
        capabilities.supportsWebSockets = true
        capabilities.supportsCustomHeaders = true
        capabilities.maxConcurrency = SettingsRules.maxConcurrency
        capabilities.minScaleDownDelaySeconds = 0
        return capabilities
    }

    /// Canonical names first, then what else is understood without a version.
    private static var runtimes: [String] {
        let names = RuntimeCatalog.names
        return names + RuntimeCatalog.entries.flatMap(\.aliases).filter { !names.contains($0) }
    }

    /// Whether what is written must survive a loss of power. What is developed can be made anew from its sources.
    var isDurable: Bool { develop == nil }

    /// How long a source that no version uses is kept for clients that are about to name it, in seconds.
    var sourceGrace: TimeInterval { develop == nil ? 3600 : 60 }

    /// Origins as browsers send them.
    var allowedOrigins: Set<String> { Set(corsOrigins.map { $0.lowercased() }) }

    /// What an uploaded source may unpack to.
    var extractionLimits: ExtractionLimits {
        ExtractionLimits(maxBytes: maxUnpackedBytes, maxFiles: maxSourceFiles)
    }
}
