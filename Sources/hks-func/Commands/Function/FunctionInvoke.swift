import ArgumentParser
import Foundation
import FuncKit

/// `hks-func invoke`
struct FunctionInvoke: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "invoke",
        abstract: "Call a function and print its answer.",
        discussion: """
            The body comes from --data, --file or standard input, in that order. Functions of type event and scheduled \
            take files of events, those of type stream files of records, in JSON or one JSON document a line; for those \
            of type http a file may describe the whole request. The answer's body goes to standard output as it is; \
            with -o json the whole answer as one document.

            EXAMPLES
              hks-func invoke hello
              hks-func invoke hello -d '{"name":"Ada"}'
              echo '{"name":"Ada"}' | hks-func invoke hello -p /greet --include
              hks-func invoke orders --event type=com.example.order.created -d '{"orderId":7}'
              hks-func invoke orders --file events/order-created.json
              hks-func invoke hello --request events/request.json
              hks-func invoke hello --fail -o json | jq .status_code
            """
    )

    @OptionGroup var name: FunctionNameArgument
    @OptionGroup(title: "Request") var request: InvokeRequestOptions

    @Flag(help: "Do not wait for the answer; print the invocation's id.")
    var async = false

    @Flag(help: "With --async: wait for the result after all.")
    var wait = false

    @Option(help: ArgumentHelp("Longest wait, in seconds.", valueName: "seconds"))
    var timeout: Int = 300

    @Flag(name: [.short, .long], help: "Print status and headers before the body.")
    var include = false

    @Flag(help: "End with status 13 where the function answers 400 or more.")
    var fail = false

    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        if wait, !async { throw ValidationError("--wait goes with --async") }
        if timeout < 1 { throw ValidationError("--timeout must be at least 1") }
    }

    func run(_ context: CommandContext) async throws {
        let name = try name.resolve(context)
        let service = try await context.service(target.selection())
        let function = try await service.function(name)
        let request = try call(function.settings.type, context)
        if async {
            let id = try await service.invokeAsync(function: function.id, request: request)
            guard wait else { return try context.console.result(Started(id: id)) }
            guard let response = try await result(of: id, service) else {
                context.console.note("this server keeps no answers of calls that nobody waits for")
                return try context.console.result(Started(id: id, status: .completed))
            }
            return try show(response, name, context.console)
        }
        let response = try await withDeadline(seconds: timeout, doing: "invoke '\(name)'") {
            try await service.invoke(function: function.id, request: request)
        }
        try show(response, name, context.console)
    }

    private func call(_ type: FunctionType, _ context: CommandContext) throws -> InvokeRequest {
        if type == .stream, request.sendsEvent {
            throw FuncError(
                .invalidArgument,
                "a function of type 'stream' takes records, not events",
                hint: "send them with --data or --file"
            )
        }
        if type != .http, request.sendsDescribedRequest {
            let kind = type == .stream ? "records" : "events"
            throw FuncError(
                .invalidArgument,
                "a function of type '\(type.rawValue)' takes \(kind), not requests",
                hint: "send them with --data or --file"
            )
        }
        if type == .http, request.sendsEvent {
            context.console.note("the function is of type 'http': it gets the event as a request")
        }
        return try request.request(context, for: type)
    }

    /// The answer; nil where the call is done and the server kept none.
    private func result(of id: String, _ service: any FunctionService) async throws -> InvokeResponse? {
        try await withDeadline(seconds: timeout, doing: "wait for invocation '\(id)'") {
            while true {
                let invocation = try await service.invocation(id)
                if let result = invocation.result { return result }
                switch invocation.status {
                case .completed where invocation.error == nil:
                    return nil
                case .completed, .failed, .timeout:
                    throw FuncError(
                        .invocationFailed,
                        "invocation '\(id)' ended without an answer: \(invocation.error ?? invocation.status.rawValue)"
                    )
                case .pending, .running:
                    try await Task.sleep(for: .milliseconds(100))
                }
            }
        }
    }

    private func show(_ response: InvokeResponse, _ name: String, _ console: Console) throws {
        if console.format.isMachine {
            try console.document(response)
        } else {
            if include { try console.write(response.head) }
            try console.write([UInt8](response.body))
            if console.terminal.outputIsTerminal, response.body.last != UInt8(ascii: "\n") { try console.write("\n") }
        }
        guard response.statusCode >= 400 else { return }
        let message = "function '\(name)' answered \(response.statusCode)"
        guard fail else {
            return console.warning("\(message); see 'hks-func logs \(name) --request \(response.invocationID)'")
        }
        throw FuncError(
            .functionFailed,
            message,
            hint: "run 'hks-func logs \(name) --request \(response.invocationID)'"
        )
    }

    struct Started: CommandResult {
        let id: String
        /// How it ended, where that was waited for.
        var status: InvocationStatus?

        var names: [String] { [id] }
        func text(_ style: TextStyle) -> String { id + (status.map { " \($0.rawValue)" } ?? "") + "\n" }

        private enum CodingKeys: String, CodingKey {
            case status
            case id = "invocation_id"
        }
    }
}

extension InvokeResponse {
    /// Status and header fields, as HTTP writes them.
    var head: String {
        let fields = headers.sorted { $0.key < $1.key }.flatMap { name, values in values.map { "\(name): \($0)\n" } }
        return "HTTP \(statusCode)\n" + fields.map(\.withoutLineBreaks).joined() + "\n"
    }
}

extension String {
    /// A header line that cannot break out of its line.
    fileprivate var withoutLineBreaks: String {
        String(dropLast()).withoutControls + "\n"
    }
}
