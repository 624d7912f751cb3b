import Foundation

extension FunctionAPIClient {
    /// A version that gets traffic is started first, which may take as long as its readiness may.
    private static let startLimit = Duration.seconds(300)

    /// All versions, newest first.
    public func versions(of function: String) async throws -> [FunctionVersion] {
        try await versionsWithSource(of: function).map(\.version)
    }

    /// One version by number, tag or id.
    public func version(_ version: VersionSelector, of function: String) async throws -> FunctionVersion {
        let attempt = "describe version '\(version)' of function '\(function)'"
        let call = versionCall("GET", version, of: function, attempt: attempt)
        let response = try await transport.sendAny(call)
        if response.head.isSuccess {
            let found = try transport.decode(VersionWithSource.self, from: response, attempt: attempt).version
            // Without a share of traffic, "active" may mean that it was active once.
            if !found.isActive || found.trafficPercent != nil { return found }
        } else if !response.givesNoReason {
            throw FuncError(response, attempt: attempt, missing: call.missing)
        }
        // The hosted service knows versions by id only.
        guard let listed = version.first(in: try await versions(of: function)) else {
            throw Self.versionNotFound(version, of: function)
        }
        return listed
    }

    /// Sends all traffic to a version.
    public func activate(_ version: VersionSelector, of function: String) async throws {
        if try await isPlain() {
            let found = try await self.function(function)
            let versions = try await versionsWithSource(of: found.id, activeID: found.activeVersion)
            return try await activatePlain(require(version, among: versions, of: found), of: found)
        }
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
        // The hosted service's own rollback goes to a newer version (wire reference, C14).
        guard try await capabilities().supportsRollback else {
            return try await rollbackPlain(function, to: version, dryRun: dryRun)
        }
        var call = functionCall("POST", function, "rollback", attempt: "roll back function '\(function)'")
        call.timeouts.total = Self.startLimit
        call.missing = version == nil ? .functionNotFound : .versionNotFound
        try call.setBody(RollbackBody(version: version?.wireValue, message: message, dryRun: dryRun))
        return try await transport.value(call, as: RollbackAnswer.self).result
    }

    /// How requests are split. Where the server has no splits, the active version gets everything.
    public func traffic(of function: String) async throws -> Traffic {
        guard try await capabilities().supportsTraffic else {
            let active = try await versions(of: function).first(where: \.isActive)
            return Traffic(routes: active.map { [TrafficRoute(version: $0.number, percent: 100)] } ?? [])
        }
        return try await transport.value(
            functionCall("GET", function, "traffic", attempt: "show traffic of function '\(function)'")
        )
    }

    /// Sets the whole split at once.
    public func setTraffic(_ traffic: Traffic, of function: String) async throws -> Traffic {
        try traffic.validate()
        guard try await capabilities().supportsTraffic else {
            guard traffic.routes.count == 1, let only = traffic.routes.first, only.tag == nil else {
                throw FuncError(
                    .unsupported,
                    "this server cannot split or tag the traffic of function '\(function)': one version gets everything",
                    hint: "run 'hks-func versions activate VERSION --name \(function)' to choose it"
                )
            }
            try await activate(.number(only.version), of: function)
            return traffic
        }
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
