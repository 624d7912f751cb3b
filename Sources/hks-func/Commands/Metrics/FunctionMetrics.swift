import ArgumentParser
import Foundation
import FuncKit

/// `hks-func metrics`
struct FunctionMetrics: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Show a function's request numbers.",
        discussion: """
            Requests, errors, cold starts, durations, concurrency, memory and processor time. Errors are answers with \
            status 500 or more, those that broke off, and those that never came. On a terminal, lines of blocks show \
            the course of the range.

            EXAMPLES
              hks-func metrics hello
              hks-func metrics hello --since 1d --resolution 1h
              hks-func metrics hello --watch
              hks-func metrics hello -o json | jq .duration_ms.p95
              hks-func metrics hello --watch --interval 10s -o jsonl
            """
    )

    @OptionGroup var name: FunctionNameArgument

    @Option(help: ArgumentHelp("From this time on: 10m, 2h, or an RFC 3339 time; by default 1h.", valueName: "time"))
    var since: TimePoint?

    @Option(help: ArgumentHelp("Up to this time; by default now.", valueName: "time"))
    var until: TimePoint?

    @Option(help: ArgumentHelp("Length of the intervals: 10s, 5m, 1h.", valueName: "duration"))
    var resolution: TimeLength?

    @Option(
        help: ArgumentHelp("Requests that one version answered: v3, 3 or a tag.", valueName: "version"),
        completion: LiveNames.versions.completion
    )
    var version: String?

    @Flag(name: [.short, .long], help: "Show them again and again until Ctrl-C.")
    var watch = false

    @Option(
        help: ArgumentHelp(
            "With --watch: time between two looks, at least 100ms; 2s unless given.",
            valueName: "duration"
        )
    )
    var interval: TimeLength?

    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        if let interval, interval.milliseconds < 100 { throw ValidationError("--interval must be at least 100ms") }
        if interval != nil, !watch { throw ValidationError("--interval goes with --watch") }
        if watch, until != nil { throw ValidationError("--watch and --until exclude each other") }
    }

    func run(_ context: CommandContext) async throws {
        let name = try name.resolve(context)
        if watch, ![.human, .jsonl].contains(context.console.format) {
            throw FuncError(
                .invalidArgument,
                "--watch shows many documents, which '\(context.console.format.rawValue)' output cannot",
                hint: "use -o jsonl"
            )
        }
        let service = try await context.service(target.selection())
        guard try await service.capabilities().supportsMetrics else {
            throw FuncError(.unsupported, "this server keeps no metrics of functions")
        }
        guard watch else { return try context.console.result(try await document(name, service, context)) }
        var drawn = 0
        while true {
            let document = try await document(name, service, context)
            drawn = try show(document, over: drawn, on: context.console)
            try await Task.sleep(for: .milliseconds(interval?.milliseconds ?? 2000))
        }
    }

    private func document(_ name: String, _ service: any FunctionService, _ context: CommandContext) async throws
        -> MetricsDocument
    {
        let now = context.now()
        let (start, end) = ((since ?? .ago(seconds: 3600)).date(now: now), until?.date(now: now))
        guard start < end ?? .distantFuture else {
            throw FuncError(.invalidArgument, "--since is not before --until")
        }
        let query = MetricsQuery(
            start: start,
            end: end,
            resolutionSeconds: resolution.map { ($0.milliseconds + 999) / 1000 },
            version: version.map(VersionSelector.init)
        )
        let terminal = context.console.terminal
        return MetricsDocument(
            name: name,
            version: query.version?.description,
            report: try await service.metrics(of: name, query: query),
            layout: terminal.outputIsTerminal
                ? .terminal(width: terminal.width, sparkline: Sparkline(environment: context.environment)) : .plain
        )
    }

    /// Shows one look and gives the number of its lines, which the next one takes the place of on a terminal.
    private func show(_ document: MetricsDocument, over lines: Int, on console: Console) throws -> Int {
        let text = document.text(console.outputStyle)
        guard console.terminal.outputIsTerminal, !console.format.isMachine else {
            try console.element(document, text: text + "\n")
            return 0
        }
        try console.write((lines > 0 ? "\u{1B}[\(lines)A\u{1B}[J" : "") + text)
        return text.count { $0 == "\n" }
    }
}
