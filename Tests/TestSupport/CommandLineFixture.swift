import Foundation
import FuncKit

/// The built program in a world of its own: temporary home, next to no variables, a free port, and nothing left behind.
public final class CommandLineFixture: Sendable {
    /// Folder that holds all that the program may touch.
    public let folder: TemporaryFolder
    /// Variables that the program gets.
    public let environment: [String: String]
    private let programs = MutexBox<[StartedProgram]>([])

    /// Runs `body` with a fixture, and cleans up whatever happened: background programs are ended, then the platform.
    public static func with<T>(
        environment: [String: String] = [:],
        _ body: (CommandLineFixture) async throws -> T
    ) async throws -> T {
        let fixture = try CommandLineFixture(environment: environment)
        do {
            let value = try await body(fixture)
            try await fixture.cleanUp()
            return value
        } catch {
            try? await fixture.cleanUp()
            throw error
        }
    }

    private init(environment extra: [String: String]) throws {
        folder = try TemporaryFolder("cli")
        var environment = [
            "HOME": folder.path("home"),
            "PATH": TestToolchains.searchPath,
            "LANG": "C.UTF-8",
            "TMPDIR": folder.path("tmp"),
            "XDG_STATE_HOME": folder.path("state"),
            "XDG_CONFIG_HOME": folder.path("config"),
            "XDG_CACHE_HOME": folder.path("cache"),
            "HKS_FUNC_PORT": "0",
        ]
        environment.merge(TestToolchains.variables) { _, new in new }
        environment.merge(extra) { _, new in new }
        self.environment = environment
        for name in ["home", "tmp", "work"] {
            try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
        }
    }

    /// The program that was built with these tests.
    public static var program: String {
        let tests = URL(fileURLWithPath: Bundle.main.executablePath ?? CommandLine.arguments[0])
        return tests.deletingLastPathComponent().appendingPathComponent("hks-func").path
    }

    /// Folder in which commands run unless they say otherwise.
    public var workFolder: String { folder.path("work") }

    /// Runs the program to its end.
    public func run(
        _ arguments: String...,
        in workingFolder: String? = nil,
        input: String? = nil,
        environment extra: [String: String] = [:]
    ) async throws -> ProgramRun {
        try await run(Self.program, arguments, in: workingFolder, input: input, environment: extra)
    }

    /// Runs any program to its end.
    public func run(
        _ program: String,
        _ arguments: [String],
        in workingFolder: String? = nil,
        input: String? = nil,
        environment extra: [String: String] = [:]
    ) async throws -> ProgramRun {
        let started = try await start(program, arguments, in: workingFolder, input: input, environment: extra)
        return try await started.end()
    }

    /// Starts the program and leaves it running; what still runs at the end is killed.
    public func start(
        _ arguments: String...,
        in workingFolder: String? = nil,
        environment extra: [String: String] = [:]
    ) async throws -> StartedProgram {
        try await start(Self.program, arguments, in: workingFolder, input: nil, environment: extra)
    }

    /// Starts any program and leaves it running, likewise.
    public func start(
        program: String,
        _ arguments: [String],
        in workingFolder: String? = nil,
        environment extra: [String: String] = [:]
    ) async throws -> StartedProgram {
        try await start(program, arguments, in: workingFolder, input: nil, environment: extra)
    }

    private func start(
        _ program: String,
        _ arguments: [String],
        in workingFolder: String?,
        input: String?,
        environment extra: [String: String]
    ) async throws -> StartedProgram {
        let name = folder.path("tmp/" + UUID().uuidString)
        let streams = (input: "\(name).in", output: "\(name).out", error: "\(name).err")
        try Data((input ?? "").utf8).write(to: URL(fileURLWithPath: streams.input))
        // Files keep what is written byte for byte; the shell gives way to the program.
        let script = "exec \"$0\" \"$@\" <'\(streams.input)' >'\(streams.output)' 2>'\(streams.error)'"
        let options = ChildProcessOptions(
            executable: "/bin/sh",
            arguments: ["-c", script, program] + arguments,
            environment: environment.merging(extra) { _, new in new },
            workingFolder: workingFolder ?? workFolder
        )
        let child = try await ChildProcess.start(options) { _ in }
        let started = StartedProgram(
            child: child,
            name: ([program] + arguments).joined(separator: " "),
            output: streams.output,
            error: streams.error
        )
        programs.mutate { $0.append(started) }
        return started
    }

    private func cleanUp() async throws {
        for program in programs.current.reversed() { await program.terminate() }
        _ = try await run("platform", "stop")
    }
}

/// A program that was started.
public struct StartedProgram: Sendable {
    private let child: ChildProcess
    private let name: String
    private let output: String
    private let error: String

    init(child: ChildProcess, name: String, output: String, error: String) {
        self.child = child
        self.name = name
        self.output = output
        self.error = error
    }

    /// Its process id.
    public var processID: Int32 { child.processID }
    /// What it wrote to stdout so far.
    public var standardOutput: String { (try? String(contentsOfFile: output, encoding: .utf8)) ?? "" }
    /// What it wrote to stderr so far.
    public var standardError: String { (try? String(contentsOfFile: error, encoding: .utf8)) ?? "" }

    /// Sends a signal.
    public func signal(_ number: Int32) {
        kill(child.processID, number)
    }

    /// Waits for its end.
    public func end(within seconds: Int = 120) async throws -> ProgramRun {
        let exit = try await withDeadline(seconds: seconds, doing: "run '\(name)' to its end") {
            try await child.exit()
        }
        let status: Int32 =
            switch exit {
            case .status(let status): status
            case .signal(let number): 128 + number
            }
        return ProgramRun(status: status, output: standardOutput, error: standardError)
    }

    func terminate() async {
        await child.terminate(grace: .seconds(20))
    }
}

/// What a program wrote and how it ended.
public struct ProgramRun: Sendable {
    /// Exit status; 128 + n after signal n.
    public let status: Int32
    /// What it wrote to stdout.
    public let output: String
    /// What it wrote to stderr.
    public let error: String

    /// The output as a JSON document.
    public func json() throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any] ?? [:]
    }
}
