import Foundation

// Servers of this API fail in few words: a function that is missing, a name in place of an id and a fault of their own all
// look alike (wire reference, 1.1 and C37). What the answer does not say is found out by asking again.
extension FunctionAPIClient {
    /// Whether the server has the canonical routes only.
    func isPlain() async throws -> Bool {
        try await capabilities().isPlain
    }

    /// Sends a call below a function. Where the answer gives no reason for a failure, the function is looked for: a missing
    /// one is said to be missing, and one whose id differs from its name is called by its id.
    func send(_ call: APICall, about function: String) async throws -> HTTPResponse {
        let response = try await transport.sendAny(call)
        if response.head.isSuccess { return response }
        let failure = FuncError(response, attempt: call.attempt, missing: call.missing)
        guard response.givesNoReason else { throw failure }
        let found = try await self.function(function)
        guard found.id != function, call.path.count > 1 else { throw failure.withoutReason(response) }
        var again = call
        again.path[1] = found.id
        return try await transport.send(again)
    }

    /// As ``send(_:about:)``, with the answer decoded.
    func value<T: Decodable>(_ call: APICall, about function: String, as type: T.Type = T.self) async throws -> T {
        try transport.decode(type, from: try await send(call, about: function), attempt: call.attempt)
    }

    /// As ``send(_:about:)``, with the list that stands bare or under `key`. A plain server has an empty one for a function
    /// that is not there, and for a name in place of an id.
    func list<T: Decodable & Sendable>(_ call: APICall, about function: String, key: String) async throws -> [T] {
        let items: [T] = try transport.list(in: try await send(call, about: function), of: call, key: key)
        guard items.isEmpty, try await isPlain() else { return items }
        let found = try await self.function(function)
        guard found.id != function, call.path.count > 1 else { return [] }
        var again = call
        again.path[1] = found.id
        return try await transport.list(again, key: key)
    }

    /// One function by name or id.
    public func function(_ function: String) async throws -> Function {
        let call = functionCall("GET", function, attempt: "describe function '\(function)'")
        let response = try await transport.sendAny(call)
        let failure = FuncError(response, attempt: call.attempt, missing: call.missing)
        if response.head.isSuccess {
            let found = try transport.decode(Function.self, from: response, attempt: call.attempt)
            if try await isOurs(found) { return SettingsMirror.restored(found) }
        } else if !response.givesNoReason {
            throw failure
        }
        do {
            if let listed = try await listed(function) { return listed }
        } catch is FuncError {
            throw failure
        }
        if response.status == 500 { throw failure.withoutReason(response) }
        throw FuncError(
            .functionNotFound,
            "function '\(function)' not found in project '\(project)'",
            hint: "run 'hks-func list' to see what is deployed",
            requestID: response.requestID
        )
    }

    /// The project's function of that name or id, found by listing.
    func listed(_ function: String) async throws -> Function? {
        let functions = try await functions(allProjects: false)
        return functions.first { $0.name == function } ?? functions.first { $0.id == function }
    }

    /// Some servers find functions of other projects by their id too, which must not be changed by mistake.
    private func isOurs(_ function: Function) async throws -> Bool {
        if function.projectID.isEmpty || function.projectID == project { return true }
        if await transport.memory.isProject(function.projectID) { return true }
        // The project may be named by its name while the server tells its id.
        let listed: [Function]
        do {
            listed = try await functions(allProjects: false)
        } catch let error as FuncError where [.projectNotFound, .unsupported].contains(error.code) {
            return false
        }
        guard listed.contains(where: { $0.id == function.id }) else { return false }
        await transport.memory.note(project: function.projectID)
        return true
    }
}

extension HTTPResponse {
    /// Whether what a `DELETE` names is gone: a 404 after a broken attempt means that the first attempt went through.
    var tellsRemoval: Bool { head.isSuccess || (status == 404 && attempts > 1) }

    /// Whether this is a failure without a word on what is at fault.
    var givesNoReason: Bool {
        guard status == 404 || status == 500 else { return false }
        let body = APIErrorBody(self)
        return body.code == nil && body.unknownPath == nil
    }
}

extension FuncError {
    /// The failure with what can be said about a server that gives no reason.
    func withoutReason(_ response: HTTPResponse) -> FuncError {
        guard response.status == 500 else { return self }
        var error = self
        error.hint = hint ?? "the server gives no reason: look at what is there before trying again"
        return error
    }
}

/// What a client learns about its server and goes on knowing.
actor ServerMemory {
    private(set) var capabilities: Capabilities?
    private var projects: Set<String> = []

    func note(capabilities: Capabilities) {
        self.capabilities = capabilities
    }

    /// Notes the id of the client's own project.
    func note(project: String) {
        projects.insert(project)
    }

    func isProject(_ id: String) -> Bool {
        projects.contains(id)
    }
}
