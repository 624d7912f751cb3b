import FuncKit

/// The exit statuses of the program; scripts rely on them.
enum ExitStatus: Int32, CaseIterable, Sendable {
    case success = 0
    case failed = 1
    case usage = 2
    case invalidProject = 3
    case notAllowed = 4
    case notFound = 5
    case conflict = 6
    case timedOut = 7
    case pending = 8
    case unreachable = 9
    case testsFailed = 10
    case toolMissing = 11
    case buildFailed = 12
    case functionFailed = 13
    case interrupted = 130
    case terminated = 143

    /// What the status means, as README, help and man show it.
    var meaning: String {
        switch self {
        case .success: "done, also where there was nothing to do"
        case .failed: "the operation failed"
        case .usage: "usage: a flag, value or argument is wrong"
        case .invalidProject: "manifest or project invalid"
        case .notAllowed: "not authenticated or not allowed"
        case .notFound: "not found"
        case .conflict: "conflict, already exists, or changed meanwhile"
        case .timedOut: "timed out"
        case .pending: "accepted, still pending"
        case .unreachable: "service unreachable, safe to retry"
        case .testsFailed: "tests, contract or budget failed"
        case .toolMissing: "a tool or runtime is missing"
        case .buildFailed: "build failed"
        case .functionFailed: "the function itself failed"
        case .interrupted: "interrupted (Ctrl-C)"
        case .terminated: "terminated"
        }
    }

    /// The status that stands for an error.
    init(_ code: ErrorCode) {
        self = Self.byCode[code] ?? .failed
    }

    private static let byCode: [ErrorCode: ExitStatus] = [
        .invalidArgument: .usage,
        .manifestInvalid: .invalidProject,
        .manifestNotFound: .invalidProject,
        .projectInvalid: .invalidProject,
        .templateInvalid: .invalidProject,
        .caseInvalid: .invalidProject,
        .configInvalid: .invalidProject,
        .environmentInvalid: .invalidProject,
        .sourceTooLarge: .invalidProject,
        .archiveInvalid: .invalidProject,
        .runtimeUnknown: .invalidProject,
        .unauthenticated: .notAllowed,
        .forbidden: .notAllowed,
        .functionNotFound: .notFound,
        .versionNotFound: .notFound,
        .projectNotFound: .notFound,
        .invocationNotFound: .notFound,
        .triggerNotFound: .notFound,
        .secretNotFound: .notFound,
        .sourceNotFound: .notFound,
        .contextNotFound: .notFound,
        .templateNotFound: .notFound,
        .notFound: .notFound,
        .conflict: .conflict,
        .alreadyExists: .conflict,
        .versionConflict: .conflict,
        .preconditionFailed: .conflict,
        .idempotencyKeyReused: .conflict,
        .directoryNotEmpty: .conflict,
        .nameImmutable: .conflict,
        .platformAlreadyRunning: .conflict,
        .timedOut: .timedOut,
        .stillPending: .pending,
        .unreachable: .unreachable,
        .rateLimited: .unreachable,
        .overloaded: .unreachable,
        .platformNotRunning: .unreachable,
        .testsFailed: .testsFailed,
        .toolchainMissing: .toolMissing,
        .libraryMissing: .toolMissing,
        .buildFailed: .buildFailed,
        .buildTimedOut: .buildFailed,
        .functionFailed: .functionFailed,
        .interrupted: .interrupted,
    ]
}

extension ExitStatus {
    /// The section that help and the man page end with.
    static var table: String {
        let rows = allCases.map { status in
            let number = String(status.rawValue)
            return "  " + String(repeating: " ", count: 3 - number.count) + number + "  " + status.meaning
        }
        return (["EXIT STATUS"] + rows).joined(separator: "\n")
    }
}
