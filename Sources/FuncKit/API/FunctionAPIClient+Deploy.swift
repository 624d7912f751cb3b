import Foundation

extension FunctionAPIClient {
    /// Accepts a new version, creating the function where it is missing.
    ///
    /// Whether the function is there can change between asking and acting, when others deploy or delete it at the same
    /// time; both surprises lead to another look, a bounded number of times.
    public func deploy(_ request: DeployRequest) async throws -> DeployResult {
        let capabilities = try await capabilities()
        if capabilities.isPlain {
            return try await PlainDeployment(client: self, capabilities: capabilities, request: request).run()
        }
        var isKnown = try await exists(request.name)
        for _ in 0..<3 {
            do {
                return isKnown ? try await deployVersion(request) : try await create(request)
            } catch let error as FuncError where error.code == .alreadyExists && !isKnown {
                isKnown = true
            } catch let error as FuncError where error.code == .functionNotFound && isKnown {
                isKnown = false
            }
        }
        throw FuncError(
            .conflict,
            "could not deploy function '\(request.name)': it is being created and deleted by others",
            hint: "try again"
        )
    }

    /// Changes settings in place where running instances stay the same.
    public func update(function: String, settings: FunctionSettings, ifVersion: Int?) async throws -> DeployResult {
        if try await isPlain() {
            return try await PlainUpdate(client: self, settings: settings, ifVersion: ifVersion).run(function)
        }
        var call = functionCall("PUT", function, attempt: "update function '\(function)'")
        try call.setBody(UpdateBody(settings: settings, ifVersion: ifVersion))
        // A second attempt after a lost answer would find the version already changed by the first one.
        if ifVersion != nil { call.isIdempotent = false }
        let response = try await transport.send(call)
        let updated = try transport.decode(Function.self, from: response, attempt: call.attempt)
        let change = try transport.decode(ChangeField.self, from: response, attempt: call.attempt).change ?? .settings
        let number = change == .version ? updated.latestVersionNumber : updated.activeVersionNumber
        let version = try await newest(number ?? updated.latestVersionNumber, of: updated)
        return DeployResult(changed: change != .none, version: version, function: updated)
    }

    private func exists(_ name: String) async throws -> Bool {
        do {
            _ = try await function(name)
            return true
        } catch let error as FuncError where error.code == .functionNotFound {
            return false
        }
    }

    private func create(_ request: DeployRequest) async throws -> DeployResult {
        var call = self.call("POST", "functions", attempt: "create function '\(request.name)'")
        call.isCollection = true
        call.missing = .projectNotFound
        try call.setBody(DeployBody(request: request, project: project))
        let function: Function = try await transport.value(call)
        let version = try await newest(function.latestVersionNumber, of: function)
        return DeployResult(changed: true, version: version, function: function)
    }

    private func deployVersion(_ request: DeployRequest) async throws -> DeployResult {
        var call = functionCall("POST", request.name, "versions", attempt: "deploy function '\(request.name)'")
        try call.setBody(DeployBody(request: request, project: project))
        let response = try await transport.send(call)
        let version = try transport.decode(FunctionVersion.self, from: response, attempt: call.attempt)
        let change = try transport.decode(ChangeField.self, from: response, attempt: call.attempt).change
        return DeployResult(
            changed: change != FunctionChange.none,
            version: version,
            function: try await function(request.name)
        )
    }

    private func newest(_ number: Int?, of function: Function) async throws -> FunctionVersion {
        if let number { return try await version(.number(number), of: function.name) }
        if let version = try await versions(of: function.name).first { return version }
        throw FuncError(.versionNotFound, "function '\(function.name)' has no version")
    }
}

private struct ChangeField: Decodable {
    let change: FunctionChange?
}

/// A deploy with the project inside as well, for servers that look for it there.
private struct DeployBody: Encodable {
    let request: DeployRequest
    let project: String

    func encode(to encoder: any Encoder) throws {
        try request.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(project, forKey: .project)
    }

    private enum CodingKeys: String, CodingKey {
        case project = "project_id"
    }
}

private struct UpdateBody: Encodable {
    let settings: FunctionSettings
    let ifVersion: Int?

    func encode(to encoder: any Encoder) throws {
        try settings.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(ifVersion, forKey: .ifVersion)
    }

    private enum CodingKeys: String, CodingKey {
        case ifVersion = "if_version"
    }
}
