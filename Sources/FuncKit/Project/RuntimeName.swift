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

    /// The first version in what a tool prints, such as `go version go1.19.8 linux/amd64`.
    public init?(firstIn output: String) {
        guard let match = output.firstMatch(of: #/[0-9]+(\.[0-9]+)*/#) else { return nil }
        self.init(String(match.output.0))
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
