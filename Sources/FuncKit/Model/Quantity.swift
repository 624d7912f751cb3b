/// Reads Kubernetes quantities: `256Mi`, `1Gi`, `500M`, `1e9` for memory; `100m`, `0.5`, `2` for CPU.
///
/// Fractions of the smallest unit are rounded up, as Kubernetes does.
public enum Quantity {
    /// Bytes that `text` stands for, or nil where it is no quantity, is negative or does not fit.
    public static func bytes(_ text: String) -> Int? {
        value(text, inThousandths: false)
    }

    /// Thousandths of a core that `text` stands for, or nil where it is no quantity, is negative or does not fit.
    public static func millicores(_ text: String) -> Int? {
        value(text, inThousandths: true)
    }

    /// Matches what `bytes` and `millicores` read, apart from values that do not fit.
    static let pattern = "[0-9]+(\\.[0-9]+)?([mkMGTPE]|[KMGTPE]i|[eE][+]?[0-9]{1,2})?"

    private static let multipliers: [Substring: Int] = [
        "": 1, "k": 1_000, "M": 1_000_000, "G": 1_000_000_000, "T": 1_000_000_000_000, "P": 1_000_000_000_000_000,
        "E": 1_000_000_000_000_000_000, "Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30, "Ti": 1 << 40, "Pi": 1 << 50,
        "Ei": 1 << 60,
    ]

    private static func value(_ text: String, inThousandths: Bool) -> Int? {
        guard let number = Number(text) else { return nil }
        var numerator = number.digits
        var denominator = 1
        for _ in 0..<number.fractionDigits {
            guard let next = denominator.timesIfFits(10) else { return nil }
            denominator = next
        }
        let suffix = number.suffix
        if suffix == "m" {
            guard let next = denominator.timesIfFits(1_000) else { return nil }
            denominator = next
        } else {
            guard let multiplier = multipliers[suffix] ?? powerOfTen(suffix) else { return nil }
            guard let next = numerator.timesIfFits(multiplier) else { return nil }
            numerator = next
        }
        if inThousandths {
            guard let next = numerator.timesIfFits(1_000) else { return nil }
            numerator = next
        }
        let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
        return remainder == 0 ? quotient : quotient + 1
    }

    private static func powerOfTen(_ suffix: Substring) -> Int? {
        guard let marker = suffix.first, marker == "e" || marker == "E" else { return nil }
        var digits = suffix.dropFirst()
        if digits.first == "+" { digits = digits.dropFirst() }
        guard (1...2).contains(digits.utf8.count), digits.utf8.allSatisfy(isDigit), let exponent = Int(digits) else {
            return nil
        }
        var power: Int? = 1
        for _ in 0..<exponent { power = power?.timesIfFits(10) }
        return power
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    /// `12.50Mi` taken apart: digits 1250, two fraction digits, suffix `Mi`.
    private struct Number {
        var digits: Int
        var fractionDigits: Int
        var suffix: Substring

        init?(_ text: String) {
            let whole = text.prefix { $0.utf8.allSatisfy(isDigit) }
            var rest = text[whole.endIndex...]
            var fraction: Substring = ""
            if rest.first == "." {
                fraction = rest.dropFirst().prefix { $0.utf8.allSatisfy(isDigit) }
                guard !fraction.isEmpty else { return nil }
                rest = text[fraction.endIndex...]
            }
            // Zeros at the end say nothing and would only make large values overflow.
            while fraction.last == "0" { fraction = fraction.dropLast() }
            guard !whole.isEmpty, let digits = Int(String(whole + fraction)) else { return nil }
            self.digits = digits
            fractionDigits = fraction.count
            suffix = rest
        }
    }
}

extension Int {
    /// The product, or nil where it overflows.
    fileprivate func timesIfFits(_ other: Int) -> Int? {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? nil : product
    }
}
