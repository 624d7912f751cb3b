import CProcess
import Dispatch
import Foundation
import Synchronization

/// Forks every child from one thread that never ends.
///
/// The kernel sends a child its parent-death signal when the *thread* that forked it ends; a thread of a pool may end at any time.
final class ChildProcessSpawner: Sendable {
    static let shared = ChildProcessSpawner()

    private let jobs = Mutex<[@Sendable () -> Void]>([])
    private let available = DispatchSemaphore(value: 0)

    private init() {
        Thread.detachNewThread { [self] in
            while true {
                available.wait()
                let job = jobs.withLock { $0.removeFirst() }
                job()
            }
        }
    }

    /// Runs `body` on the thread.
    func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            jobs.withLock { $0.append { continuation.resume(with: .init(catching: body)) } }
            available.signal()
        }
    }

    /// Forks, calls `beforeExec` while the child waits, and lets it go. Blocks until the program runs.
    ///
    /// Where `beforeExec` throws, the program never runs.
    /// - Throws: ``ChildProcessStartError``, or what `beforeExec` throws.
    static func spawn(
        _ options: ChildProcessOptions,
        outputDescriptor: Int32,
        errorDescriptor: Int32,
        beforeExec: (Int32) throws -> Void
    ) throws -> Int32 {
        var child = try begin(options, outputDescriptor: outputDescriptor, errorDescriptor: errorDescriptor)
        do {
            try beforeExec(child.pid)
        } catch {
            hks_spawn_abandon(&child)
            reap(child.pid)
            throw error
        }
        var step = HKS_SPAWN_STEP_NONE
        let error = hks_spawn_release(&child, &step)
        guard error == 0 else {
            reap(child.pid)
            throw ChildProcessStartError(executable: options.executable, step: name(of: step), errorNumber: error)
        }
        return child.pid
    }

    private static func begin(
        _ options: ChildProcessOptions,
        outputDescriptor: Int32,
        errorDescriptor: Int32
    ) throws -> hks_pending_child {
        func failure(_ step: String, _ number: Int32) -> ChildProcessStartError {
            ChildProcessStartError(executable: options.executable, step: step, errorNumber: number)
        }
        let found = ChildProcessExecutable.find(options.executable, searchPath: options.environment["PATH"])
        guard let executable = found else { throw failure("exec", ENOENT) }
        let arguments = [options.executable] + options.arguments
        let environment = options.environment.map { "\($0)=\($1)" }
        guard (arguments + environment + [options.workingFolder]).allSatisfy({ !$0.utf8.contains(0) }) else {
            throw failure("zero byte in an argument or a variable", EINVAL)
        }
        var child = hks_pending_child()
        let error = withCStrings([executable, options.workingFolder], arguments, environment) {
            var native = hks_spawn_options(
                executable: $0[0],
                arguments: $1,
                environment: $2,
                working_folder: $0[1],
                output_fd: outputDescriptor,
                error_fd: errorDescriptor,
                max_open_files: UInt64(options.maxOpenFiles ?? 0),
                max_processes: UInt64(options.maxProcesses ?? 0),
                max_file_bytes: UInt64(options.maxFileBytes ?? 0)
            )
            return hks_spawn_begin(&native, &child)
        }
        guard error == 0 else { throw failure("fork", error) }
        return child
    }

    private static func reap(_ processID: Int32) {
        while waitpid(processID, nil, 0) < 0, errno == EINTR {}
    }

    private static func name(of step: hks_spawn_step) -> String {
        switch step {
        case HKS_SPAWN_STEP_SESSION: "new session"
        case HKS_SPAWN_STEP_FOLDER: "working folder"
        case HKS_SPAWN_STEP_STREAMS: "standard streams"
        case HKS_SPAWN_STEP_LIMITS: "limits"
        default: "exec"
        }
    }
}

private typealias CStringArray = UnsafePointer<UnsafeMutablePointer<CChar>?>

/// Lends three lists as NULL-terminated arrays of C strings.
private func withCStrings<Result>(
    _ first: [String],
    _ second: [String],
    _ third: [String],
    _ body: (CStringArray, CStringArray, CStringArray) -> Result
) -> Result {
    let lists = [first, second, third].map { $0.map { strdup($0) } + [nil] }
    defer { lists.joined().forEach { free($0) } }
    return body(lists[0], lists[1], lists[2])
}
