import Foundation
import FuncKit

/// What the Python SDK sends to deploy a function.
struct SDKDeploy: Decodable {
    private var name: String
    private var runtime: String
    /// The program's text.
    private(set) var code: String
    private var handler: String?
    private var memoryMB: Int?
    private var timeoutSeconds: Int?
    private var environment: [String: String]?
    private var packages: [String]?

    /// Packages that the program needs.
    var dependencies: [String] { packages ?? [] }

    /// The deploy that it stands for.
    var request: DeployRequest {
        var settings = FunctionSettings(runtime: runtime, handler: handler ?? "")
        settings.environment = environment ?? [:]
        // The SDK's own defaults.
        settings.resources.memory = "\(memoryMB ?? 128)Mi"
        settings.timeout = timeoutSeconds ?? 30
        if settings.handler.isEmpty {
            settings.handler = RuntimeCatalog.normalise(runtime)?.family.entry.defaultHandler ?? ""
        }
        return DeployRequest(name: name, settings: settings, sourceDigest: nil)
    }

    private enum CodingKeys: String, CodingKey {
        case name, runtime, code, handler, environment
        case memoryMB = "memory_mb"
        case timeoutSeconds = "timeout_seconds"
        case packages = "dependencies"
    }
}

/// What the Python SDK sends to call a function.
struct SDKCall {
    /// The call.
    let request: InvokeRequest
    /// Whether it is to be made later.
    let isAsync: Bool

    /// Reads a body.
    /// - Throws: `invalid_argument` naming the field.
    init(_ data: Data) throws {
        let options = try data.isEmpty ? Options() : APIBody.decode(Options.self, from: data)
        if let timeout = options.timeout, !(timeout >= 0 && timeout <= Double(SettingsRules.maxTimeout)) {
            throw FuncError.field(
                "timeout",
                "value '\(timeout)' of field 'timeout' is not between 0 and \(SettingsRules.maxTimeout)"
            )
        }
        isAsync = options.isAsync ?? false
        request = InvokeRequest(
            method: "POST",
            headers: ["Content-Type": ["application/json"]],
            body: RawJSON.member("payload", of: data) ?? Data("{}".utf8),
            isDirect: true,
            // 0 means "none", as it does in the SDK.
            timeoutSeconds: options.timeout.flatMap { $0 > 0 ? Int($0.rounded(.up)) : nil }
        )
    }

    private struct Options: Decodable {
        var isAsync: Bool?
        var timeout: Double?

        enum CodingKeys: String, CodingKey {
            case timeout
            case isAsync = "async"
        }
    }
}
