import FuncPlatform
import Testing

@Suite struct InstanceStateTests {
    /// Every transition there is; all other pairs lead nowhere.
    private static let table: [InstanceState: [InstanceEvent: InstanceState]] = [
        .pending: [.spawned: .starting, .stopRequested: .draining, .ended: .failed],
        .starting: [.becameReady: .ready, .stopRequested: .draining, .ended: .failed],
        .ready: [.callBegan: .busy, .stopRequested: .draining, .ended: .failed],
        .busy: [.callsEnded: .ready, .stopRequested: .draining, .ended: .failed],
        .draining: [.ended: .stopped],
        .stopped: [:],
        .failed: [:],
    ]

    @Test(arguments: InstanceState.allCases, InstanceEvent.allCases)
    func `follows the table`(state: InstanceState, event: InstanceEvent) throws {
        #expect(state.after(event) == (try #require(Self.table[state]))[event])
    }

    @Test(arguments: InstanceState.allCases)
    func `nothing happens after a final state`(state: InstanceState) {
        #expect(state.isFinal == InstanceEvent.allCases.allSatisfy { state.after($0) == nil })
    }
}
