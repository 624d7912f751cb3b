import CProcess
import Foundation
import FuncKit

/// Starts the platform in a process of its own that outlives this one.
public struct PlatformLauncher: Sendable {
    /// The program.
    public var executable: String
    /// The arguments that make it serve.
    public var arguments: [String]
    /// Variables of the new process.
    public var environment: [String: String]
    /// File that gets all it writes.
    public var logFile: String
    /// Longest wait until it is ready.
    public var timeout: Duration

    /// Describes what to start.
    public init(
        executable: String,
        arguments: [String],
        environment: [String: String],
        logFile: String,
        timeout: Duration = .seconds(30)
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.logFile = logFile
        self.timeout = timeout
    }

    /// Starts the process and waits until `descriptor` finds a platform that is ready; it reads
    /// `run/platform.json` and gives nil while there is none.
    /// - Throws: the error that the new process ended with, `platform_start_failed`, or `timed_out`.
    public func start(
        untilReady descriptor: @Sendable () throws -> LocalPlatformDescriptor?
    ) async throws -> LocalPlatformDescriptor {
        let processID = try spawn()
        let end = ContinuousClock.now + timeout
        while true {
            if let ready = try descriptor() { return ready }
            if hasEnded(processID) {
                // Another command may have started a platform at the same time: then that one is used.
                if let ready = try descriptor() { return ready }
                throw reason()
            }
            guard ContinuousClock.now < end else {
                kill(processID, SIGTERM)
                throw FuncError(
                    .timedOut,
                    "the local platform was not ready within \(timeout.components.seconds) s",
                    hint: "see '\(logFile)'"
                )
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func hasEnded(_ processID: pid_t) -> Bool {
        var status: Int32 = 0
        return waitpid(processID, &status, WNOHANG) != 0
    }

    /// The platform ends with its error as a JSON object on the last line it writes.
    private func reason() -> FuncError {
        let lines =
            (try? String(contentsOfFile: logFile, encoding: .utf8))?.split(separator: "\n").map(String.init) ?? []
        if let last = lines.last, let document = try? JSONDecoder().decode(Failure.self, from: Data(last.utf8)) {
            return FuncError(
                ErrorCode(rawValue: document.error.code),
                document.error.message,
                hint: document.error.hint
            )
        }
        return FuncError(
            .platformStartFailed,
            "the local platform ended before it was ready",
            hint: "see '\(logFile)'",
            details: Array(lines.suffix(10))
        )
    }

    private struct Failure: Decodable {
        struct Body: Decodable {
            let code: String
            let message: String
            let hint: String?
        }

        let error: Body
    }

    /// Starts the process in a session of its own, with no stream of the terminal and no open file of this process.
    private func spawn() throws -> pid_t {
        var processID: pid_t = 0
        let status = CTexts.with([executable] + arguments) { arguments in
            CTexts.with(environment) { environment in
                hks_spawn_detached(executable, arguments, environment, logFile, &processID)
            }
        }
        guard status == 0 else {
            throw FuncError(
                .platformStartFailed,
                "cannot start '\(executable)'",
                cause: String(cString: strerror(status))
            )
        }
        return processID
    }
}
