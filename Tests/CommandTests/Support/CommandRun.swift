import Foundation
import FuncKit
import TestSupport

@testable import hks_func

/// What a command in the test process wrote and how it ended.
struct CommandRun {
    let status: Int32
    let output: String
    let error: String

    /// The output as JSON.
    func json() throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(output.utf8))
    }

    /// The error object on stderr.
    func errorCode() throws -> String? {
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(error.utf8))
        return value["error"]?["code"]?.string
    }
}

extension JSONValue {
    subscript(key: String) -> JSONValue? {
        if case .object(let fields) = self { fields[key] } else { nil }
    }

    subscript(index: Int) -> JSONValue? {
        if case .array(let values) = self, values.indices.contains(index) { values[index] } else { nil }
    }

    var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    var integer: Int? {
        if case .integer(let number) = self { number } else { nil }
    }

    var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    var count: Int? {
        switch self {
        case .array(let values): values.count
        case .object(let fields): fields.count
        default: nil
        }
    }
}

/// A place to run commands in: nothing outside of it is reached unless a test puts it there.
struct CommandWorld {
    var service: (any FunctionService)?
    var platform: any PlatformControl = UnmockedPlatform()
    /// Whether requests may be sent to the servers of contexts, which are ones of the test.
    var reachesServers = false
    var openBrowser: @Sendable (String) throws -> Void = { _ in
        throw FuncError(.internalError, "unmocked: openBrowser")
    }
    /// What `doctor` finds; the argument tells whether it may repair.
    var examine: @Sendable (Bool) async throws -> [DoctorFinding] = { _ in
        throw FuncError(.internalError, "unmocked: examine")
    }
    var environment: [String: String] = [:]
    var workingFolder = "/nowhere"
    var terminal = TerminalInfo()
    var input: Data?
    var answers: [String] = []
    var outputIsClosed = false
    /// 2026-03-01T12:00:00Z
    var now = Date(timeIntervalSince1970: 1_772_366_400)

    /// Runs one command line.
    func run(_ arguments: String...) async -> CommandRun {
        await run(arguments)
    }

    /// Runs one command line.
    func run(_ arguments: [String]) async -> CommandRun {
        let output = MemoryStream(isClosed: outputIsClosed)
        let error = MemoryStream()
        let answers = Answers(answers)
        let world = self
        let runner = CommandRunner(
            streams: Console.Streams(
                output: output,
                error: error,
                readLine: { answers.next() },
                readHidden: { answers.next() }
            ),
            terminal: terminal,
            environment: environment,
            makeContext: { world.context($0) }
        )
        let status = await runner.run(arguments)
        return CommandRun(status: status, output: output.text, error: error.text)
    }

    /// The context of a command whose output goes to `console`.
    func context(_ console: Console) -> CommandContext {
        let (service, input, now, reachesServers) = (service, input, now, reachesServers)
        let connector = ServiceConnector(
            environment: environment,
            directories: BaseDirectories(environment: environment, home: workingFolder),
            console: console,
            platform: LocalPlatform(
                configure: LocalPlatform.Configure(
                    environment: environment,
                    home: workingFolder,
                    executablePath: "/nowhere/hks-func"
                )
            )
        )
        return CommandContext(
            console: console,
            environment: environment,
            workingFolder: workingFolder,
            homeFolder: workingFolder,
            executablePath: "/nowhere/hks-func",
            now: { now },
            readInput: { input },
            openService: { _ in
                guard let service else { throw FuncError(.internalError, "unmocked: service") }
                return service
            },
            connect: { selection in
                guard reachesServers else { throw FuncError(.internalError, "unmocked: connect") }
                return try await connector.connection(selection)
            },
            makeHTTP: {
                guard reachesServers else { throw FuncError(.internalError, "unmocked: makeHTTP") }
                return try connector.http()
            },
            openBrowser: openBrowser,
            platform: platform,
            examine: examine
        )
    }
}

/// Lines that a person would type.
private final class Answers: Sendable {
    private let lines: MutexBox<[String]>

    init(_ lines: [String]) {
        self.lines = MutexBox(lines)
    }

    func next() -> String? {
        lines.mutate { $0.isEmpty ? nil : $0.removeFirst() }
    }
}

/// Fails every call, so that a test that reaches the platform by mistake says so.
struct UnmockedPlatform: PlatformControl {
    private static let failure = FuncError(.internalError, "unmocked: platform")

    func status(_ options: PlatformOptions) async throws -> PlatformStatus { throw Self.failure }
    func start(_ options: PlatformOptions) async throws -> PlatformStatus { throw Self.failure }
    func stop(_ options: PlatformOptions) async throws -> Bool { throw Self.failure }
    func reset(_ options: PlatformOptions) async throws -> String { throw Self.failure }
    func serve(_ options: PlatformOptions, onReady: @escaping @Sendable (PlatformStatus) -> Void) async throws {
        throw Self.failure
    }
}
