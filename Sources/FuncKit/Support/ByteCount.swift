import Foundation

/// Sizes for people.
package enum ByteCount {
    /// A size with its unit, such as `12 B`, `1.5 KiB` or `512 MiB`.
    package static func text(_ bytes: Int) -> String {
        var value = Double(bytes)
        var unit = "B"
        for next in ["KiB", "MiB", "GiB", "TiB"] where value >= 1024 {
            value /= 1024
            unit = next
        }
        let digits = unit == "B" || value == value.rounded() || value >= 100 ? 0 : 1
        return String(format: "%.\(digits)f", locale: Locale(identifier: "en_US_POSIX"), value) + " " + unit
    }
}
