import Foundation
import FuncKit

/// The environment of an instance (runtime contract, point 9).
struct InstanceEnvironment {
    static let socketVariable = "HKS_LISTEN_UNIX"
    /// Memory of an instance whose manifest names none.
    private static let defaultMemoryBytes = 256 << 20

    /// The memory that an instance may hold.
    static func memoryBytes(_ resources: Resources) -> Int {
        guard let bytes = Quantity.bytes(resources.memory), bytes > 0 else { return defaultMemoryBytes }
        return bytes
    }

    let spec: InstanceSpec
    let place: InstancePlace
    let port: Int
    let concurrency: Int
    let memoryBytes: Int
    let configuration: PlatformConfiguration
    /// What of its secrets the instance gets.
    var secrets = InstanceSecrets.none

    /// All variables: the system's, then the bundle's, then the user's and the secrets', then those that nobody may set.
    var variables: [String: String] {
        var result = [
            "PATH": configuration.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
            "HOME": place.home,
            "TMPDIR": place.temporary,
            "LANG": "C.UTF-8",
        ]
        result.merge(spec.bundle.environment) { $1 }
        for (name, value) in spec.settings.environment where !Self.isReserved(name) {
            result[name] = Self.isSearchPath(name) ? [value, result[name]].joined() : value
        }
        for (name, value) in secrets.variables where !Self.isReserved(name) { result[name] = value }
        result.merge(contract) { $1 }
        return result
    }

    /// An argument with `$PORT` or `${PORT}` filled in, for programs that take the port on their command line.
    func withPort(_ argument: String) -> String {
        guard argument.contains("PORT") else { return argument }
        return argument.replacingOccurrences(of: "${PORT}", with: String(port))
            .replacingOccurrences(of: "$PORT", with: String(port))
    }

    private var contract: [String: String] {
        let settings = spec.settings
        var result = [
            "PORT": String(port),
            "HKS_LISTEN_HOST": "127.0.0.1",
            "K_SERVICE": spec.functionName,
            "K_CONFIGURATION": spec.functionName,
            "K_REVISION": "\(spec.functionName)-v\(spec.versionNumber)",
            "HKS_FUNCTION_NAME": spec.functionName,
            "HKS_FUNCTION_VERSION": String(spec.versionNumber),
            "HKS_WORKSPACE_NAME": spec.workspace,
            "HKS_PROJECT_ID": spec.project,
            "HKS_RUNTIME": settings.runtime,
            "HKS_TYPE": settings.type.rawValue,
            "HKS_HANDLER": settings.handler,
            "HKS_TIMEOUT_SECONDS": String(settings.timeout),
            "HKS_DRAIN_SECONDS": String(configuration.drainTimeout.components.seconds),
            "HKS_CONCURRENCY": String(concurrency),
            "HKS_MAX_BODY_BYTES": String(configuration.maxBodyBytes),
            "HKS_MEMORY_LIMIT_MB": String(memoryBytes >> 20),
        ]
        // The mark by which orphans are found, so it is set for programs that do not listen there, too.
        result[Self.socketVariable] = place.socket
        result.merge(configuration.develop?.variables ?? [:]) { $1 }
        if !secrets.files.isEmpty { result["HKS_SECRETS_DIR"] = place.secrets }
        return result
    }

    /// Manifests with such names are refused; this is the last line of defence.
    private static func isReserved(_ name: String) -> Bool {
        name == "PORT" || name.hasPrefix("K_") || name.hasPrefix("HKS_")
    }

    /// `PYTHONPATH` and the like: the user's entries come first, and the bundle's still count.
    private static func isSearchPath(_ name: String) -> Bool {
        name.hasSuffix("PATH") && name != "PATH"
    }
}

extension [String?] {
    fileprivate func joined() -> String {
        compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ":")
    }
}
