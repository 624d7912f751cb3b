import Foundation

/// What to start as a child process, and within which limits.
public struct ChildProcessOptions: Sendable, Hashable {
    /// A path, or a bare name that is looked up in the `PATH` of `environment`.
    public var executable: String
    /// Arguments without the program's name.
    public var arguments: [String]
    /// The whole environment; nothing is inherited.
    public var environment: [String: String]
    /// Folder in which the program starts.
    public var workingFolder: String
    /// Most open files; nil keeps the limit of this process.
    public var maxOpenFiles: Int?
    /// Most processes of the user; nil keeps the limit of this process.
    public var maxProcesses: Int?
    /// Largest file that it may write; nil keeps the limit of this process.
    public var maxFileBytes: Int?
    /// Longest output line; the rest of a longer one is cut.
    public var maxLineBytes: Int

    /// Describes a child.
    public init(
        executable: String,
        arguments: [String] = [],
        environment: [String: String],
        workingFolder: String,
        maxOpenFiles: Int? = nil,
        maxProcesses: Int? = nil,
        maxFileBytes: Int? = nil,
        maxLineBytes: Int = 64 << 10
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingFolder = workingFolder
        self.maxOpenFiles = maxOpenFiles
        self.maxProcesses = maxProcesses
        self.maxFileBytes = maxFileBytes
        self.maxLineBytes = maxLineBytes
    }
}

/// How a child process ended.
public enum ChildProcessExit: Sendable, Hashable, CustomStringConvertible {
    /// It exited by itself.
    case status(Int32)
    /// A signal ended it.
    case signal(Int32)

    /// Whether it exited with status 0.
    public var isSuccess: Bool { self == .status(0) }

    /// `status 1`, or `signal 9`.
    public var description: String {
        switch self {
        case .status(let status): "status \(status)"
        case .signal(let number): "signal \(number)"
        }
    }
}

/// Why a program could not be started.
public struct ChildProcessStartError: Error, Hashable, CustomStringConvertible {
    /// The program.
    public var executable: String
    /// What failed: `exec`, `chdir`, `fork` …
    public var step: String
    /// The system's error number.
    public var errorNumber: Int32

    /// `could not start 'python3': No such file or directory`.
    public var description: String {
        "could not start '\(executable)': \(String(cString: strerror(errorNumber)))"
            + (step == "exec" ? "" : " (\(step))")
    }
}

/// One line that a child wrote.
public struct ChildOutputLine: Sendable, Hashable {
    /// Where it was written.
    public enum Stream: Sendable, Hashable {
        case output, error
    }

    /// Where it was written.
    public var stream: Stream
    /// The line without its end; invalid UTF-8 is repaired, control characters stay.
    public var text: String
    /// Bytes that were cut off its end because the line was too long.
    public var cutBytes: Int

    /// Describes a line.
    public init(stream: Stream, text: String, cutBytes: Int = 0) {
        self.stream = stream
        self.text = text
        self.cutBytes = cutBytes
    }
}
