/// Changes settings on a server whose update replaces everything: what is not to change is sent again
/// (wire reference, C5 and C7).
struct PlainUpdate: Sendable {
    let client: FunctionAPIClient
    let settings: FunctionSettings
    let ifVersion: Int?

    /// Updates once.
    func run(_ name: String) async throws -> DeployResult {
        let function = try await client.function(name)
        let versions = try await client.versionsWithSource(of: function.id, activeID: function.activeVersion)
        let active = versions.first { $0.version.isActive }
        if let ifVersion, ifVersion != active?.version.number ?? 0 {
            throw FuncError(
                .versionConflict,
                "active version of function '\(function.name)' is not v\(ifVersion): "
                    + (active.map { "it is v\($0.version.number)" } ?? "it has none"),
                hint: "look at the change with 'hks-func versions list \(function.name)', then try again"
            )
        }
        guard let active, let source = active.sourceCode else {
            throw FuncError(
                .unsupported,
                "this server cannot change settings of function '\(function.name)' alone: it does not give back the code, "
                    + "and would lose it",
                hint: "run 'hks-func deploy' in the function's project"
            )
        }
        guard function.settings != settings else {
            return DeployResult(changed: false, version: active.version, function: function)
        }
        let response = try await client.putPlain(function, settings: settings, source: source)
        // The server puts a label of its own in place of the active version.
        try await client.setActive(active.version.id, of: function)
        let kept = try client.transport.decode(
            KeptSettings.self,
            from: response,
            attempt: "update function '\(function.name)'"
        )
        let now = try await client.function(function.id)
        var version = active.version
        version.status = now.status.versionStatus
        version.failure = now.failure
        let lost = kept.missing(of: settings)
        if !lost.isEmpty { version.warnings.append(PlainDeployment.lostWarning(lost)) }
        return DeployResult(changed: true, version: version, function: now)
    }
}
