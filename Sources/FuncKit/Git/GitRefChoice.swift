import Foundation

/// What to fetch for a branch, tag or commit that a person named.
struct GitRefChoice: Hashable {
    /// What to fetch.
    let refspecs: [String]
    /// What to check out then.
    let spec: String

    private static let local = "refs/template/wanted"

    /// Finds `ref` in what a remote offers: a full name, a branch, a tag, or a commit.
    ///
    /// - Throws: ``FuncError`` with code `template_not_found`.
    static func choose(
        _ ref: String?,
        among offered: [GitRemoteHandle.Reference],
        of url: String
    ) throws(FuncError) -> GitRefChoice {
        guard !offered.isEmpty else { throw FuncError(.templateNotFound, "repository '\(url)' is empty") }
        let candidates = ref.map { ["refs/heads/" + $0, "refs/tags/" + $0, $0] } ?? ["HEAD"]
        for name in candidates where offered.contains(where: { $0.name == name }) {
            return GitRefChoice(refspecs: ["+\(name):\(local)"], spec: local)
        }
        if let ref, isCommit(ref) {
            let commit = ref.lowercased()
            if let tip = offered.first(where: { $0.commit == commit }) {
                // '^{}' marks the commit behind an annotated tag.
                let name = tip.name.hasSuffix("^{}") ? String(tip.name.dropLast(3)) : tip.name
                return GitRefChoice(refspecs: ["+\(name):\(local)"], spec: commit)
            }
            return GitRefChoice(
                refspecs: ["+refs/heads/*:refs/template/heads/*", "+refs/tags/*:refs/template/tags/*"],
                spec: commit
            )
        }
        let names = offered.map(\.name).filter { $0.hasPrefix("refs/heads/") || $0.hasPrefix("refs/tags/") }
            .filter { !$0.hasSuffix("^{}") }
            .map { $0.split(separator: "/").dropFirst(2).joined(separator: "/") }
        throw FuncError(
            .templateNotFound,
            "there is no branch or tag '\(ref ?? "HEAD")' in '\(url)'",
            hint: ref.flatMap { NearestMatch.of($0, in: names) }.map { "did you mean '\($0)'?" }
        )
    }

    private static func isCommit(_ text: String) -> Bool {
        (4...40).contains(text.utf8.count) && text.allSatisfy { $0.isASCII && $0.isHexDigit }
    }
}
