import Foundation

/// A version as servers send it, with the source that plain ones keep inside.
struct VersionWithSource: Decodable, Sendable {
    var version: FunctionVersion
    let sourceCode: String?

    init(from decoder: any Decoder) throws {
        version = try FunctionVersion(from: decoder)
        sourceCode = try decoder.container(keyedBy: CodingKeys.self).nonEmptyText(.sourceCode)
        if version.sourceDigest == nil, let sourceCode {
            version.sourceDigest = Digest.sha256(Data(base64Encoded: sourceCode) ?? Data(sourceCode.utf8))
        }
    }

    private enum CodingKeys: String, CodingKey {
        case sourceCode = "source_code"
    }
}

extension FunctionAPIClient {
    /// All versions, newest first, of which at most one is active.
    ///
    /// The hosted service leaves versions active that were active once; there the function says which one is.
    func versionsWithSource(of function: String, activeID: String? = nil) async throws -> [VersionWithSource] {
        let call = functionCall("GET", function, "versions", attempt: "list versions of function '\(function)'")
        var versions: [VersionWithSource] = try await list(call, about: function, key: "versions")
        versions.sort { $0.version.number > $1.version.number }
        return try await settled(versions, of: function, activeID: activeID)
    }

    private func settled(
        _ versions: [VersionWithSource],
        of function: String,
        activeID: String?
    ) async throws -> [VersionWithSource] {
        guard versions.allSatisfy({ $0.version.trafficPercent == nil }) else { return versions }
        let marked = versions.filter(\.version.isActive).map(\.version.id)
        var active = marked.first
        if marked.count > 1 {
            var id = activeID
            if id == nil { id = try await self.function(function).activeVersion }
            // An update puts a label there that names no version; the newest that was ever active is the best guess then.
            active = versions.map(\.version.id).first { $0 == id } ?? marked.first
        }
        guard let active else { return versions }
        return versions.map { version in
            var settled = version
            settled.version.isActive = version.version.id == active
            settled.version.trafficPercent = settled.version.isActive ? 100 : 0
            return settled
        }
    }

    // MARK: What plain servers do by another way

    /// Makes a version active on a plain server.
    ///
    /// There are servers on which activation changes records only, and which run what was sent to them last. So the
    /// version's own source goes to the function first, where the server keeps it.
    func activatePlain(_ target: VersionWithSource, of function: Function) async throws {
        if target.sourceCode != nil {
            try await putPlain(function, settings: function.settings, source: target.sourceCode)
        }
        try await setActive(target.version.id, of: function)
    }

    /// Sets the active version's id alone.
    func setActive(_ id: String, of function: Function) async throws {
        let attempt = "activate a version of function '\(function.name)'"
        var call = functionCall("PUT", function.id, "versions", id, "active", attempt: attempt)
        call.missing = .versionNotFound
        _ = try await send(call, about: function.id)
    }

    /// Replaces the function's settings and source, all of them at once.
    @discardableResult
    func putPlain(_ function: Function, settings: FunctionSettings, source: String?) async throws -> HTTPResponse {
        var call = functionCall("PUT", function.id, attempt: "update function '\(function.name)'")
        let body = try PlainFunctionBody(
            name: function.name,
            project: project,
            settings: settings,
            sourceCode: source,
            capabilities: try await capabilities()
        )
        try call.setBody(body)
        return try await send(call, about: function.id)
    }

    /// Goes back on a server whose own rollback cannot be trusted: the target is chosen here and activated.
    func rollbackPlain(
        _ name: String,
        to selector: VersionSelector?,
        dryRun: Bool
    ) async throws -> RollbackResult {
        let function = try await self.function(name)
        let versions = try await versionsWithSource(of: function.id, activeID: function.activeVersion)
        let active = versions.first { $0.version.isActive }
        let target = try rollbackTarget(selector, among: versions, active: active?.version, of: function)
        let result = RollbackResult(
            from: active?.version.number,
            to: target.version.number,
            changed: target.version.id != active?.version.id
        )
        if result.changed, !dryRun { try await activatePlain(target, of: function) }
        return result
    }

    private func rollbackTarget(
        _ selector: VersionSelector?,
        among versions: [VersionWithSource],
        active: FunctionVersion?,
        of function: Function
    ) throws -> VersionWithSource {
        if let selector { return try require(selector, among: versions, of: function) }
        let earlier = versions.first { version in
            guard let active else { return false }
            return version.version.number < active.number && version.version.status == .ready
        }
        guard let earlier else {
            throw FuncError(
                .conflict,
                "function '\(function.name)' has no earlier version to go back to",
                hint: "run 'hks-func versions list \(function.name)' and name one with '--version'"
            )
        }
        return earlier
    }

    /// The version that is meant, if it can get traffic.
    /// - Throws: `version_not_found`, `conflict`.
    func require(
        _ selector: VersionSelector,
        among versions: [VersionWithSource],
        of function: Function
    ) throws -> VersionWithSource {
        let found = selector.first(in: versions.map(\.version))
        guard let found, let version = versions.first(where: { $0.version.id == found.id }) else {
            throw Self.versionNotFound(selector, of: function.name)
        }
        guard found.status == .ready else {
            let state = found.status == .failed ? "failed" : "is not ready yet"
            throw FuncError(
                .conflict,
                "v\(found.number) of function '\(function.name)' \(state), so it cannot get traffic"
            )
        }
        return version
    }

    static func versionNotFound(_ selector: VersionSelector, of function: String) -> FuncError {
        FuncError(
            .versionNotFound,
            "version '\(selector)' of function '\(function)' not found",
            hint: "run 'hks-func versions list \(function)' to see them"
        )
    }
}
