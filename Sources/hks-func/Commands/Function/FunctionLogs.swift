import ArgumentParser
import Foundation
import FuncKit

/// `hks-func logs`
struct FunctionLogs: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Show what a function wrote.",
        discussion: """
            EXAMPLES
              hks-func logs --tail 20
              hks-func logs hello -f --level warn
              hks-func logs hello --build --version v3
              hks-func logs hello --since 10m -o jsonl | jq .message
            """
    )

    @OptionGroup var name: FunctionNameArgument

    @Flag(name: [.short, .long], help: "Go on with new lines as they are written.")
    var follow = false

    @Option(help: ArgumentHelp("The newest lines only; with --follow, before the new ones.", valueName: "count"))
    var tail: Int = 100

    @Option(help: ArgumentHelp("From this time on: 10m, 2h, or an RFC 3339 time.", valueName: "time"))
    var since: TimePoint?

    @Option(help: ArgumentHelp("Before this time.", valueName: "time"))
    var until: TimePoint?

    @Option(help: ArgumentHelp("At least as grave: trace, debug, info, warn, error, fatal.", valueName: "level"))
    var level: LogLevel?

    @Option(
        help: ArgumentHelp("Lines of one version: v3, 3 or a tag.", valueName: "version"),
        completion: LiveNames.versions.completion
    )
    var version: String?

    @Option(help: ArgumentHelp("Lines of one call.", valueName: "request id"))
    var request: String?

    @Flag(help: "The log of a build in place of the function's; by default of the newest version.")
    var build = false

    @Option(help: ArgumentHelp("Accepted for older scripts; there is one container.", visibility: .hidden))
    var container: String?

    @OptionGroup(title: "Target") var target: TargetOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func validate() throws {
        if tail < 0 { throw ValidationError("--tail must not be negative") }
        if follow, until != nil { throw ValidationError("--follow and --until exclude each other") }
    }

    func run(_ context: CommandContext) async throws {
        let service = try await context.service(target.selection())
        let function = try await service.function(name.resolve(context))
        if build {
            let selector = version.map(VersionSelector.init) ?? .number(function.latestVersionNumber ?? 1)
            return try await show(
                service.buildLogs(of: function.id, version: selector, follow: follow),
                on: context.console
            )
        }
        let query = LogQuery(
            since: since?.date(now: context.now()),
            until: until?.date(now: context.now()),
            limit: tail,
            level: level,
            version: try await number(of: function, service),
            requestID: request
        )
        if follow {
            try await show(service.followLogs(of: function.id, query: query), on: context.console)
        } else {
            let entries = try await service.logs(of: function.id, query: query)
            if context.console.format == .json || context.console.format == .yaml {
                return try context.console.document(entries)
            }
            for entry in entries { try show(entry, on: context.console) }
        }
    }

    private func number(of function: Function, _ service: any FunctionService) async throws -> Int? {
        guard let version else { return nil }
        return try await service.version(VersionSelector(version), of: function.id).number
    }

    private func show(_ entries: AsyncThrowingStream<LogEntry, any Error>, on console: Console) async throws {
        for try await entry in entries { try show(entry, on: console) }
        try Task.checkCancellation()
    }

    private func show(_ entry: LogEntry, on console: Console) throws {
        try console.element(entry, text: entry.line(console.outputStyle))
    }
}

extension LogLevel: ExpressibleByArgument {
    /// Reads the usual spellings.
    public init?(argument: String) {
        self.init(name: argument)
    }
}
