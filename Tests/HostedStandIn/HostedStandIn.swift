import Dispatch
import Foundation
import TestSupport

/// Serves the stand-in of the hosted service until it is interrupted, for looking at the program by hand:
///
/// ```sh
/// swift run hosted-stand-in                  # prints the address, then one line for each request
/// hks-func context add hosted --endpoint ADDRESS --workspace ws-1 --project demo --token-env HKS_FUNC_TOKEN
/// export HKS_FUNC_TOKEN=dev_token_test
/// ```
///
/// `--lifetime SECONDS` ends access tokens of a sign-in sooner, `--asks N` lets functions become ready at the N-th look, and
/// `--fail METHOD SUFFIX` (repeatable) answers the next such request with 500.
@main
enum HostedStandIn {
    static func main() throws {
        let options = try Options(CommandLine.arguments.dropFirst())
        let service = try HostedService { tables in
            tables.asksUntilReady = options.asks
            tables.failures = options.failures
            if let lifetime = options.lifetime { tables.sessions.lifetime = lifetime }
        }
        service.onRequest { request, status in
            write("\(request.method) \(request.target) \(status)\n")
        }
        write("\(service.url)\n")
        dispatchMain()
    }

    private static func write(_ text: String) {
        FileHandle.standardOutput.write(Data(text.utf8))
    }

    private struct Options {
        var asks = 0
        var lifetime: TimeInterval?
        var failures: [(method: String, suffix: String)] = []

        init(_ arguments: some Sequence<String>) throws {
            var rest = Array(arguments)
            func next() throws -> String {
                guard !rest.isEmpty else { throw UsageFault() }
                return rest.removeFirst()
            }
            while !rest.isEmpty {
                switch try next() {
                case "--asks": asks = try Self.number(next())
                case "--lifetime": lifetime = TimeInterval(try Self.number(next()))
                case "--fail": failures.append((try next(), try next()))
                default: throw UsageFault()
                }
            }
        }

        private static func number(_ text: String) throws -> Int {
            guard let number = Int(text), number >= 0 else { throw UsageFault() }
            return number
        }
    }

    private struct UsageFault: Error, CustomStringConvertible {
        let description = "usage: hosted-stand-in [--asks N] [--lifetime SECONDS] [--fail METHOD SUFFIX]…"
    }
}
