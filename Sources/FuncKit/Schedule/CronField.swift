/// What is wrong with the text of a schedule.
struct CronFault: Error, Hashable {
    /// Ends a sentence that begins with what holds the text.
    var reason: String
    /// What to write instead.
    var hint: String?
}

/// One field of a schedule: the values that it names.
struct CronField: Hashable, Sendable {
    /// Which field it is.
    struct Kind: Sendable {
        /// For messages.
        var name: String
        /// Values that it may name; both 0 and 7 are Sunday.
        var range: ClosedRange<Int>
        /// Words for the values from the first one on.
        var names: [String] = []

        static let second = Kind(name: "second", range: 0...59)
        static let minute = Kind(name: "minute", range: 0...59)
        static let hour = Kind(name: "hour", range: 0...23)
        static let day = Kind(name: "day of month", range: 1...31)
        static let month = Kind(
            name: "month",
            range: 1...12,
            names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
        )
        static let weekday = Kind(
            name: "day of week",
            range: 0...7,
            names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
        )
    }

    /// The field as it was written, words in upper case.
    let text: String
    /// A bit for each value.
    private(set) var values: UInt64 = 0
    /// Whether it starts with `*` or `?`, and so does not choose by itself.
    let isAny: Bool

    /// Reads `*`, `5`, `1-5`, `*/15`, `5/15`, `MON-FRI` and lists of these.
    init(_ word: String, _ kind: Kind) throws(CronFault) {
        text = word.uppercased()
        isAny = text.hasPrefix("*") || text.hasPrefix("?")
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let span = Self.span(part, kind) else {
                let range = "\(kind.range.lowerBound) to \(kind.range.upperBound)"
                throw CronFault(reason: "has \(word.quotedForMessage) as \(kind.name), which goes from \(range)")
            }
            for value in stride(from: span.low, through: span.high, by: span.step) { values |= 1 << UInt64(value) }
        }
        if kind.range.upperBound == 7, values & (1 << 7) != 0 { values = values & ~(1 << 7) | 1 }
    }

    /// Whether the field names `value`.
    func contains(_ value: Int) -> Bool { values & (1 << UInt64(value)) != 0 }

    /// The smallest value that is not below `value`.
    func first(from value: Int) -> Int? {
        guard value < 64 else { return nil }
        let rest = values >> UInt64(value)
        return rest == 0 ? nil : value + rest.trailingZeroBitCount
    }

    private static func span(_ part: Substring, _ kind: Kind) -> (low: Int, high: Int, step: Int)? {
        let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
        guard pieces.count <= 2, let span = pieces.first else { return nil }
        var step = 1
        if pieces.count == 2 {
            guard let number = decimal(pieces[1]), (1...kind.range.upperBound).contains(number) else { return nil }
            step = number
        }
        if span == "*" || span == "?" { return (kind.range.lowerBound, kind.range.upperBound, step) }
        let bounds = span.split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count <= 2, let low = value(bounds[0], kind) else { return nil }
        // `5/15` begins at 5; a lone `5` ends there too.
        guard bounds.count == 2 else { return (low, pieces.count == 2 ? kind.range.upperBound : low, step) }
        guard var high = value(bounds[1], kind) else { return nil }
        if kind.range.upperBound == 7, high == 0, low > 0 { high = 7 }
        return low <= high ? (low, high, step) : nil
    }

    private static func value(_ text: Substring, _ kind: Kind) -> Int? {
        if let index = kind.names.firstIndex(of: String(text)) { return index + kind.range.lowerBound }
        guard let number = decimal(text), kind.range.contains(number) else { return nil }
        return number
    }

    private static func decimal(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }
}
