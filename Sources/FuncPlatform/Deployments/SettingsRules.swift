import Foundation
import FuncKit

/// What this platform accepts as settings of a function.
struct SettingsRules: Sendable {
    /// Longest call, in seconds.
    static let maxTimeout = 3600
    /// Most instances of one version.
    static let maxScale = 1000
    /// Most calls at once per instance.
    static let maxConcurrency = 10_000

    /// Checks that a runtime is known and can be built here, with that very version where the second argument says so.
    /// - Throws: `runtime_unknown` with a suggestion, `toolchain_missing`.
    let checkRuntime: @Sendable (String, Bool) async throws -> Void

    /// Checks everything that a request says about a function.
    /// - Throws: `invalid_argument` naming field and value, `runtime_unknown`, `toolchain_missing`, `unsupported`.
    func check(_ request: DeployRequest) async throws {
        try Self.checkName(request.name)
        if let tag = request.tag, !FunctionName.isValid(tag) {
            throw Self.invalid(
                "tag",
                tag,
                "is not of the form [a-z0-9]([-a-z0-9]*[a-z0-9])? with at most 63 characters"
            )
        }
        if let digest = request.sourceDigest, !Digest.isValid(digest) {
            throw Self.invalid("source_digest", digest, "is not a SHA-256 digest of 64 lower-case hex digits")
        }
        if let image = request.image {
            throw FuncError(
                .unsupported,
                "this platform builds from source and does not run container images such as '\(image)'",
                hint: "deploy the project without an image"
            )
        }
        if let message = request.message, message.utf8.count > 1000 {
            throw FuncError(.invalidArgument, "field 'message' has more than 1000 bytes")
        }
        try await check(request.settings, strictRuntime: request.strictRuntime)
    }

    /// Checks settings alone.
    /// - Throws: as ``check(_:)-deploy``.
    func check(_ settings: FunctionSettings, strictRuntime: Bool = false) async throws {
        try Self.checkNumbers(settings)
        try Self.checkMaps(settings)
        try SecretRules.check(settings)
        try await checkRuntime(settings.runtime, strictRuntime)
        try Self.checkCommand(settings)
    }

    private static func checkCommand(_ settings: FunctionSettings) throws {
        let family = RuntimeCatalog.normalise(settings.runtime)?.family
        if family == .custom, settings.command.isEmpty {
            throw FuncError(
                .invalidArgument,
                "runtime '\(settings.runtime)' needs a 'command'",
                hint: "add command: [\"./server\"] with the program that serves HTTP on $PORT"
            )
        }
        let compiled: [RuntimeFamily?] = [.go, .java, .dotnet, .rust]
        if !settings.command.isEmpty, compiled.contains(family) {
            throw FuncError(
                .invalidArgument,
                "'command' does not go with runtime '\(settings.runtime)'",
                hint: "use runtime 'custom' with a build.command that compiles the program"
            )
        }
    }

    /// Names that routes of the Function API take for themselves.
    private static let reservedNames: Set<String> = ["provider", "invocations", "sources", "capabilities"]

    private static func checkName(_ name: String) throws {
        guard FunctionName.isValid(name) else {
            throw invalid("name", name, "is not of the form [a-z0-9]([-a-z0-9]*[a-z0-9])? with at most 63 characters")
        }
        guard !reservedNames.contains(name) else {
            throw invalid("name", name, "is a word of the Function API")
        }
    }

    private static func checkNumbers(_ settings: FunctionSettings) throws {
        let scaling = settings.scaling
        let ranges: [(field: String, value: Int, range: ClosedRange<Int>)] = [
            ("timeout", settings.timeout, 1...maxTimeout),
            ("concurrency", settings.concurrency, 0...maxConcurrency),
            ("scaling.min_scale", scaling.minScale, 0...maxScale),
            ("scaling.max_scale", scaling.maxScale, 1...maxScale),
            ("scaling.target", scaling.target, 1...1_000_000),
            ("scaling.scale_down_delay_ms", scaling.scaleDownDelayMilliseconds, 0...3_600_000),
        ]
        for (field, value, range) in ranges where !range.contains(value) {
            throw invalid(field, "\(value)", "is not between \(range.lowerBound) and \(range.upperBound)")
        }
        let resources = settings.resources
        guard resources.memory.isEmpty || Quantity.bytes(resources.memory).map({ $0 > 0 }) == true else {
            throw invalid("resources.memory", resources.memory, "is not an amount of memory such as '256Mi'")
        }
        guard resources.cpu.isEmpty || Quantity.millicores(resources.cpu).map({ $0 > 0 }) == true else {
            throw invalid("resources.cpu", resources.cpu, "is not an amount of CPU such as '100m' or '1'")
        }
        guard scaling.minScale <= scaling.maxScale else {
            throw invalid("scaling.min_scale", "\(scaling.minScale)", "is above max_scale \(scaling.maxScale)")
        }
    }

    private static func checkMaps(_ settings: FunctionSettings) throws {
        for name in settings.environment.keys.sorted() {
            try checkVariable(name)
            if settings.environment[name]?.utf8.contains(0) == true {
                throw invalid("environment", name, "has a value with a zero byte")
            }
        }
        let size = settings.environment.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        guard size <= 128 << 10 else {
            throw FuncError(.invalidArgument, "field 'environment' has more than 128 KiB")
        }
        var triggers: Set<String> = []
        for trigger in settings.triggers {
            guard FunctionName.isValid(trigger.name) else {
                throw invalid("triggers.name", trigger.name, "is not of the form [a-z0-9]([-a-z0-9]*[a-z0-9])?")
            }
            guard triggers.insert(trigger.name).inserted else {
                throw invalid("triggers.name", trigger.name, "names two triggers")
            }
            _ = try trigger.normalised()
        }
    }

    private static func checkVariable(_ name: String) throws {
        let bytes = Array(name.utf8)
        let letters = { (byte: UInt8) in (65...90).contains(byte) || (97...122).contains(byte) || byte == 95 }
        guard let first = bytes.first, letters(first), bytes.allSatisfy({ letters($0) || (48...57).contains($0) })
        else {
            throw invalid("environment", name, "is not a variable name")
        }
        if name == "PORT" || name.hasPrefix("K_") || name.hasPrefix("HKS_") {
            throw invalid("environment", name, "is set by the platform")
        }
    }

    private static func invalid(_ field: String, _ value: String, _ why: String) -> FuncError {
        .field(field, "value '\(value)' of field '\(field)' \(why)")
    }
}
