import Foundation

/// A stable identifier of what went wrong, for scripts, exit statuses and `hks-func explain CODE`.
///
/// Codes are lower snake case and never change their meaning. A server may send codes that this build does not know.
public struct ErrorCode: RawRepresentable, Hashable, Sendable, Codable, ExpressibleByStringLiteral {
    /// The code as it stands in JSON.
    public let rawValue: String

    /// Takes any code, known or not.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Lets a code be written as a literal.
    public init(stringLiteral value: String) {
        rawValue = value
    }
}

extension ErrorCode {
    // Input
    public static let invalidArgument: ErrorCode = "invalid_argument"
    public static let manifestInvalid: ErrorCode = "manifest_invalid"
    public static let manifestNotFound: ErrorCode = "manifest_not_found"
    public static let projectInvalid: ErrorCode = "project_invalid"
    public static let templateNotFound: ErrorCode = "template_not_found"
    public static let templateInvalid: ErrorCode = "template_invalid"
    public static let configInvalid: ErrorCode = "config_invalid"
    public static let sourceTooLarge: ErrorCode = "source_too_large"
    public static let archiveInvalid: ErrorCode = "archive_invalid"
    public static let environmentInvalid: ErrorCode = "environment_invalid"
    public static let nameImmutable: ErrorCode = "name_immutable"

    // State
    public static let functionNotFound: ErrorCode = "function_not_found"
    public static let versionNotFound: ErrorCode = "version_not_found"
    public static let projectNotFound: ErrorCode = "project_not_found"
    public static let invocationNotFound: ErrorCode = "invocation_not_found"
    public static let sourceNotFound: ErrorCode = "source_not_found"
    public static let contextNotFound: ErrorCode = "context_not_found"
    public static let notFound: ErrorCode = "not_found"
    public static let conflict: ErrorCode = "conflict"
    public static let alreadyExists: ErrorCode = "already_exists"
    public static let versionConflict: ErrorCode = "version_conflict"
    public static let directoryNotEmpty: ErrorCode = "directory_not_empty"

    // Access
    public static let unauthenticated: ErrorCode = "unauthenticated"
    public static let forbidden: ErrorCode = "forbidden"

    // Deploying and running
    public static let buildFailed: ErrorCode = "build_failed"
    public static let buildTimedOut: ErrorCode = "build_timed_out"
    public static let readinessFailed: ErrorCode = "readiness_failed"
    public static let toolchainMissing: ErrorCode = "toolchain_missing"
    public static let runtimeUnknown: ErrorCode = "runtime_unknown"
    public static let invocationFailed: ErrorCode = "invocation_failed"
    public static let functionFailed: ErrorCode = "function_failed"
    public static let stillPending: ErrorCode = "still_pending"
    public static let noSpace: ErrorCode = "no_space"
    public static let overloaded: ErrorCode = "overloaded"

    // Transport and platform
    public static let unreachable: ErrorCode = "unreachable"
    public static let timedOut: ErrorCode = "timed_out"
    public static let rateLimited: ErrorCode = "rate_limited"
    public static let protocolError: ErrorCode = "protocol_error"
    public static let serverError: ErrorCode = "server_error"
    public static let unsupported: ErrorCode = "unsupported"
    public static let libraryMissing: ErrorCode = "library_missing"
    public static let platformNotRunning: ErrorCode = "platform_not_running"
    public static let platformAlreadyRunning: ErrorCode = "platform_already_running"
    public static let platformStartFailed: ErrorCode = "platform_start_failed"
    public static let portInUse: ErrorCode = "port_in_use"
    public static let databaseCorrupt: ErrorCode = "database_corrupt"
    public static let gitFailed: ErrorCode = "git_failed"
    public static let fileSystem: ErrorCode = "file_system"
    public static let interrupted: ErrorCode = "interrupted"
    public static let cancelled: ErrorCode = "cancelled"
    public static let internalError: ErrorCode = "internal_error"
}

/// A place in a text file, for messages of the form `file:line:column`.
public struct SourceLocation: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Path as the user would type it.
    public var file: String
    /// First line is 1.
    public var line: Int
    /// First column is 1, counted in characters.
    public var column: Int

    /// Names a place in `file`.
    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// The form compilers use: `file:line:column`.
    public var description: String { "\(file):\(line):\(column)" }
}

/// The one error type that leaves FuncKit: what failed, which value is at fault, and what to do next.
///
/// Messages start in lower case, have no full stop, and put user values in single quotes.
public struct FuncError: Error, Hashable, Sendable {
    /// What went wrong, for machines.
    public var code: ErrorCode
    /// What was attempted and which value is at fault, for people.
    public var message: String
    /// One command or one sentence that helps.
    public var hint: String?
    /// Where in a file, if the fault is in one.
    public var location: SourceLocation?
    /// Lower-level text (a C library's message, an HTTP status), shown with `--verbose`.
    public var cause: String?
    /// Identifier to quote to whoever runs the server.
    public var requestID: String?
    /// Further facts, such as the last log lines of a failed build.
    public var details: [String]
    /// The single failures where several were found in one run; empty otherwise.
    public var failures: [FuncError]

    /// Describes one failure.
    public init(
        _ code: ErrorCode,
        _ message: String,
        hint: String? = nil,
        location: SourceLocation? = nil,
        cause: String? = nil,
        requestID: String? = nil,
        details: [String] = [],
        failures: [FuncError] = []
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.location = location
        self.cause = cause
        self.requestID = requestID
        self.details = details
        self.failures = failures
    }
}

extension FuncError: CustomStringConvertible {
    /// Location and message, without the hint.
    public var description: String {
        guard let location else { return message }
        return "\(location): \(message)"
    }
}
