import Foundation

/// The rules for names of the variables that users give to an instance.
public enum EnvironmentName {
    /// Whether `name` has the form that shells and all supported languages can read.
    public static func isValid(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard let first = bytes.first, isLetter(first) else { return false }
        return bytes.allSatisfy { isLetter($0) || (48...57).contains($0) }
    }

    /// Whether the platform sets `name` itself: `PORT`, `K_…` and `HKS_…` (runtime contract, point 9).
    public static func isReserved(_ name: String) -> Bool {
        name == "PORT" || name.hasPrefix("K_") || name.hasPrefix("HKS_")
    }

    /// Whether a value had better not be shown: by what its variable is called, or by a password in an address.
    public static func looksSecret(_ name: String, value: String) -> Bool {
        let words = ["PASSWORD", "PASSWD", "SECRET", "TOKEN", "KEY", "CREDENTIAL", "PRIVATE", "DSN", "AUTH"]
        let upper = name.uppercased()
        return words.contains { upper.contains($0) } || value.contains(/:\/\/[^\/\s@]*:[^\/\s@]+@/)
    }

    /// What is wrong with `name` as a variable of the user's, or nil if it can be set.
    static func fault(in name: String) -> String? {
        if !isValid(name) { return "'\(name)' cannot be the name of an environment variable" }
        return isReserved(name) ? "environment variable '\(name)' is set by the platform" : nil
    }

    /// The hint that goes with ``fault(in:)``.
    static let hint = "use letters, digits and '_', not a digit first; PORT, K_* and HKS_* are reserved"

    private static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_")
    }
}
