import Foundation
import FuncKit

/// What `If-Match` and `If-None-Match` ask for (RFC 9110, sections 8.8.3 and 13.1).
enum EntityTagCondition: Hashable, Sendable {
    /// `*`, and where the header is missing.
    case any
    /// One of these.
    case tags(Set<String>)

    /// Reads a header's value.
    /// - Throws: `invalid_argument`.
    init(_ header: String?) throws {
        guard let text = header?.trimmingCharacters(in: .whitespaces), text != "*" else {
            self = .any
            return
        }
        var tags: Set<String> = []
        for item in text.split(separator: ",") {
            let tag = item.trimmingCharacters(in: .whitespaces)
            let strong = tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : tag
            guard strong.count >= 2, strong.first == "\"", strong.last == "\"",
                !strong.dropFirst().dropLast().contains("\"")
            else {
                throw FuncError(
                    .invalidArgument,
                    "'\(tag)' is not an entity tag",
                    hint: "send it as it came, quotes too"
                )
            }
            tags.insert(tag)
        }
        self = .tags(tags)
    }

    /// The tag of a function at a revision.
    static func tag(revision: Int) -> String { "\"\(revision)\"" }

    /// Whether the tag of `revision` is among those that may be replaced; weak tags never are.
    func allows(revision: Int) -> Bool {
        guard case .tags(let tags) = self else { return true }
        return tags.contains(Self.tag(revision: revision))
    }

    /// Whether a client that named these tags knows `revision` already; a weak tag suffices for that.
    func knows(revision: Int) -> Bool {
        guard case .tags(let tags) = self else { return false }
        let tag = Self.tag(revision: revision)
        return tags.contains(tag) || tags.contains("W/" + tag)
    }

    /// - Throws: `precondition_failed`.
    func check(_ name: String, revision: Int) throws {
        guard !allows(revision: revision) else { return }
        throw FuncError(
            .preconditionFailed,
            "function '\(name)' changed meanwhile; its entity tag is \(Self.tag(revision: revision))",
            hint: "read it again and repeat the change"
        )
    }
}
