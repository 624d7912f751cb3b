/// What a run of tests found.
public struct TestReport: Hashable, Sendable, Encodable {
    /// What was tested how.
    public enum Kind: String, Hashable, Sendable, Encodable, CaseIterable {
        /// The project's own tests, by its language's runner.
        case unit
        /// Requests with the answers that are expected, from `tests/cases`.
        case cases = "case"
    }

    /// One test, or one run of a language's runner.
    public struct Entry: Hashable, Sendable, Encodable {
        /// How it was tested.
        public var kind: Kind
        /// What a person calls it.
        public var name: String
        /// The file it comes from, relative to the project; nil for runners.
        public var file: String?
        /// Whether all was as expected.
        public var passed: Bool
        /// How long it took, in milliseconds.
        public var durationMilliseconds: Int
        /// What was not as expected, one line each.
        public var failures: [String]

        /// Describes a result.
        public init(
            kind: Kind,
            name: String,
            file: String? = nil,
            durationMilliseconds: Int,
            failures: [String] = []
        ) {
            self.kind = kind
            self.name = name
            self.file = file
            self.passed = failures.isEmpty
            self.durationMilliseconds = durationMilliseconds
            self.failures = failures
        }

        private enum CodingKeys: String, CodingKey {
            case kind, name, file, passed, failures
            case durationMilliseconds = "duration_ms"
        }
    }

    /// All results, in the order in which they came.
    public var entries: [Entry]

    /// Holds results.
    public init(_ entries: [Entry] = []) {
        self.entries = entries
    }

    /// How many were as expected.
    public var passed: Int { entries.count(where: \.passed) }
    /// How many were not.
    public var failed: Int { entries.count - passed }
}
