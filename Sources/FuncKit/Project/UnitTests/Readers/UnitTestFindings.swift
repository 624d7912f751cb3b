/// What a runner of unit tests told.
public struct UnitTestFindings: Hashable, Sendable {
    /// One test that it named.
    public struct Test: Hashable, Sendable {
        /// What the runner calls it.
        public var name: String
        /// How it ended.
        public var outcome: TestReport.Outcome
        /// How long it took, where the runner says so.
        public var milliseconds: Double?
        /// What the runner says about its failure, or why it was skipped.
        public var text = ""
    }

    /// How much is kept of what a runner says about one failure.
    static let textLimit = 8 * 1024
    /// How many tests are kept one by one; those beyond are counted.
    static let testLimit = 20_000

    /// The tests in their order.
    public private(set) var tests: [Test] = []
    /// Numbers of the tests that are not named.
    public var totals: TestReport.Counts?
    /// Whether the runner said that it could not build what it was to run.
    public var didNotBuild = false

    /// Whether it found any test at all.
    var isEmpty: Bool { tests.isEmpty && (totals.map { $0 == TestReport.Counts() } ?? true) }

    /// Takes a test that has ended.
    mutating func add(_ test: Test) {
        guard tests.count < Self.testLimit else {
            var counts = totals ?? TestReport.Counts()
            switch test.outcome {
            case .passed: counts.passed += 1
            case .failed, .error: counts.failed += 1
            case .skipped: counts.skipped += 1
            }
            totals = counts
            return
        }
        tests.append(test)
    }

    /// Puts a line to the failure text of a test, as long as there is room.
    mutating func append(_ line: String, toTestAt index: Int) {
        guard tests.indices.contains(index), tests[index].text.utf8.count + line.utf8.count < Self.textLimit else {
            return
        }
        tests[index].text += tests[index].text.isEmpty ? line : "\n" + line
    }
}

/// Reads what a runner writes, while it writes it.
protocol UnitTestReader: Sendable {
    /// Takes the next line; gives what of it is for people.
    mutating func read(_ line: ChildOutputLine) -> [String]

    /// All that was told, once the runner has ended; `report` is the text of the file that it wrote its results to.
    mutating func finish(report: String?) -> UnitTestFindings
}

/// A step that tests nothing, such as a compiler's.
struct BuildStepReader: UnitTestReader {
    mutating func read(_ line: ChildOutputLine) -> [String] { [line.text] }
    mutating func finish(report: String?) -> UnitTestFindings { UnitTestFindings() }
}
