import Foundation

/// A path pattern of a template's file rule: `*` and `?` within a name, `**` over folders.
struct TemplateGlob {
    private let names: [[Character]]

    init(_ pattern: String) {
        names = pattern.split(separator: "/").map(Array.init)
    }

    /// Whether the pattern describes all of `path`.
    func matches(_ path: String) -> Bool {
        let parts = path.split(separator: "/").map(Array.init)
        return Self.match(names[...], parts[...], isWildcard: Self.isAnyFolders, isEqual: Self.matchName)
    }

    private static func isAnyFolders(_ name: [Character]) -> Bool {
        name == ["*", "*"]
    }

    private static func matchName(_ pattern: [Character], _ name: [Character]) -> Bool {
        match(pattern[...], name[...], isWildcard: isAnyText, isEqual: matchCharacter)
    }

    private static func isAnyText(_ character: Character) -> Bool {
        character == "*"
    }

    private static func matchCharacter(_ pattern: Character, _ character: Character) -> Bool {
        pattern == "?" || pattern == character
    }

    /// Matches a sequence with wildcards for any number of elements; goes back to the last wildcard only, so the work
    /// stays within the product of both lengths.
    private static func match<Element>(
        _ pattern: ArraySlice<Element>,
        _ subject: ArraySlice<Element>,
        isWildcard: (Element) -> Bool,
        isEqual: (Element, Element) -> Bool
    ) -> Bool {
        var (pattern, subject) = (pattern, subject)
        var retry: (pattern: ArraySlice<Element>, subject: ArraySlice<Element>)?
        while true {
            if let first = pattern.first, isWildcard(first) {
                pattern = pattern.dropFirst()
                retry = (pattern, subject)
            } else if let first = pattern.first, let element = subject.first, isEqual(first, element) {
                pattern = pattern.dropFirst()
                subject = subject.dropFirst()
            } else if pattern.isEmpty, subject.isEmpty {
                return true
            } else if let last = retry, !last.subject.isEmpty {
                retry = (last.pattern, last.subject.dropFirst())
                pattern = last.pattern
                subject = last.subject.dropFirst()
            } else {
                return false
            }
        }
    }
}
