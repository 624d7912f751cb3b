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
    /// A flag, value or field of a request is not valid.
    public static let invalidArgument: ErrorCode = "invalid_argument"
    /// Function.yaml has faults.
    public static let manifestInvalid: ErrorCode = "manifest_invalid"
    /// No function.yaml in this folder or above it.
    public static let manifestNotFound: ErrorCode = "manifest_not_found"
    /// The project folder cannot be deployed as it is.
    public static let projectInvalid: ErrorCode = "project_invalid"
    /// No template of that language and type.
    public static let templateNotFound: ErrorCode = "template_not_found"
    /// A template's own description or placeholders are wrong.
    public static let templateInvalid: ErrorCode = "template_invalid"
    /// A request case of a project is malformed.
    public static let caseInvalid: ErrorCode = "case_invalid"
    /// Tests of a project failed.
    public static let testsFailed: ErrorCode = "tests_failed"
    /// A setting or the configuration file is not valid.
    public static let configInvalid: ErrorCode = "config_invalid"
    /// The source exceeds the size limit.
    public static let sourceTooLarge: ErrorCode = "source_too_large"
    /// A source archive is damaged or holds what is not allowed.
    public static let archiveInvalid: ErrorCode = "archive_invalid"
    /// A variable cannot be resolved or may not be set.
    public static let environmentInvalid: ErrorCode = "environment_invalid"
    /// A function cannot be renamed.
    public static let nameImmutable: ErrorCode = "name_immutable"

    // State
    /// No function of that name in the project.
    public static let functionNotFound: ErrorCode = "function_not_found"
    /// No such version of the function.
    public static let versionNotFound: ErrorCode = "version_not_found"
    /// No such project on the server.
    public static let projectNotFound: ErrorCode = "project_not_found"
    /// No such invocation, or it is too old to be kept.
    public static let invocationNotFound: ErrorCode = "invocation_not_found"
    /// The function has no such trigger.
    public static let triggerNotFound: ErrorCode = "trigger_not_found"
    /// The project has no such secret.
    public static let secretNotFound: ErrorCode = "secret_not_found"
    /// The key that secrets are encrypted with is missing, damaged or open to others.
    public static let secretKeyInvalid: ErrorCode = "secret_key_invalid"
    /// The server does not have the source that a deploy names.
    public static let sourceNotFound: ErrorCode = "source_not_found"
    /// No context of that name.
    public static let contextNotFound: ErrorCode = "context_not_found"
    /// What was asked for is not there.
    public static let notFound: ErrorCode = "not_found"
    /// The present state does not allow the change.
    public static let conflict: ErrorCode = "conflict"
    /// Something of that name is there already.
    public static let alreadyExists: ErrorCode = "already_exists"
    /// What a request changes is not any more as its sender saw it.
    public static let preconditionFailed: ErrorCode = "precondition_failed"
    /// An idempotency key came with another request before.
    public static let idempotencyKeyReused: ErrorCode = "idempotency_key_reused"
    /// Another version became active meanwhile.
    public static let versionConflict: ErrorCode = "version_conflict"
    /// The folder has files already.
    public static let directoryNotEmpty: ErrorCode = "directory_not_empty"

    // Access
    /// The server does not accept the credentials.
    public static let unauthenticated: ErrorCode = "unauthenticated"
    /// The credentials do not allow this.
    public static let forbidden: ErrorCode = "forbidden"

    // Deploying and running
    /// The build ended with an error.
    public static let buildFailed: ErrorCode = "build_failed"
    /// The build did not end in time and was stopped.
    public static let buildTimedOut: ErrorCode = "build_timed_out"
    /// The version was built, but no instance of it became ready.
    public static let readinessFailed: ErrorCode = "readiness_failed"
    /// A language's tools are not installed.
    public static let toolchainMissing: ErrorCode = "toolchain_missing"
    /// No such runtime, or none that this server runs.
    public static let runtimeUnknown: ErrorCode = "runtime_unknown"
    /// A new version showed itself to be bad, and its traffic went back.
    public static let rolloutAborted: ErrorCode = "rollout_aborted"
    /// A call did not lead to an answer.
    public static let invocationFailed: ErrorCode = "invocation_failed"
    /// The function answered with an error status.
    public static let functionFailed: ErrorCode = "function_failed"
    /// Accepted, and not finished yet.
    public static let stillPending: ErrorCode = "still_pending"
    /// The disk is full.
    public static let noSpace: ErrorCode = "no_space"
    /// Too many requests wait already.
    public static let overloaded: ErrorCode = "overloaded"

    // Transport and platform
    /// No connection to the server.
    public static let unreachable: ErrorCode = "unreachable"
    /// It took longer than allowed.
    public static let timedOut: ErrorCode = "timed_out"
    /// The server asks for fewer requests.
    public static let rateLimited: ErrorCode = "rate_limited"
    /// The answer is not what a Function API sends.
    public static let protocolError: ErrorCode = "protocol_error"
    /// The server failed.
    public static let serverError: ErrorCode = "server_error"
    /// This server cannot do that.
    public static let unsupported: ErrorCode = "unsupported"
    /// A system library is not installed.
    public static let libraryMissing: ErrorCode = "library_missing"
    /// The local platform does not run.
    public static let platformNotRunning: ErrorCode = "platform_not_running"
    /// Another platform uses the same data folder.
    public static let platformAlreadyRunning: ErrorCode = "platform_already_running"
    /// The local platform did not start.
    public static let platformStartFailed: ErrorCode = "platform_start_failed"
    /// Another program listens on the port.
    public static let portInUse: ErrorCode = "port_in_use"
    /// The platform's database cannot be read; it was left as it is.
    public static let databaseCorrupt: ErrorCode = "database_corrupt"
    /// A Git operation failed.
    public static let gitFailed: ErrorCode = "git_failed"
    /// A file or folder cannot be read or written.
    public static let fileSystem: ErrorCode = "file_system"
    /// The command was interrupted.
    public static let interrupted: ErrorCode = "interrupted"
    /// The question was not answered with yes.
    public static let cancelled: ErrorCode = "cancelled"
    /// A fault of this program.
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
