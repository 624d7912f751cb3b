/// Checks that a schedule looks like one: the fields' number, values and steps, not when it fires.
enum CronShape {
    private struct Field {
        var name: String
        var range: ClosedRange<Int>
        var names: [String] = []
    }

    private static let macros = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"]
    private static let months = [
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ]
    private static let fields = [
        Field(name: "second", range: 0...59),
        Field(name: "minute", range: 0...59),
        Field(name: "hour", range: 0...23),
        Field(name: "day of month", range: 1...31),
        Field(name: "month", range: 1...12, names: months),
        Field(name: "day of week", range: 0...7, names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]),
    ]

    /// What is wrong with `text`, as the end of a sentence, or nil where nothing is.
    static func fault(in text: String) -> (reason: String, hint: String?)? {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard let first = words.first else { return ("is empty", "write five fields, such as '0 3 * * *'") }
        if first == "every" || first == "@every" {
            guard words.count == 2, let every = DurationText.milliseconds(words[1]), every >= 1_000 else {
                return ("needs a time of at least 1s behind '\(first)'", "write 'every 5m', for example")
            }
            return nil
        }
        if first.hasPrefix("@") {
            guard words.count != 1 || !macros.contains(first) else { return nil }
            let nearest = NearestMatch.of(first, in: macros)
            return ("is no known macro", "use \(nearest.map { "'\($0)'" } ?? macros.joined(separator: ", "))")
        }
        guard words.count == 5 || words.count == 6 else {
            return ("has \(words.count) fields and needs 5, or 6 with seconds in front", nil)
        }
        for (word, field) in zip(words, fields.suffix(words.count)) where !isValid(word, field) {
            let range = "\(field.range.lowerBound) to \(field.range.upperBound)"
            return ("has \(word.quotedForMessage) as \(field.name), which goes from \(range)", nil)
        }
        return nil
    }

    private static func isValid(_ word: String, _ field: Field) -> Bool {
        word.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { part in
            let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
            guard pieces.count <= 2, let span = pieces.first else { return false }
            if pieces.count == 2 {
                guard let step = Int(pieces[1]), step >= 1, step <= field.range.upperBound else { return false }
            }
            if span == "*" || span == "?" { return true }
            let bounds = span.split(separator: "-", omittingEmptySubsequences: false).map { number($0, field) }
            switch bounds.count {
            case 1: return bounds[0] != nil
            case 2:
                guard let low = bounds[0], let high = bounds[1] else { return false }
                return low <= high
            default: return false
            }
        }
    }

    private static func number(_ text: Substring, _ field: Field) -> Int? {
        if let index = field.names.firstIndex(of: text.uppercased()) {
            return index + field.range.lowerBound
        }
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text) else { return nil }
        return field.range.contains(number) ? number : nil
    }
}
