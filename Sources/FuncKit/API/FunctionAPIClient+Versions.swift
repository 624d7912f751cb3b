import Foundation

extension FunctionAPIClient {
    /// A version that gets traffic is started first, which may take as long as its readiness may.
    private static let startLimit = Duration.seconds(300)

    /// All versions, newest first.
    public func versions(of function: String) async throws -> [FunctionVersion] {
        let call = functionCall("GET", function, "versions", attempt: "list versions of function '\(function)'")
        let versions: [FunctionVersion] = try await transport.list(call, key: "versions")
        return versions.sorted { $0.number > $1.number }
    }

    /// One version by number, tag or id.
    public func version(_ version: VersionSelector, of function: String) async throws -> FunctionVersion {
        let attempt = "describe version '\(version)' of function '\(function)'"
        return try await transport.value(versionCall("GET", version, of: function, attempt: attempt))
    }

    /// Sends all traffic to a version.
    public func activate(_ version: VersionSelector, of function: String) async throws {
        let attempt = "activate version '\(version)' of function '\(function)'"
        var call = versionCall("PUT", version, of: function, "active", attempt: attempt)
        call.timeouts.total = Self.startLimit
        _ = try await transport.send(call)
    }

    /// Goes back to the version that was active before, or to a named one.
    public func rollback(
        function: String,
        to version: VersionSelector?,
        message: String?,
        dryRun: Bool
    ) async throws -> RollbackResult {
        var call = functionCall("POST", function, "rollback", attempt: "roll back function '\(function)'")
        call.timeouts.total = Self.startLimit
        call.missing = version == nil ? .functionNotFound : .versionNotFound
        try call.setBody(RollbackBody(version: version?.wireValue, message: message, dryRun: dryRun))
        return try await transport.value(call, as: RollbackAnswer.self).result
    }

    /// How requests are split.
    public func traffic(of function: String) async throws -> Traffic {
        try await transport.value(
            functionCall("GET", function, "traffic", attempt: "show traffic of function '\(function)'")
        )
    }

    /// Sets the whole split at once.
    public func setTraffic(_ traffic: Traffic, of function: String) async throws -> Traffic {
        try traffic.validate()
        var call = functionCall("PUT", function, "traffic", attempt: "set traffic of function '\(function)'")
        call.timeouts.total = Self.startLimit
        try call.setBody(traffic)
        return try await transport.value(call)
    }

    /// A call below one version.
    func versionCall(
        _ method: String,
        _ version: VersionSelector,
        of function: String,
        _ path: String...,
        attempt: String
    ) -> APICall {
        var call = functionCall(method, function, "versions", version.wireValue, attempt: attempt)
        call.path += path
        call.missing = .versionNotFound
        return call
    }
}

extension VersionSelector {
    /// The form that servers understand: digits, or the tag or id.
    var wireValue: String {
        switch self {
        case .number(let number): String(number)
        case .named(let name): name
        }
    }
}

private struct RollbackBody: Encodable {
    let version: String?
    let message: String?
    let dryRun: Bool

    private enum CodingKeys: String, CodingKey {
        case version, message
        case dryRun = "dry_run"
    }
}

private struct RollbackAnswer: Decodable {
    let result: RollbackResult

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        result = RollbackResult(
            from: try container.decodeIfPresent(Int.self, forKey: .from),
            to: try container.decode(Int.self, forKey: .to),
            changed: try container.value(.changed, or: true)
        )
    }

    private enum CodingKeys: String, CodingKey {
        case from, to, changed
    }
}
