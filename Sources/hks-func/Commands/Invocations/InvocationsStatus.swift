import ArgumentParser
import Foundation
import FuncKit

/// `hks-func invocations status`
struct InvocationsStatus: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show a recorded call and its answer.",
        discussion: """
            With --wait, a call that is still under way when the time is up ends the command with status 8.

            EXAMPLES
              hks-func invocations status inv-3f9k2m
              hks-func invocations status inv-3f9k2m --wait --timeout 60 --fail
              hks-func invocations status inv-3f9k2m -o json | jq .result.status_code
            """
    )

    @Argument(
        help: "Id of the call, as 'invoke --async' printed it.",
        completion: LiveNames.invocations.completion
    )
    var id: String

    @Flag(help: "Wait until the call has ended.")
    var wait = false

    @Option(help: ArgumentHelp("With --wait: longest wait, in seconds; 300 unless given.", valueName: "seconds"))
    var timeout: Int?

    @Flag(help: "End with status 13 where the call failed, with 7 where the function ran out of time.")
    var fail = false

    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        if id.isEmpty { throw ValidationError("the id of the call must not be empty") }
        if let timeout, timeout < 1 { throw ValidationError("--timeout must be at least 1") }
        if timeout != nil, !wait { throw ValidationError("--timeout goes with --wait") }
    }

    func run(_ context: CommandContext) async throws {
        let service = try await context.service(target.selection())
        let invocation = wait ? try await ended(service, context.console) : try await service.invocation(id)
        try show(invocation, on: context.console)
        guard fail else { return }
        try check(invocation)
    }

    /// The call once it has ended.
    /// - Throws: `still_pending` when the time is up.
    private func ended(_ service: any FunctionService, _ console: Console) async throws -> Invocation {
        let first = try await service.invocation(id)
        guard first.isUnderWay else { return first }
        return try await console.progress("Waiting for '\(id)'") { progress in
            let limit = timeout ?? 300
            let deadline = ContinuousClock.now + .seconds(limit)
            var pause = Duration.milliseconds(50)
            var last = first
            while last.isUnderWay {
                progress.update(last.status.rawValue)
                guard ContinuousClock.now < deadline else {
                    throw FuncError(
                        .stillPending,
                        "invocation '\(id)' is still \(last.status.rawValue) after \(limit) s",
                        hint: "wait longer with --timeout"
                    )
                }
                try await Task.sleep(for: min(pause, deadline - .now))
                pause = min(pause * 2, .seconds(1))
                last = try await service.invocation(id)
            }
            return last
        }
    }

    private func show(_ invocation: Invocation, on console: Console) throws {
        let document = InvocationDocument(invocation: invocation)
        if console.isQuiet || console.format == .name { return try console.write(invocation.id + "\n") }
        guard !console.format.isMachine else { return try console.document(document) }
        try console.write(document.fields(console.outputStyle))
        guard let body = invocation.result?.body, !body.isEmpty else { return }
        try console.write("\n")
        try console.write([UInt8](body))
        if console.terminal.outputIsTerminal, body.last != UInt8(ascii: "\n") { try console.write("\n") }
    }

    private func check(_ invocation: Invocation) throws {
        let reason = invocation.error.map { ": \($0)" } ?? ""
        switch invocation.status {
        case .timeout: throw FuncError(.timedOut, "invocation '\(id)' ran out of time\(reason)")
        case .failed:
            throw FuncError(
                .functionFailed,
                "invocation '\(id)' failed\(reason)",
                hint: "run 'hks-func logs NAME --request \(id)'"
            )
        case .pending, .running, .completed:
            guard let status = invocation.result?.statusCode, status >= 400 else { return }
            throw FuncError(.functionFailed, "the function answered \(status)")
        }
    }
}

extension Invocation {
    /// Whether its end is still to come.
    fileprivate var isUnderWay: Bool { status == .pending || status == .running }
}
