import Foundation
import FuncKit

/// What is particular about debugging the programs of one language.
protocol LanguageDebugger: Sendable {
    /// How a debugger gets at the program.
    var way: DebugWay { get }

    /// Whether sources have to stay in one folder from reload to reload, because breakpoints are kept by their paths.
    var runsFromSources: Bool { get }

    /// Why the program of a bundle cannot be debugged on this machine; nil where it can.
    func obstacle(_ bundle: Bundle, _ machine: DebugMachine) async -> FuncError?

    /// The bundle, started in a way that lets a debugger in on the port.
    func launch(_ bundle: Bundle, port: Int, waits: Bool, _ machine: DebugMachine) -> Bundle

    /// Where the running program believes its sources to be.
    func sources(of bundle: Bundle) -> String

    /// What on this machine keeps debuggers away, which people can change; nil where nothing does.
    func warning(_ machine: DebugMachine) -> String?

    /// The last debugger has left the program that listens on this port, which must not stop for nobody.
    func left(port: Int) async
}

/// How a debugger gets at a program.
enum DebugWay: Sendable, Hashable {
    /// The program listens.
    case port
    /// The editor listens, and the program connects to it.
    case editor
    /// The system's own means: any process can be attached to.
    case process
}

extension LanguageDebugger {
    func obstacle(_ bundle: Bundle, _ machine: DebugMachine) async -> FuncError? { nil }

    func sources(of bundle: Bundle) -> String { bundle.folder + "/app" }

    func warning(_ machine: DebugMachine) -> String? { nil }

    func left(port: Int) async {}
}

/// The debuggers of all languages.
enum LanguageDebuggers {
    /// The one for a language; nil for one's own programs.
    static func debugger(for family: RuntimeFamily) -> (any LanguageDebugger)? {
        switch family {
        case .nodejs: NodeDebugger()
        case .python: PythonDebugger()
        case .ruby: RubyDebugger()
        case .php: PHPDebugger()
        case .go: GoDebugger()
        case .java: JavaDebugger()
        case .rust: RustDebugger()
        case .dotnet: DotNetDebugger()
        case .custom: nil
        }
    }

    /// Whether programs of this language have to be built otherwise to be debugged.
    static func needsOwnBuild(_ family: RuntimeFamily) -> Bool {
        switch family {
        case .go, .rust, .dotnet: true
        default: false
        }
    }
}

/// Looks for debuggers on this machine.
struct DebugMachine: Sendable {
    private static let patience = Duration.seconds(20)

    /// Variables of the platform's own process.
    let environment: [String: String]
    /// Variables that the manifest and the user give to the function, which may lead to a debugger, too.
    var functionVariables: [String: String] = [:]
    /// Where Linux says who may attach to processes; there is no such file where everybody may attach to his own.
    var attachRuleFile = "/proc/sys/kernel/yama/ptrace_scope"

    /// Whether programs may be attached to by those alone that started them: https://docs.kernel.org/admin-guide/LSM/Yama.html
    var restrictsAttaching: Bool {
        let rule = FileManager.default.contents(atPath: attachRuleFile).map { String(decoding: $0, as: UTF8.self) }
        return (rule.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) } ?? 0) > 0
    }

    /// Whether an interpreter runs a program of a line or two without an error.
    func succeeds(_ bundle: Bundle, _ arguments: [String]) async -> Bool {
        guard let interpreter = bundle.command.first else { return false }
        var variables = environment.merging(bundle.environment) { $1 }
        for (name, value) in functionVariables { variables[name] = value }
        for (name, value) in bundle.environment where name.hasSuffix("PATH") {
            variables[name] = [functionVariables[name], value].compactMap(\.self).joined(separator: ":")
        }
        let options = ChildProcessOptions(
            executable: interpreter,
            arguments: arguments,
            environment: variables,
            workingFolder: bundle.workingFolder
        )
        // An interpreter that cannot even be asked has no debugger to offer.
        let outcome = try? await ProcessRunner.run(options, deadline: Self.patience)
        return outcome?.exit.isSuccess == true
    }

    /// The path of a program, also where `go install` puts such.
    func find(_ program: String) -> String? {
        let home = environment["HOME"].map { $0 + "/go/bin" }
        let path = [environment["PATH"], environment["GOBIN"], environment["GOPATH"].map { $0 + "/bin" }, home]
        return ChildProcessExecutable.find(program, searchPath: path.compactMap(\.self).joined(separator: ":"))
    }
}
