import Foundation

/// The clock that the times of files are compared with.
enum WallTime {
    /// Nanoseconds since 1970.
    static func nanoseconds() -> Int { Int(Date().timeIntervalSince1970 * 1e9) }
}
