import Foundation

/// A group of runtimes that share a language host, templates and a way to build.
public enum RuntimeFamily: String, CaseIterable, Hashable, Sendable, Codable {
    case nodejs, python, go, java, dotnet, ruby, php, rust, custom
}

/// A runtime identifier, understood.
public struct RuntimeName: Hashable, Sendable, CustomStringConvertible {
    /// The language.
    public var family: RuntimeFamily
    /// The version in the catalogue's spelling, such as `3.11` or `18`; nil for any.
    public var version: String?
    /// `agent` for the hosted service's `python-agent`; nil for all others.
    public var variant: String?

    /// Names a runtime.
    public init(family: RuntimeFamily, version: String? = nil, variant: String? = nil) {
        self.family = family
        self.version = version
        self.variant = variant
    }

    /// The canonical spelling, such as `python3.11`, `nodejs18` or `rust`.
    public var description: String {
        family.rawValue + (variant.map { "-" + $0 } ?? "") + (version ?? "")
    }
}

/// A version with numeric parts, compared part by part.
public struct VersionNumber: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The parts from left to right; never empty.
    public let parts: [Int]

    /// Reads a text of digits and dots; nil if it is anything else.
    public init?(_ text: String) {
        let words = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = words.compactMap { $0.utf8.allSatisfy { (48...57).contains($0) } ? Int($0) : nil }
        guard numbers.count == words.count else { return nil }
        parts = numbers
    }

    /// The version in what a tool prints, such as `go version go1.19.8 linux/amd64`.
    ///
    /// A line that begins with a name and a version counts more than other digits: tools print remarks above it, such as
    /// `Picked up JAVA_TOOL_OPTIONS: -Xmx512m` and `PHP Warning: … in Unknown on line 0`.
    public init?(firstIn output: String) {
        let line = #/^(?:[A-Za-z]+ (?:version )?)?(?:v|go)?(?<number>[0-9]+(?:\.[0-9]+)*)/#.anchorsMatchLineEndings()
        let number = output.firstMatch(of: line)?.number ?? output.firstMatch(of: #/[0-9]+(?:\.[0-9]+)*/#)?.output
        guard let number else { return nil }
        self.init(String(number))
    }

    /// Java up to 8 calls itself 1.8: this is then 8.
    var withoutJavaPrefix: VersionNumber {
        guard parts.count > 1, parts[0] == 1 else { return self }
        return VersionNumber(parts: Array(parts.dropFirst()))
    }

    private init(parts: [Int]) {
        self.parts = parts
    }

    /// The form with dots.
    public var description: String { parts.map(String.init).joined(separator: ".") }

    /// Whether this is `line` itself or one of its releases: `3.11.2` is within `3.11` and within `3`.
    public func isWithin(_ line: VersionNumber) -> Bool {
        parts.starts(with: line.parts)
    }

    /// Whether the left one is older.
    public static func < (left: VersionNumber, right: VersionNumber) -> Bool {
        left.parts.lexicographicallyPrecedes(right.parts)
    }
}
