import Foundation

/// Asks the servers of the user's contexts whether they are there. Starts nothing, and sends no token.
struct ContextExamination: Sendable {
    let environment: [String: String]
    let config: ConfigFile
    /// The local platform that runs; nil if none does.
    let platform: LocalPlatformDescriptor?

    func findings() async -> [DoctorFinding] {
        let contexts = Contexts(config: config).all
        let current = try? Settings(environment: environment, config: config).value("context") ?? Contexts.local
        var found: [String: DoctorFinding] = [:]
        await withTaskGroup(of: DoctorFinding.self) { group in
            for context in contexts {
                group.addTask { await finding(context, isCurrent: context.name == current) }
            }
            for await finding in group { found[finding.title] = finding }
        }
        return contexts.compactMap { found[$0.name] }
    }

    private func finding(_ context: ConnectionContext, isCurrent: Bool) async -> DoctorFinding {
        let id = "context.\(context.name)"
        guard let address = context.name == Contexts.local ? platform?.url : context.endpoint else {
            let isLocal = context.name == Contexts.local
            return DoctorFinding(
                id,
                .contexts,
                isLocal ? .ok : .warning,
                context.name,
                isLocal ? "not running; the first deploy starts it" : "has no endpoint",
                fix: isLocal ? nil : "run 'hks-func context add \(context.name) --endpoint URL'"
            )
        }
        do {
            let answer = try await ask(address)
            guard answer.status < 500 else {
                return unreachable(context, "\(address) answers with status \(answer.status)", isCurrent)
            }
            return DoctorFinding(id, .contexts, .ok, context.name, "\(address) answers in \(answer.milliseconds) ms")
        } catch {
            let reason = (error as? FuncError)?.message ?? "\(error)"
            return unreachable(context, reason, isCurrent)
        }
    }

    private func unreachable(_ context: ConnectionContext, _ message: String, _ isCurrent: Bool) -> DoctorFinding {
        DoctorFinding(
            "context.\(context.name)",
            .contexts,
            // Nobody needs a server that is not in use.
            isCurrent ? .error : .warning,
            context.name,
            message,
            fix: context.name == Contexts.local
                ? "run 'hks-func platform stop', then 'hks-func platform start'"
                : "check the network, the proxy variables and 'hks-func context show -c \(context.name)'"
        )
    }

    private func ask(_ address: String) async throws -> (status: Int, milliseconds: Int) {
        var configuration = HTTPClientConfiguration(environment: environment, userAgent: "hks-func-doctor")
        configuration.retryPolicy = RetryPolicy(maxAttempts: 1)
        let base = address.hasSuffix("/") ? String(address.dropLast()) : address
        var request = HTTPRequest(
            "GET",
            base + "/health",
            timeouts: HTTPRequest.Timeouts(connect: .seconds(1), total: .milliseconds(1500)),
            responseLimit: 1 << 20
        )
        request.retries = false
        let start = ContinuousClock.now
        let response = try await HTTPClient(configuration).send(request)
        return (response.status, Int((ContinuousClock.now - start) / .milliseconds(1)))
    }
}
