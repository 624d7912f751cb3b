/// What the contract's tests need to know of a language besides its probe.
struct LanguageCases: Sendable {
    /// A function that cannot work.
    struct Broken: Sendable {
        enum Phase { case building, loading }

        var handler: String
        /// The whole project, by relative path.
        var files: [String: String]
        /// When it shows. Interpreted languages are not built here, so that the host's own message is seen.
        var fails = Phase.loading
        /// Stands in the last log line, or in the build's error.
        var reason: String
        /// Stands somewhere above it.
        var trace: String?
    }

    /// A handler in a place or of a form that is not the usual one.
    struct Placed: Sendable {
        var handler: String
        /// The whole project, by relative path.
        var files: [String: String]
        /// The text that it answers.
        var answer: String
    }

    /// What the log of a failure names of the user's code.
    var failureMark: String
    /// Names of malformed requests that the language's HTTP library serves, where the RFC leaves it the choice.
    var serves: Set<String> = []
    var broken: [Broken]
    var placed: [Placed]
}
