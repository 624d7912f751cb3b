import CProcess
import Foundation
import Synchronization

/// A program that runs in this one's place for a while: it has the same standard streams, and gets the same signals.
public final class PassThroughProcess: Sendable {
    /// Its process id.
    public let processID: Int32
    private let isReaped = Mutex(false)

    private init(processID: Int32) {
        self.processID = processID
    }

    /// Finds the program that the first of `words` names.
    /// - Throws: `invalid_argument` where there is none.
    public static func find(_ words: [String], searchPath: String?) throws -> String {
        let name = words.first ?? ""
        guard let path = ChildProcessExecutable.find(name, searchPath: searchPath),
            FileManager.default.isExecutableFile(atPath: path)
        else {
            throw FuncError(.invalidArgument, "cannot run '\(name)': no such program is found on the search path")
        }
        return path
    }

    /// Starts a program with `words`, its own name the first of them.
    /// - Throws: `file_system` where it cannot be started.
    public static func start(
        _ executable: String,
        _ words: [String],
        environment: [String: String]
    ) throws -> PassThroughProcess {
        var processID: pid_t = 0
        let status = CTexts.with(words) { arguments in
            CTexts.with(environment) { environment in
                hks_spawn_passthrough(executable, arguments, environment, &processID)
            }
        }
        guard status == 0 else {
            throw FuncError(.fileSystem, "cannot run '\(executable)'", cause: String(cString: strerror(status)))
        }
        return PassThroughProcess(processID: processID)
    }

    /// Sends it a signal, unless it has ended.
    public func signal(_ number: Int32) {
        isReaped.withLock { isReaped in
            if !isReaped { kill(processID, number) }
        }
    }

    /// Waits for its end, whether the task is cancelled or not.
    /// - Throws: `overloaded` where there is no thread to wait on.
    public func exit() async throws -> ChildProcessExit {
        try await BlockingWork.run("wait for program") { [self] _ in
            var (status, number): (Int32, Int32) = (-1, -1)
            var info = siginfo_t()
            // Left as a zombie, so that its id stays taken until no signal can be sent any more.
            while waitid(P_PID, id_t(processID), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
            _ = hks_peek_exit(processID, &status, &number)
            isReaped.withLock { isReaped in
                isReaped = true
                waitpid(processID, nil, 0)
            }
            return number >= 0 ? .signal(number) : .status(status)
        }
    }
}
