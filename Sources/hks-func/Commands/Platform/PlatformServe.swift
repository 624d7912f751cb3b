import ArgumentParser
import FuncPlatform

/// `hks-func platform serve`
struct PlatformServe: FuncCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the local platform in the foreground.",
        discussion: """
            Ends on Ctrl-C or SIGTERM, after the requests that run. With --debug, functions run under their language's \
            debugger, and the entries with which an editor attaches are shown.

            EXAMPLES
              hks-func platform serve
              hks-func platform serve --port 0 --data-dir /tmp/platform -o json
              hks-func platform serve --debug --debug-function hello
            """
    )

    @OptionGroup var flags: PlatformFlags
    @OptionGroup(title: "Debugger") var debug: DebugOptions
    @OptionGroup(title: "Global") var global: GlobalOptions

    func run(_ context: CommandContext) async throws {
        let console = context.console
        let request = debug.request(context) { console.show($0) }
        try await context.platform.serve(flags.options, debug: request) { status in
            // The reader of stdout may be gone by now; that is no reason not to serve.
            try? console.result(status)
        }
    }
}
