import Foundation
import FuncKit
import Logging

/// Sends one request to one version through the gateway's own data path.
protocol FunctionInvoking: Sendable {
    /// Sends the request and gives the function's answer, whatever its status. A nil `version` leaves the choice to the
    /// traffic split.
    /// - Throws: `timed_out`, `overloaded`, `readiness_failed`, `function_failed`, `still_pending`.
    func send(_ request: InvokeRequest, to functionID: String, version: (FunctionRoute, RoutableVersion)?, id: String)
        async throws -> InvokeResponse
}

/// Calls on a client's behalf, at once or later, with a record of each.
actor InvocationService {
    let invocations: InvocationStore
    private let functions: FunctionStore
    private let deployments: DeploymentService
    private let invoker: any FunctionInvoking
    private let logger: Logger
    private let maxWaiting: Int
    private var tasks: [String: Task<Void, Never>] = [:]
    private var isStopping = false

    /// Takes its parts; at most `maxWaiting` asynchronous calls are under way at a time.
    init(
        invocations: InvocationStore,
        functions: FunctionStore,
        deployments: DeploymentService,
        invoker: any FunctionInvoking,
        logger: Logger,
        maxWaiting: Int = 256
    ) {
        self.invocations = invocations
        self.functions = functions
        self.deployments = deployments
        self.invoker = invoker
        self.logger = logger
        self.maxWaiting = maxWaiting
    }

    /// Calls a function and waits for its answer.
    func invoke(_ request: InvokeRequest, of reference: FunctionReference) async throws -> InvokeResponse {
        let call = try await begin(request, of: reference)
        return try await run(call.id, call.request, functionID: call.function.id)
    }

    /// Calls a function and waits for the end of that, whatever it is: the call itself is the answer, with the whole
    /// result, of which the record may keep less.
    /// - Throws: what keeps the call from being made at all, `overloaded` among it.
    func execute(_ request: InvokeRequest, of reference: FunctionReference) async throws -> Invocation {
        let call = try await begin(request, of: reference)
        var response: InvokeResponse?
        do {
            response = try await run(call.id, call.request, functionID: call.function.id)
        } catch let error as FuncError where ![.overloaded, .stillPending].contains(error.code) {
            // It is part of the record.
        }
        var record = try await invocations.invocation(call.id, workspace: call.function.workspaceID)
        record.result = response
        return record
    }

    private func begin(_ request: InvokeRequest, of reference: FunctionReference) async throws
        -> (id: String, request: InvokeRequest, function: FunctionState)
    {
        let call = try await prepare(request, of: reference)
        try await invocations.begin(call.id, functionID: call.function.id)
        return call
    }

    private func prepare(_ request: InvokeRequest, of reference: FunctionReference) async throws
        -> (id: String, request: InvokeRequest, function: FunctionState)
    {
        let function = try await functions.function(reference)
        try Self.check(request)
        if let version = request.version {
            _ = try await functions.version(VersionSelector(version), of: reference)
        }
        let id = Identifier.make("inv")
        return (id, try Self.delivery(of: request, to: function, id: id), function)
    }

    /// Calls a function later and answers with the id of the call, which outlives a crash.
    func invokeLater(_ request: InvokeRequest, of reference: FunctionReference) async throws -> String {
        let (id, request, function) = try await prepare(request, of: reference)
        guard tasks.count < maxWaiting, !isStopping else {
            throw FuncError(.overloaded, "too many asynchronous calls are under way", hint: "try again in a moment")
        }
        try await invocations.begin(id, functionID: function.id, pending: request)
        schedule(id, request, functionID: function.id)
        return id
    }

    /// Takes up the calls that an earlier run of the platform had not sent.
    func resume() async throws {
        for call in try await invocations.recover() {
            schedule(call.id, call.request, functionID: call.functionID)
        }
    }

    /// Ends the calls under way.
    func stop() async {
        isStopping = true
        for task in tasks.values { task.cancel() }
        for task in tasks.values { await task.value }
    }

    private func schedule(_ id: String, _ request: InvokeRequest, functionID: String) {
        // The call goes on when the request that asked for it has been answered.
        tasks[id] = Task {
            do {
                if try await invocations.start(id) {
                    _ = try await run(id, request, functionID: functionID)
                }
            } catch {
                logger.debug("asynchronous call failed", metadata: ["invocation": "\(id)", "error": "\(error)"])
            }
            tasks[id] = nil
        }
    }

    func run(_ id: String, _ request: InvokeRequest, functionID: String) async throws -> InvokeResponse {
        do {
            var response = try await send(request, to: functionID, id: id)
            response.invocationID = id
            let (status, error) = Self.verdict(on: response, isDirect: request.isDirect)
            try await invocations.finish(id, status: status, result: response, error: error)
            return response
        } catch {
            await recordFailure(of: id, error)
            throw error
        }
    }

    /// How a call ended that the function answered, and what is wrong with it.
    static func verdict(on response: InvokeResponse, isDirect: Bool = false) -> (InvocationStatus, String?) {
        // What answers a direct call with a status of its own has no result to give.
        guard response.statusCode >= (isDirect ? 300 : 500) else { return (.completed, nil) }
        return (.failed, "the function answered with status \(response.statusCode)")
    }

    /// How a call ended that led to no answer.
    static func status(of failure: FuncError?) -> InvocationStatus {
        failure?.code == .timedOut ? .timeout : .failed
    }

    /// A cancelled task could not write to the registry, hence one of its own that is waited for.
    func recordFailure(of id: String, _ error: any Error) async {
        let failure = error as? FuncError
        let text = error is CancellationError ? "the call was cancelled" : failure?.message ?? "the call failed"
        let status = Self.status(of: failure)
        await Task { [invocations, logger] in
            do {
                try await invocations.finish(id, status: status, result: nil, error: text)
            } catch {
                logger.error("call not recorded", metadata: ["invocation": "\(id)", "error": "\(error)"])
            }
        }.value
    }

    private func send(_ request: InvokeRequest, to functionID: String, id: String) async throws -> InvokeResponse {
        guard let selector = request.version else {
            return try await invoker.send(request, to: functionID, version: nil, id: id)
        }
        let plan = try await functions.plan(VersionSelector(selector), functionID: functionID)
        guard plan.version.status == .ready else {
            throw FuncError(.conflict, "v\(plan.version.number) of function '\(plan.functionName)' is not ready")
        }
        return try await deployments.withRoute(to: plan) { [invoker] route, version in
            try await invoker.send(request, to: functionID, version: (route, version), id: id)
        }
    }

    /// What a function of its type takes: plain data becomes an event, a schedule or a batch.
    private static func delivery(of request: InvokeRequest, to function: FunctionState, id: String) throws
        -> InvokeRequest
    {
        try EventRequest.make(
            for: function.settings.type,
            from: request,
            source: "/functions/\(function.name)/invoke",
            id: id,
            now: Date()
        )
    }

    private static func check(_ request: InvokeRequest) throws {
        guard request.path.hasPrefix("/"), request.path.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw FuncError(.invalidArgument, "path '\(request.path)' does not begin with '/' or holds blanks")
        }
        let token = { (byte: UInt8) in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
        if let seconds = request.timeoutSeconds, !(1...SettingsRules.maxTimeout).contains(seconds) {
            throw FuncError.field(
                "timeout",
                "value '\(seconds)' of field 'timeout' is not between 1 and \(SettingsRules.maxTimeout)"
            )
        }
        if request.isDirect, request.body.map(RawJSON.isValid) != true {
            throw FuncError.field("payload", "a direct call needs a JSON value as 'payload'")
        }
        guard request.method.utf8.allSatisfy(token) else {
            throw FuncError(.invalidArgument, "method '\(request.method)' is not an HTTP method")
        }
        for (name, values) in request.headers {
            guard !name.isEmpty, name.utf8.allSatisfy(token) else {
                throw FuncError(.invalidArgument, "header name '\(name)' is not a field name")
            }
            let isClean = values.allSatisfy { $0.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 9 } }
            guard isClean else {
                throw FuncError(.invalidArgument, "a value of header '\(name)' holds control characters")
            }
        }
    }
}
