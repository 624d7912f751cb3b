/// Finds what a mistyped word was probably meant to be, for "did you mean" hints.
public enum NearestMatch {
    /// Longer words are never close to anything a person would mistype, and cost time to compare.
    private static let longestWord = 64

    /// The candidate that is closest to `word`, or nil where none is close enough to be worth naming.
    ///
    /// Upper and lower case count as equal. Among equally close candidates the first one wins.
    public static func of(_ word: String, in candidates: some Sequence<String>) -> String? {
        let wanted = Array(word.lowercased())
        guard !wanted.isEmpty, wanted.count <= longestWord else { return nil }
        var best: (candidate: String, distance: Int)?
        for candidate in candidates where candidate.count <= longestWord {
            let letters = Array(candidate.lowercased())
            // A third of the letters may be wrong; a word of one or two letters may have one wrong.
            let allowed = max(1, max(wanted.count, letters.count) / 3)
            let distance = distance(from: wanted, to: letters)
            guard distance <= allowed, distance < max(wanted.count, letters.count) else { continue }
            if let best, best.distance <= distance { continue }
            best = (candidate, distance)
        }
        return best?.candidate
    }

    /// Edits between two words: insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    static func distance(from first: [Character], to second: [Character]) -> Int {
        guard !first.isEmpty else { return second.count }
        guard !second.isEmpty else { return first.count }
        var beforePrevious: [Int] = []
        var previous = Array(0...second.count)
        for (row, letter) in first.enumerated() {
            var current = [row + 1]
            for (column, other) in second.enumerated() {
                var cost = min(
                    previous[column] + (letter == other ? 0 : 1),
                    previous[column + 1] + 1,
                    current[column] + 1
                )
                if row > 0, column > 0, letter == second[column - 1], first[row - 1] == other {
                    cost = min(cost, beforePrevious[column - 1] + 1)
                }
                current.append(cost)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[second.count]
    }
}
