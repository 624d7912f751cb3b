import Foundation
import FuncKit

/// Java has its own protocol; sources are found by the names of classes:
/// https://docs.oracle.com/en/java/javase/17/docs/specs/jpda/conninv.html
struct JavaDebugger: LanguageDebugger {
    let way = DebugWay.port
    let runsFromSources = false

    func launch(_ bundle: Bundle, port: Int, waits: Bool, _ machine: DebugMachine) -> Bundle {
        let suspend = waits ? "y" : "n"
        return bundle.inserting([
            "-agentlib:jdwp=transport=dt_socket,server=y,suspend=\(suspend),address=127.0.0.1:\(port),quiet=y"
        ])
    }
}

/// Go programs are run by Delve: https://github.com/go-delve/delve/blob/master/Documentation/usage/dlv_exec.md
struct GoDebugger: LanguageDebugger {
    let way = DebugWay.port
    let runsFromSources = false

    func obstacle(_ bundle: Bundle, _ machine: DebugMachine) async -> FuncError? {
        if machine.find("dlv") != nil { return nil }
        return FuncError(
            .toolchainMissing,
            "the debugger Delve is not installed",
            hint: "install it: apt-get install delve, or go install github.com/go-delve/delve/cmd/dlv@latest"
        )
    }

    func launch(_ bundle: Bundle, port: Int, waits: Bool, _ machine: DebugMachine) -> Bundle {
        var launched = bundle
        var delve = [machine.find("dlv") ?? "dlv", "exec", "--headless", "--listen=127.0.0.1:\(port)"]
        // Whatever Go this Delve was made for: a warning is enough.
        delve += ["--api-version=2", "--accept-multiclient", "--check-go-version=false"]
        // It would tell people of a port that is not the one they are given.
        delve += ["--log-dest=/dev/null"]
        launched.command = delve + (waits ? [] : ["--continue"]) + bundle.command
        return launched
    }

    /// Programs are built with `-trimpath`: files are named by the module.
    func sources(of bundle: Bundle) -> String {
        let app = bundle.folder + "/app"
        // It was built, so there is one.
        return (try? GoEntry.module(of: app)) ?? app
    }

    func left(port: Int) async {
        // Where Delve does not answer, the instance is gone, too.
        try? await Delve(port: port).letGo()
    }
}

/// Rust programs have all they need in them, and LLDB or GDB attach to the process.
struct RustDebugger: LanguageDebugger {
    /// File of a bundle that says where its sources were compiled.
    static let sourcesFile = "sources.path"

    let way = DebugWay.process
    let runsFromSources = false

    func launch(_ bundle: Bundle, port: Int, waits: Bool, _ machine: DebugMachine) -> Bundle { bundle }

    func sources(of bundle: Bundle) -> String {
        let path = FileManager.default.contents(atPath: bundle.folder + "/" + Self.sourcesFile)
        return path.map { String(decoding: $0, as: UTF8.self) } ?? bundle.folder + "/app"
    }

    func warning(_ machine: DebugMachine) -> String? {
        guard machine.restrictsAttaching else { return nil }
        return "the system lets no debugger attach to it; 'sudo sysctl kernel.yama.ptrace_scope=0' allows that"
    }
}

/// .NET lets its debugger, which comes with the editor, attach to the process.
struct DotNetDebugger: LanguageDebugger {
    /// What sources are called in programs that are built for a debugger.
    static let sourceRoot = "/function"

    let way = DebugWay.process
    let runsFromSources = false

    func launch(_ bundle: Bundle, port: Int, waits: Bool, _ machine: DebugMachine) -> Bundle {
        var launched = bundle
        launched.environment["DOTNET_EnableDiagnostics"] = "1"
        return launched
    }

    func sources(of bundle: Bundle) -> String { Self.sourceRoot }
}
