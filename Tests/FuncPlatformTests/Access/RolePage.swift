import Foundation
import FuncKit
import Testing

@testable import FuncPlatform

/// The tables of `docs/security.md` that say who may do what: what is promised to users, and what the tests hold the
/// router to.
struct RolePage {
    /// A request as the page writes it, such as `GET /health`.
    typealias Name = String

    private static let begin =
        "<!-- roles: written by HKS_FUNC_UPDATE_GOLDEN=1 swift test --filter AccessTableTests -->"
    private static let end = "<!-- roles: end -->"
    private static let path = (#filePath as NSString).deletingLastPathComponent + "/../../../docs/security.md"

    /// The part between the marks.
    var text: String

    /// Reads the page.
    init() throws {
        let page = try String(contentsOfFile: Self.path, encoding: .utf8)
        let begin = try #require(page.range(of: Self.begin), "docs/security.md has lost the mark '\(Self.begin)'")
        let end = try #require(page.range(of: Self.end), "docs/security.md has lost the mark '\(Self.end)'")
        text = String(page[begin.upperBound..<end.lowerBound]).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// What the page has to say about these operations.
    init(of operations: [APIOperation]) {
        var lines = ["| permission | viewer | developer | admin |", "|---|---|---|---|"]
        for permission in Permission.allCases {
            let marks = Role.allCases.map { $0 >= permission.role ? "yes" : "" }
            lines.append("| \(permission.rawValue) | \(marks.joined(separator: " | ")) |")
        }
        lines += ["", "| request | least role | held in |", "|---|---|---|"]
        for operation in operations.sorted(by: { ($0.path, $0.method) < ($1.path, $1.method) }) {
            let (role, place) = (operation.access.leastRole.rawValue, operation.access.placeName)
            lines.append("| `\(operation.name)` | \(role) | \(place) |")
        }
        text = lines.joined(separator: "\n")
    }

    /// Puts this text between the marks.
    func write() throws {
        var page = try String(contentsOfFile: Self.path, encoding: .utf8)
        let begin = try #require(page.range(of: Self.begin))
        let end = try #require(page.range(of: Self.end))
        page.replaceSubrange(begin.upperBound..<end.lowerBound, with: "\n\(text)\n")
        try page.write(toFile: Self.path, atomically: true, encoding: .utf8)
    }

    /// The least role by request.
    var leastRoles: [Name: LeastRole] {
        var roles: [Name: LeastRole] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count >= 2 else { continue }
            roles[cells[0].trimmingCharacters(in: ["`"])] = LeastRole(rawValue: cells[1])
        }
        return roles
    }
}

extension APIOperation {
    /// As the page writes it; the path of the API's root is a slash.
    var name: RolePage.Name { "\(method) \(path.isEmpty ? "/" : path)" }
}
