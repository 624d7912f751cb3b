import Foundation

extension FunctionAPIClient {
    /// The project's secrets by name.
    public func secrets() async throws -> [Secret] {
        var call = self.call("GET", "secrets", attempt: "list secrets")
        call.isCollection = true
        let secrets: [Secret] = try await transport.list(call, key: "secrets")
        return secrets.sorted { $0.name < $1.name }
    }

    /// Stores a secret.
    public func setSecret(_ name: String, value: Data) async throws -> Secret {
        var call = self.call("PUT", "secrets", name, attempt: "set secret '\(name)'")
        try call.setBody(["value": value])
        return try await transport.value(call)
    }

    /// Removes a secret.
    public func deleteSecret(_ name: String, force: Bool) async throws {
        var call = self.call("DELETE", "secrets", name, attempt: "delete secret '\(name)'")
        if force { call.query.append(("force", "true")) }
        call.missing = .secretNotFound
        let response = try await transport.sendAny(call)
        if response.tellsRemoval { return }
        throw FuncError(response, attempt: call.attempt, missing: call.missing)
    }
}
