/// What an error code means and what helps, for `hks-func explain` and the documentation.
public struct ErrorExplanation: Hashable, Sendable {
    /// The code.
    public let code: ErrorCode
    /// What happened.
    public let meaning: String
    /// What to do about it.
    public let remedy: String

    private init(_ code: ErrorCode, _ meaning: String, _ remedy: String) {
        self.code = code
        self.meaning = meaning
        self.remedy = remedy
    }

    /// Every code that this build knows, by name.
    public static let all: [ErrorExplanation] = (input + state + access + running + transport).sorted {
        $0.code.rawValue < $1.code.rawValue
    }

    private static let input: [ErrorExplanation] = [
        .init(
            .invalidArgument,
            "a flag, value or field of a request is not valid",
            "correct the value that the message names"
        ),
        .init(.manifestInvalid, "function.yaml has faults", "run 'hks-func validate' and correct each place it names"),
        .init(
            .manifestNotFound,
            "no function.yaml in this folder or above it",
            "change into a project, or run 'hks-func init'"
        ),
        .init(.projectInvalid, "the project folder cannot be deployed as it is", "correct what the message names"),
        .init(.templateNotFound, "no template of that language and type", "run 'hks-func init --list' to see them"),
        .init(
            .templateInvalid,
            "a template's own description or placeholders are wrong",
            "correct the template at the place named"
        ),
        .init(
            .caseInvalid,
            "a file below tests/cases does not describe a request and its answer",
            "correct it at the place named"
        ),
        .init(
            .testsFailed,
            "unit tests or request cases of the project failed",
            "read the failures above; 'hks-func test --cases' and '--unit' run one kind alone"
        ),
        .init(
            .configInvalid,
            "a setting or the configuration file is not valid",
            "run 'hks-func config view', then 'hks-func config set'"
        ),
        .init(
            .environmentInvalid,
            "a variable cannot be resolved or may not be set",
            "set it, give it a default with ${env:NAME:-default}, or rename it"
        ),
        .init(
            .sourceTooLarge,
            "the source exceeds the size limit",
            "exclude files with .funcignore; 'hks-func build --list' shows what is packed"
        ),
        .init(
            .archiveInvalid,
            "a source archive is damaged or holds what is not allowed",
            "pack it again; names must stay inside the project"
        ),
        .init(
            .nameImmutable,
            "a function cannot be renamed",
            "deploy under the new name, then delete the old function"
        ),
        .init(.runtimeUnknown, "no such runtime, or none that this server runs", "use one that the message names"),
    ]

    private static let state: [ErrorExplanation] = [
        .init(
            .functionNotFound,
            "no function of that name in the project",
            "run 'hks-func list', or 'hks-func list -A' for all projects"
        ),
        .init(.versionNotFound, "no such version of the function", "run 'hks-func versions list NAME'"),
        .init(.projectNotFound, "no such project on the server", "check --project and 'hks-func context show'"),
        .init(
            .invocationNotFound,
            "no such invocation, or it is too old to be kept",
            "check the id that 'invoke --async' printed"
        ),
        .init(.triggerNotFound, "the function has no such trigger", "run 'hks-func triggers list' to see them"),
        .init(.secretNotFound, "the project has no such secret", "run 'hks-func secrets list' to see them"),
        .init(
            .secretKeyInvalid,
            "the key that secrets are encrypted with is missing, damaged or open to other users",
            "put the file keys/secrets.key back with mode 0600; without it, delete the secrets and set them anew"
        ),
        .init(
            .sourceNotFound,
            "the server does not have the source that a deploy names",
            "deploy again; the source is sent anew"
        ),
        .init(.contextNotFound, "no context of that name", "run 'hks-func context list'"),
        .init(.notFound, "what was asked for is not there", "check the name"),
        .init(
            .conflict,
            "the present state does not allow the change",
            "look at 'hks-func describe NAME' and try again"
        ),
        .init(
            .alreadyExists,
            "something of that name is there already",
            "choose another name, or update what is there"
        ),
        .init(
            .idempotencyKeyReused,
            "an Idempotency-Key came with another request before",
            "send a new key with each request that is not a repetition"
        ),
        .init(
            .preconditionFailed,
            "what a request changes is not any more as its sender saw it",
            "read it again and repeat the change"
        ),
        .init(
            .versionConflict,
            "another version became active meanwhile",
            "look at 'hks-func versions list NAME', then deploy again"
        ),
        .init(
            .directoryNotEmpty,
            "the folder has files already",
            "choose another folder, or pass --force to write beside them"
        ),
    ]

    private static let access: [ErrorExplanation] = [
        .init(.unauthenticated, "the server does not accept the credentials", "run 'hks-func login'"),
        .init(.forbidden, "the credentials do not allow this", "ask for the right, or use another context"),
    ]

    private static let running: [ErrorExplanation] = [
        .init(
            .buildFailed,
            "the build ended with an error",
            "read the last lines; 'hks-func logs NAME --build' shows all"
        ),
        .init(
            .buildTimedOut,
            "the build did not end in time and was stopped",
            "look for a step that waits for input or the network"
        ),
        .init(
            .readinessFailed,
            "the version was built, but no instance of it became ready",
            "read the last lines; the version before still serves"
        ),
        .init(.toolchainMissing, "a language's tools are not installed", "install the package that the message names"),
        .init(
            .rolloutAborted,
            "a new version met a condition of --abort-on, and its traffic went back to the versions before",
            "read its log with 'hks-func logs --version', correct it, and deploy again"
        ),
        .init(.invocationFailed, "a call did not lead to an answer", "look at 'hks-func logs NAME'"),
        .init(
            .functionFailed,
            "the function answered with an error status",
            "look at 'hks-func logs NAME --request ID'"
        ),
        .init(.stillPending, "accepted, and not finished yet", "look at 'hks-func describe NAME' later"),
        .init(.noSpace, "the disk is full", "free some space and try again; nothing was damaged"),
        .init(.overloaded, "too many requests wait already", "try again later, or raise maxScale"),
        .init(.interrupted, "the command was interrupted", "run it again"),
        .init(.cancelled, "the question was not answered with yes", "answer yes, or pass --yes"),
    ]

    private static let transport: [ErrorExplanation] = [
        .init(
            .unreachable,
            "no connection to the server",
            "check the network and 'hks-func context show'; it is safe to retry"
        ),
        .init(.timedOut, "it took longer than allowed", "try again, or raise --timeout"),
        .init(.rateLimited, "the server asks for fewer requests", "wait a while"),
        .init(
            .protocolError,
            "the answer is not what a Function API sends",
            "check the endpoint of the context; something else may answer there"
        ),
        .init(.serverError, "the server failed", "try again; quote the request id to whoever runs the server"),
        .init(.unsupported, "this server cannot do that", "use another way, or another context"),
        .init(.libraryMissing, "a system library is not installed", "install the package that the message names"),
        .init(.platformNotRunning, "the local platform does not run", "run 'hks-func platform start'"),
        .init(
            .platformAlreadyRunning,
            "another platform uses the same data folder",
            "use it, or stop it with 'hks-func platform stop'"
        ),
        .init(.platformStartFailed, "the local platform did not start", "read the message and the platform's log file"),
        .init(.portInUse, "another program listens on the port", "stop it, or choose another port with --port"),
        .init(
            .databaseCorrupt,
            "the platform's database cannot be read; it was left as it is",
            "copy the data folder away, then run 'hks-func platform reset'"
        ),
        .init(.gitFailed, "a Git operation failed", "check the address, the reference and your access"),
        .init(.fileSystem, "a file or folder cannot be read or written", "check the path and its permissions"),
        .init(.internalError, "a fault of this program", "run again with --verbose and report what it prints"),
    ]
}
