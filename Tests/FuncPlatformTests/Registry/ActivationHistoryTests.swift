import Testing

@testable import FuncPlatform

struct ActivationHistoryTests {
    private func history(_ steps: [(String, ActivationReason)]) -> ActivationHistory {
        ActivationHistory(steps.map { (versionID: $0.0, reason: $0.1) })
    }

    @Test func `nothing to go back to at first`() {
        #expect(history([]).target(from: nil) { _ in true } == nil)
        #expect(history([("1", .deployed)]).target(from: "1") { _ in true } == nil)
    }

    @Test func `one rollback after another walks further back`() {
        var history = history([("1", .deployed), ("2", .deployed), ("3", .deployed)])
        #expect(history.target(from: "3") { _ in true } == "2")
        history.record("2", reason: .rolledBack)
        #expect(history.target(from: "2") { _ in true } == "1")
        history.record("1", reason: .rolledBack)
        #expect(history.target(from: "1") { _ in true } == nil)
    }

    @Test func `a deploy after a rollback goes back to what was rolled back to`() {
        let history = history([("1", .deployed), ("2", .deployed), ("1", .rolledBack), ("3", .deployed)])
        #expect(history.target(from: "3") { _ in true } == "1")
    }

    @Test func `versions that are gone or failed are passed over`() {
        let history = history([("1", .deployed), ("2", .deployed), ("3", .deployed)])
        #expect(history.target(from: "3") { $0 != "2" } == "1")
        #expect(history.target(from: "3") { _ in false } == nil)
    }

    @Test func `an activation counts as going forward`() {
        let history = history([("1", .deployed), ("2", .deployed), ("1", .activated)])
        #expect(history.target(from: "1") { _ in true } == "2")
    }
}
