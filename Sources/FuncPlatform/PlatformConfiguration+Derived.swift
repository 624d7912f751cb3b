import FuncKit

extension PlatformConfiguration {
    /// What the platform says it can do.
    var capabilities: Capabilities {
        Capabilities(
            name: "local",
            version: programVersion,
            description: "the local platform of hks-func",
            supportedRuntimes: RuntimeCatalog.entries.flatMap(\.names),
            supportedTriggerTypes: ["http"],
            supportsVersioning: true,
            supportsAsync: true,
            supportsLogs: true,
            supportsMetrics: true,
            supportsEnvironmentVariables: true,
            supportsBuildFromSource: true,
            supportsAutoScaling: true,
            supportsScaleToZero: true,
            maxTimeoutSeconds: SettingsRules.maxTimeout,
            maxPayloadSizeMB: maxBodyBytes >> 20,
            supportsSourceUpload: true,
            supportsTraffic: true,
            supportsRollback: true,
            supportsLogStreaming: true,
            supportsBuildLogs: true
        )
    }

    /// What an uploaded source may unpack to.
    var extractionLimits: ExtractionLimits {
        ExtractionLimits(maxBytes: maxUnpackedBytes, maxFiles: maxSourceFiles)
    }
}
