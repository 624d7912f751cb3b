/// Reads lengths of time as people write them in settings and flags: `30s`, `1m30s`, `500ms`, `2h`.
public enum DurationText {
    /// Matches what `milliseconds` reads, apart from values that do not fit.
    static let pattern = "([0-9]+(ms|s|m|h|d))+"

    private static let units: [Substring: Int] = [
        "ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000,
    ]

    /// Milliseconds that `text` stands for, or nil where it is no such length of time or does not fit.
    public static func milliseconds(_ text: String) -> Int? {
        var rest = Substring(text)
        guard !rest.isEmpty else { return nil }
        var total = 0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let count = Int(digits), let factor = units[unit] else { return nil }
            let (product, tooLarge) = count.multipliedReportingOverflow(by: factor)
            let (sum, overflow) = total.addingReportingOverflow(product)
            guard !tooLarge, !overflow else { return nil }
            total = sum
        }
        return total
    }
}

extension DurationText {
    /// The shortest spelling of a length of time that ``milliseconds(_:)`` reads: `90000` is `1m30s`. Hours are the
    /// largest unit.
    public static func text(milliseconds: Int) -> String {
        guard milliseconds > 0 else { return "0s" }
        var rest = milliseconds
        var text = ""
        for (unit, factor) in [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)] where rest >= factor {
            text += "\(rest / factor)\(unit)"
            rest %= factor
        }
        return text
    }
}
