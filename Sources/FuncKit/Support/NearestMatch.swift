/// Finds what a misspelt word was meant to be.
public enum NearestMatch {
    /// The candidate closest to `word`, or nil where none is close enough to be worth suggesting.
    public static func of(_ word: String, in candidates: some Sequence<String>) -> String? {
        let word = word.lowercased()
        let limit = max(1, word.count / 3 + 1)
        let ranked = candidates.map { (candidate: $0, distance: distance(word, $0.lowercased())) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= limit else { return nil }
        return best.candidate
    }

    /// Edits (insert, delete, replace, swap of neighbours) between two words: optimal string alignment distance.
    static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right))
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var older: [Int] = []
        var previous = Array(0...right.count)
        for row in 1...left.count {
            var current = [row]
            for column in 1...right.count {
                let cost = left[row - 1] == right[column - 1] ? 0 : 1
                var best = min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + cost)
                let isSwap =
                    row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1]
                if isSwap { best = min(best, older[column - 2] + 1) }
                current.append(best)
            }
            (older, previous) = (previous, current)
        }
        return previous[right.count]
    }
}
