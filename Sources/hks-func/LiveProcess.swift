import Foundation
import FuncKit
import SystemPackage

/// The real process: its streams, variables and signals.
enum LiveProcess {
    /// Runs the command line until it ends or a signal ends it.
    static func run(_ arguments: [String]) async -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        let environment = ProcessInfo.processInfo.environment
        let received = ReceivedSignal()
        let runner = CommandRunner(
            streams: Console.Streams(
                output: DescriptorStream(descriptor: .standardOutput),
                error: DescriptorStream(descriptor: .standardError),
                readLine: { Swift.readLine(strippingNewline: true) },
                readHidden: { try HiddenInput.readLine() }
            ),
            terminal: TerminalInfo.live(environment: environment),
            environment: environment,
            makeContext: { console in
                var context = try LiveContext.make(console: console, environment: environment)
                context.receivedSignal = { received.number }
                return context
            }
        )
        let work = Task { await runner.run(arguments) }
        let signals = SignalTrap(received, cancel: { work.cancel() })
        let status = await work.value
        return signals.status(replacing: status)
    }

    /// Ends the process at once: everything that has to be put away is put away by then.
    static func leave(with status: Int32) -> Never {
        exit(status)
    }
}
