import Testing

@testable import FuncKit

@Suite struct ChangeSettlingTests {
    private let name = EntryName(Array("main.py".utf8))
    private var settling = ChangeSettling(
        WatchSettings(debounce: .milliseconds(25), longestDebounce: .milliseconds(500))
    )

    private mutating func note(_ kinds: FolderEvent.Kinds = [], at milliseconds: Int) {
        settling.note(TreeObserver.Sighting(names: [name], kinds: kinds), at: .milliseconds(milliseconds))
    }

    @Test mutating func `Files are examined once they rest, and no more after that`() {
        #expect(settling.due(at: .zero) == nil)
        note(at: 0)
        note(at: 20)
        #expect(settling.isWaiting)
        #expect(settling.due(at: .milliseconds(30)) == .milliseconds(45))
        #expect(settling.takeRested(at: .milliseconds(44)) == nil)
        let rested = settling.takeRested(at: .milliseconds(45))
        #expect(rested?.names == [name])
        #expect(rested?.since == .zero)
        #expect(!settling.isWaiting)
        #expect(settling.decide([:], since: .zero, at: .milliseconds(45)) == nil)
        #expect(settling.decide([name: .source], since: .zero, at: .milliseconds(45)) == .report([name: .source]))
    }

    @Test mutating func `A file that is open for writing is waited for until it is closed or gone`() {
        note(.written, at: 0)
        #expect(settling.due(at: .zero) == .milliseconds(500))
        note(.closed, at: 100)
        #expect(settling.due(at: .milliseconds(100)) == .milliseconds(125))
        note(.written, at: 110)
        note(.removed, at: 120)
        #expect(settling.due(at: .milliseconds(120)) == .milliseconds(145))
    }

    @Test mutating func `What is seen while files are examined counts for the next time`() {
        note(at: 0)
        #expect(settling.takeRested(at: .milliseconds(25))?.names == [name])
        note(at: 26)
        #expect(settling.decide([name: .source], since: .zero, at: .milliseconds(27)) == .report([name: .source]))
        #expect(settling.takeRested(at: .milliseconds(51))?.since == .milliseconds(26))
    }

    @Test mutating func `Nothing is left of what was forgotten`() {
        note(.written, at: 0)
        settling.forget()
        #expect(!settling.isWaiting)
        #expect(settling.takeNames().isEmpty)
        note(at: 10)
        #expect(settling.due(at: .milliseconds(10)) == .milliseconds(35))
    }
}

extension ChangeSettlingTests {
    @Test mutating func `A suspected rebuild is held back, then handed on where nothing else changed`() throws {
        settling.rebuildEnded(at: .zero)
        var now = Duration.zero
        var decision: ChangeSettling.Decision? = .report([:])
        // Each change comes during the rebuild that the one before caused.
        while decision != nil {
            now += .milliseconds(100)
            decision = settling.decide([name: .source], since: now, at: now)
            try #require(now < .seconds(10))
        }
        let until = try #require(settling.due(at: now))
        #expect(until > now)
        settling.rebuildEnded(at: now)
        #expect(settling.decideHeld(at: until - .milliseconds(1)) == nil)
        #expect(settling.decideHeld(at: until) == .report([name: .source]))
    }
}
