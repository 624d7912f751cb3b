import FuncKit

/// What `hks-func test` is asked for.
struct TestPlan: Sendable {
    /// The kinds that were named; empty for all that there are.
    var named: Set<TestReport.Kind> = []
    /// Text that the names of the tests to run hold.
    var filter: String?
    /// Whether the runner of unit tests tells how much of the code they reached.
    var measuresCoverage = false
    /// Whether answers are written into the files of cases.
    var updatesCases = false
    /// How long unit tests, and each answer, may take; nil for the defaults.
    var timeout: Duration?

    /// Whether a kind is run.
    func runs(_ kind: TestReport.Kind) -> Bool { named.isEmpty || named.contains(kind) }

    /// Whether a name is one of those to run.
    func chooses(_ name: String) -> Bool { filter.map { name.contains($0) } ?? true }
}

/// What came of a plan.
struct TestOutcome: Sendable {
    var report = TestReport()
    /// Why a part of it could not be run.
    var failure: FuncError?
    /// What was written into the files of cases.
    var changes: [Change] = []

    /// One value of a case that was replaced.
    struct Change: Sendable, Encodable {
        var file: String
        var path: String
        var before: String
        var after: String
    }
}
