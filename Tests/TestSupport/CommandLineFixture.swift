import Foundation
import FuncKit

/// The built program in a world of its own: temporary home, next to no variables, a free port, and nothing left behind.
public final class CommandLineFixture: Sendable {
    /// Folder that holds all that the program may touch.
    public let folder: TemporaryFolder
    /// Variables that the program gets.
    public let environment: [String: String]
    private let processes = MutexBox<[Process]>([])

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
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "TMPDIR": folder.path("tmp"),
            "XDG_STATE_HOME": folder.path("state"),
            "XDG_CONFIG_HOME": folder.path("config"),
            "XDG_CACHE_HOME": folder.path("cache"),
            "HKS_FUNC_PORT": "0",
        ]
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
        let started = try start(program, arguments, in: workingFolder, input: input, environment: extra)
        return try await started.end()
    }

    /// Starts the program and leaves it running; what still runs at the end is killed.
    public func start(
        _ arguments: String...,
        in workingFolder: String? = nil,
        environment extra: [String: String] = [:]
    ) throws -> StartedProgram {
        try start(Self.program, arguments, in: workingFolder, input: nil, environment: extra)
    }

    private func start(
        _ program: String,
        _ arguments: [String],
        in workingFolder: String?,
        input: String?,
        environment extra: [String: String]
    ) throws -> StartedProgram {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: workingFolder ?? workFolder)
        process.environment = environment.merging(extra) { _, new in new }
        let name = UUID().uuidString
        let (output, error) = (folder.path("tmp/\(name).out"), folder.path("tmp/\(name).err"))
        for path in [output, error] { try Data().write(to: URL(fileURLWithPath: path)) }
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: error))
        if let input {
            let path = try folder.write(input, to: "tmp/\(name).in")
            process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        } else {
            process.standardInput = FileHandle.nullDevice
        }
        let ended = MutexBox(false)
        process.terminationHandler = { _ in ended.mutate { $0 = true } }
        try process.run()
        processes.mutate { $0.append(process) }
        return StartedProgram(process: process, ended: ended, output: output, error: error)
    }

    private func cleanUp() async throws {
        for process in processes.current.reversed() where process.isRunning { process.interrupt() }
        for process in processes.current.reversed() {
            try await eventually("a started program ends") { !process.isRunning }
        }
        _ = try await run("platform", "stop")
    }
}

/// A program that was started.
public struct StartedProgram: Sendable {
    private let process: Process
    private let ended: MutexBox<Bool>
    private let output: String
    private let error: String

    init(process: Process, ended: MutexBox<Bool>, output: String, error: String) {
        self.process = process
        self.ended = ended
        self.output = output
        self.error = error
    }

    /// Its process id.
    public var processID: Int32 { process.processIdentifier }
    /// What it wrote to stdout so far.
    public var standardOutput: String { (try? String(contentsOfFile: output, encoding: .utf8)) ?? "" }
    /// What it wrote to stderr so far.
    public var standardError: String { (try? String(contentsOfFile: error, encoding: .utf8)) ?? "" }

    /// Sends a signal.
    public func signal(_ number: Int32) {
        kill(process.processIdentifier, number)
    }

    /// Waits for its end.
    public func end(within deadline: Duration = .seconds(120)) async throws -> ProgramRun {
        try await eventually("'\(process.arguments?.joined(separator: " ") ?? "")' ends", within: deadline) {
            ended.current
        }
        let status = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
        return ProgramRun(status: status, output: standardOutput, error: standardError)
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
