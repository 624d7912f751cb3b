import Testing

@testable import FuncKit


@Suite struct LoopDetectorTests {
    private let limits = LoopLimits()

    private func names(_ texts: Set<String>) -> Set<EntryName> {
        Set(texts.map { EntryName(Array($0.utf8)) })
    }

    @Test func `A file that each rebuild writes is a loop, found by holding rebuilds back`() {
        var detector = LoopDetector(limits)
        detector.rebuildEnded(at: .zero)
        let file = names(["gen.py"])
        var now = Duration.seconds(1)
        var verdicts: [LoopDetector.Verdict] = []
        // The first change is somebody's own.
        detector.reported(file, at: now)
        for _ in 0..<20 {
            let changedAt = now + .milliseconds(100)
            now += .milliseconds(140)
            var verdict = detector.judge(file, changedAt: changedAt, now: now)
            detector.rebuildEnded(at: now + .milliseconds(60))
            now += .milliseconds(60)
            if case .hold(let until) = verdict {
                now = until
                verdict = detector.judge(file, changedAt: changedAt, now: now)
                // It ended while the change was held, so that a whole silent time has to pass.
                if case .hold(let until) = verdict {
                    now = until
                    verdict = detector.judge(file, changedAt: changedAt, now: now)
                }
            }
            verdicts.append(verdict)
            guard verdict == .report else { break }
            detector.reported(file, at: now)
        }
        #expect(verdicts.dropLast().allSatisfy { $0 == .report })
        #expect(verdicts.count == 7)
        #expect(verdicts.last == .loop(times: 7))
        #expect(detector.withoutMuted(file, at: now + .seconds(1)).isEmpty)
        #expect(detector.withoutMuted(file, at: now + .seconds(3)).isEmpty)
        #expect(detector.withoutMuted(file, at: now + .seconds(9)) == file)
    }

    @Test func `A script that saves when the new code answers is never held back`() {
        var detector = LoopDetector(limits)
        detector.rebuildEnded(at: .zero)
        let file = names(["main.py"])
        var now = Duration.zero
        for _ in 0..<500 {
            let changedAt = now
            now += .milliseconds(40)
            #expect(detector.judge(file, changedAt: changedAt, now: now) == .report)
            detector.reported(file, at: now)
            now += .milliseconds(120)
            detector.rebuildEnded(at: now)
            now += .milliseconds(1)
        }
    }

    @Test func `A script that saves all the time is acquitted by its next save`() {
        var detector = LoopDetector(limits)
        detector.rebuildEnded(at: .zero)
        let file = names(["main.py"])
        var now = Duration.zero
        var held = 0
        for _ in 0..<500 {
            // A save each 100 ms, each during the rebuild of the one before, which it takes the place of.
            now += .milliseconds(100)
            var verdict = detector.judge(file, changedAt: now - .milliseconds(40), now: now)
            if case .hold = verdict {
                held += 1
                detector.rebuildEnded(at: now + .milliseconds(10))
                now += .milliseconds(100)
                detector.changedWhileHeld(at: now)
                verdict = detector.judge(file, changedAt: now, now: now)
            }
            #expect(verdict == .report)
            detector.reported(file, at: now)
        }
        #expect(held > 0)
    }

    @Test func `The last save of a series is handed on after the time of holding back`() {
        var detector = LoopDetector(limits)
        detector.rebuildEnded(at: .zero)
        let file = names(["main.py"])
        var now = Duration.seconds(1)
        detector.reported(file, at: now)
        var verdict = LoopDetector.Verdict.report
        while verdict == .report {
            now += .milliseconds(100)
            verdict = detector.judge(file, changedAt: now - .milliseconds(40), now: now)
            if verdict == .report { detector.reported(file, at: now) }
        }
        #expect(verdict == .hold(until: now + limits.hold))
        detector.rebuildEnded(at: now)
        #expect(detector.judge(file, changedAt: now, now: now + limits.hold) == .report)
    }

    @Test func `Other files, or more of them, end the suspicion`() {
        var detector = LoopDetector(limits)
        detector.rebuildEnded(at: .zero)
        var now = Duration.seconds(1)
        detector.reported(names(["a"]), at: now)
        for round in 0..<30 {
            now += .milliseconds(100)
            let files = names(round % 4 == 3 ? ["a", "b"] : ["a"])
            #expect(detector.judge(files, changedAt: now, now: now) == .report)
            detector.reported(files, at: now)
        }
    }

    @Test func `Nothing is suspected where nobody tells the end of rebuilds`() {
        var detector = LoopDetector(limits)
        let file = names(["a"])
        for round in 1..<50 {
            let now = Duration.milliseconds(100 * round)
            #expect(detector.judge(file, changedAt: now, now: now) == .report)
            detector.reported(file, at: now)
        }
    }
}

@Suite struct ChangeWindowTests {
    private let name = EntryName(Array("a".utf8))
    private var window = ChangeWindow(quiet: .milliseconds(40), longest: .milliseconds(500))

    @Test mutating func `Changes are handed on after a quiet time`() {
        #expect(window.remaining(at: .zero) == nil)
        window.note(at: .zero)
        #expect(window.remaining(at: .milliseconds(10)) == .milliseconds(30))
        window.note(at: .milliseconds(30))
        #expect(window.remaining(at: .milliseconds(40)) == .milliseconds(30))
        #expect(window.remaining(at: .milliseconds(90)) == .zero)
        window.reset()
        #expect(window.remaining(at: .milliseconds(90)) == nil)
    }

    @Test mutating func `Changes that never end are handed on after the longest time`() {
        for time in stride(from: 0, through: 490, by: 10) { window.note(at: .milliseconds(time)) }
        #expect(window.remaining(at: .milliseconds(490)) == .milliseconds(10))
    }

    @Test mutating func `A file that is still written to is waited for`() {
        window.note(at: .zero)
        window.opened(name)
        #expect(window.remaining(at: .milliseconds(100)) == .milliseconds(400))
        window.note(at: .milliseconds(120))
        window.closed(name)
        #expect(window.remaining(at: .milliseconds(120)) == .milliseconds(40))
    }
}
