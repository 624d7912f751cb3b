/// What a run of tests found.
public struct TestReport: Hashable, Sendable {
    /// What was tested how.
    public enum Kind: String, Hashable, Sendable, Encodable, CaseIterable {
        /// The project's own tests, by its language's runner.
        case unit
        /// Requests with the answers that are expected, from `tests/cases`.
        case cases = "case"
        /// The demands of the runtime contract.
        case contract
    }

    /// How one test ended.
    public enum Outcome: String, Hashable, Sendable, Encodable {
        /// All was as expected.
        case passed
        /// Something was not.
        case failed
        /// It was left out, for a reason.
        case skipped
        /// It could not be run to its end: what it tests is not known to be wrong, and not known to be right.
        case error
    }

    /// How many tests a runner counted, where it does not name them.
    public struct Counts: Hashable, Sendable, Encodable {
        /// As expected.
        public var passed = 0
        /// Not as expected.
        public var failed = 0
        /// Left out.
        public var skipped = 0

        /// Counts tests.
        public init(passed: Int = 0, failed: Int = 0, skipped: Int = 0) {
            self.passed = passed
            self.failed = failed
            self.skipped = skipped
        }

        /// Both together.
        static func + (first: Counts, second: Counts) -> Counts {
            Counts(
                passed: first.passed + second.passed,
                failed: first.failed + second.failed,
                skipped: first.skipped + second.skipped
            )
        }
    }

    /// One thing that was not as expected.
    public struct Failure: Hashable, Sendable {
        /// All of it in one sentence, or as many lines as the runner has.
        public var message: String
        /// What differs, such as `body.items[0].id`; nil where it is no difference of two values.
        public var path: String?
        /// What was expected there.
        public var expected: String?
        /// What was found there; nil where nothing was.
        public var actual: String?

        /// Describes a failure in words.
        public init(_ message: String) {
            self.message = message
        }

        /// Describes a difference of two values.
        public init(_ message: String, path: String, expected: String, actual: String?) {
            self.message = message
            self.path = path
            self.expected = expected
            self.actual = actual
        }
    }

    /// One test, or one run of a runner that does not name its tests.
    public struct Entry: Hashable, Sendable {
        /// How it was tested.
        public var kind: Kind
        /// What a person calls it.
        public var name: String
        /// The file it comes from, relative to the project, where that is known.
        public var file: String?
        /// How it ended.
        public var outcome: Outcome
        /// How long it took in milliseconds; nil where its runner does not say.
        public var durationMilliseconds: Int?
        /// What was not as expected.
        public var failures: [Failure]
        /// Why it was skipped.
        public var reason: String?
        /// How many tests it stands for, where it is a whole run.
        public var counts: Counts?

        /// Describes a result; by default it failed where there are failures.
        public init(
            kind: Kind,
            name: String,
            file: String? = nil,
            outcome: Outcome? = nil,
            durationMilliseconds: Int?,
            failures: [Failure] = [],
            reason: String? = nil,
            counts: Counts? = nil
        ) {
            self.kind = kind
            self.name = name
            self.file = file
            self.outcome = outcome ?? (failures.isEmpty ? .passed : .failed)
            self.durationMilliseconds = durationMilliseconds
            self.failures = failures
            self.reason = reason
            self.counts = counts
        }

        /// Whether nothing is wrong, as far as is known.
        public var passed: Bool { outcome == .passed || outcome == .skipped }

        /// What it counts as.
        var tally: Counts {
            if let counts { return counts }
            switch outcome {
            case .passed: return Counts(passed: 1)
            case .failed, .error: return Counts(failed: 1)
            case .skipped: return Counts(skipped: 1)
            }
        }
    }

    /// All results, in the order in which they are told.
    public var entries: [Entry]

    /// Holds results.
    public init(_ entries: [Entry] = []) {
        self.entries = entries
    }

    /// The numbers of one kind, or of all.
    public func counts(of kind: Kind? = nil) -> Counts {
        entries.filter { kind == nil || $0.kind == kind }.reduce(Counts()) { $0 + $1.tally }
    }

    /// How many were as expected.
    public var passed: Int { counts().passed }
    /// How many were not, or could not be run.
    public var failed: Int { counts().failed }
    /// How many were left out.
    public var skipped: Int { counts().skipped }
}

extension TestReport.Entry: Encodable {
    private enum CodingKeys: String, CodingKey {
        case kind, name, file, passed, outcome, failures, differences, reason, counts
        case durationMilliseconds = "duration_ms"
    }

    /// Writes `failures` as sentences and, where values differ, `differences` with both.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        try container.encode(name, forKey: .name)
        try container.encodeIfPresent(file, forKey: .file)
        try container.encode(passed, forKey: .passed)
        try container.encode(outcome, forKey: .outcome)
        try container.encodeIfPresent(durationMilliseconds, forKey: .durationMilliseconds)
        try container.encode(failures.map(\.message), forKey: .failures)
        let differences = failures.compactMap(Difference.init)
        if !differences.isEmpty { try container.encode(differences, forKey: .differences) }
        try container.encodeIfPresent(reason, forKey: .reason)
        try container.encodeIfPresent(counts, forKey: .counts)
    }

    private struct Difference: Encodable {
        var path: String
        var expected: String?
        var actual: String?

        init?(_ failure: TestReport.Failure) {
            guard let path = failure.path else { return nil }
            self.path = path
            expected = failure.expected
            actual = failure.actual
        }
    }
}
