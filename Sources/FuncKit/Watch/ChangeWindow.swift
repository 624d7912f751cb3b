/// Collects changes until they have been left alone for a while, but not for ever.
struct ChangeWindow: Sendable {
    private let quiet: Duration
    private let longest: Duration
    private var first: Duration?
    private var last: Duration = .zero
    /// Files that somebody has open and wrote to: what is in them may be half of what is to come.
    private var unfinished: Set<EntryName> = []

    /// Waits for `quiet` without a change, for `longest` in all.
    init(quiet: Duration, longest: Duration) {
        self.quiet = quiet
        self.longest = longest
    }

    /// When the first change of the window came; nil where there is none.
    var began: Duration? { first }

    /// Counts a change.
    mutating func note(at now: Duration) {
        first = first ?? now
        last = now
    }

    /// A file was written to and is still open.
    mutating func opened(_ name: EntryName) { unfinished.insert(name) }

    /// A file was closed, or is gone.
    mutating func closed(_ name: EntryName) { unfinished.remove(name) }

    /// Time until the changes are to be handed on; nil where there are none.
    func remaining(at now: Duration) -> Duration? {
        guard let first else { return nil }
        let end = first + longest
        let due = unfinished.isEmpty ? min(last + quiet, end) : end
        return max(.zero, due - now)
    }

    /// Starts anew. Who still writes is forgotten: a writer that never closes its file holds up nothing twice.
    mutating func reset() {
        first = nil
        unfinished = []
    }
}
