/// Tells files that a rebuild itself writes from files that somebody saves.
///
/// That a file changes with every rebuild proves nothing: whoever saves often, or saves as soon as the new code answers,
/// looks the same. What tells them apart is the experiment: take the cause away and see whether the effect stays away.
/// So, after some rebuilds in a row during each of which the same files and no others changed, the next rebuild is held
/// back for a while. Another change in that time comes from elsewhere: all is forgotten and the rebuild goes ahead.
/// Silence speaks for a loop, but may also be the end of a series of saves; the rebuild goes ahead, and only if the files
/// change during it once more, several times over, is it a loop. Each save of a quick hand or script is thus handed on,
/// the last one of a series at worst after the time of holding back. Whoever waits for the new code to answer before the
/// next save comes after the rebuild's end, and is not looked at.
struct LoopDetector: Sendable {
    /// What to do about changed files.
    enum Verdict: Hashable, Sendable {
        /// Hand them on.
        case report
        /// Wait until then for another change, then ask again.
        case hold(until: Duration)
        /// They change because of the rebuilds; they are no triggers for now.
        case loop(times: Int)
    }

    private let limits: LoopLimits
    /// Files of the last rebuild, and when it began and ended.
    private var files: Set<EntryName> = []
    private var began: Duration?
    /// Whether anybody tells the end of rebuilds; without it nothing can be said.
    private var isToldEnds = false
    private var ended: Duration?
    private var rounds = 0
    private var confirmations = 0
    private var heldUntil: Duration?
    /// Files that looped, and when they changed last.
    private var muted: [EntryName: Duration] = [:]

    /// Judges by these limits.
    init(_ limits: LoopLimits) {
        self.limits = limits
    }

    /// Changes were handed on: a rebuild begins.
    mutating func reported(_ files: Set<EntryName>, at now: Duration) {
        self.files = files
        began = now
        ended = nil
    }

    /// A rebuild came to its end.
    mutating func rebuildEnded(at now: Duration) {
        isToldEnds = true
        guard began != nil, ended == nil else { return }
        ended = now
    }

    /// Something changed while the next rebuild was held back. It may still be the doing of the one before; after that
    /// one's end, it comes from elsewhere.
    mutating func changedWhileHeld(at now: Duration) {
        if isDuringRebuild(now) {
            heldUntil = now + limits.hold
        } else {
            acquit()
        }
    }

    /// Files that do not trigger, of those that changed now.
    mutating func withoutMuted(_ changed: Set<EntryName>, at now: Duration) -> Set<EntryName> {
        changed.filter { file in
            guard let last = muted[file] else { return true }
            muted[file] = now
            guard now - last >= limits.quiet else { return false }
            muted[file] = nil
            return true
        }
    }

    /// What to do about files that changed at `changedAt`; none of them is muted.
    mutating func judge(_ changed: Set<EntryName>, changedAt: Duration, now: Duration) -> Verdict {
        if let until = heldUntil, changed == files {
            guard now >= until else { return .hold(until: until) }
            guard !isDuringRebuild(now) else { return hold(from: now) }
            heldUntil = nil
            confirmations += 1
            guard confirmations >= limits.confirmations else { return .report }
            for file in changed { muted[file] = now }
            let times = rounds
            acquit()
            return .loop(times: times)
        }
        guard changed == files, isDuringRebuild(changedAt) else {
            acquit()
            return .report
        }
        rounds += 1
        guard rounds >= limits.suspicious else { return .report }
        return hold(from: now)
    }

    private mutating func hold(from now: Duration) -> Verdict {
        heldUntil = now + limits.hold
        return .hold(until: now + limits.hold)
    }

    private mutating func acquit() {
        rounds = 0
        confirmations = 0
        heldUntil = nil
    }

    private func isDuringRebuild(_ time: Duration) -> Bool {
        guard isToldEnds, let began, time >= began else { return false }
        guard let ended else { return time <= began + limits.longestRebuild }
        return time < ended - limits.margin
    }
}
