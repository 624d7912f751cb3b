import Testing

@testable import FuncPlatform

/// Every step from every phase.
struct DevelopPhaseTests {
    private static let table: [DevelopPhase: [DevelopStep: DevelopPhase]] = [
        .loading: [
            .changed: .loading, .buildStarted: .building, .unchanged: .ready, .failed: .failed, .vanished: .missing,
        ],
        .building: [.changed: .loading, .built: .starting, .failed: .failed, .vanished: .missing],
        .starting: [.changed: .loading, .becameReady: .ready, .failed: .failed, .vanished: .missing],
        .ready: [.changed: .loading, .vanished: .missing],
        .failed: [.changed: .loading, .vanished: .missing],
        .missing: [.returned: .loading],
    ]

    @Test(arguments: DevelopPhase.allCases, DevelopStep.allCases)
    func `a step leads to the phase of the table, or means nothing`(phase: DevelopPhase, step: DevelopStep) {
        #expect(phase.after(step) == Self.table[phase]?[step])
    }
}
