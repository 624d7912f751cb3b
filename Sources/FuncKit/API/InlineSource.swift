import Foundation

/// How sources travel inside calls to servers without uploads (wire reference, C3).
public enum SourceEncoding: String, CaseIterable, Codable, Hashable, Sendable {
    /// The text of the one source file, as it is.
    case raw
    /// The packed project in base64.
    case base64
}

/// A source that waits for the deploy that names it.
struct InlineSource: Sendable {
    let archive: SourceArchive
    let progress: @Sendable (TransferProgress) -> Void
}

/// The sources that were "uploaded" to a server that takes them inside the deploy only.
actor InlineSources {
    private var byDigest: [String: InlineSource] = [:]

    /// Keeps a source; its file stays the caller's.
    func keep(_ source: InlineSource) {
        byDigest[source.archive.digest] = source
    }

    /// The source of that digest.
    /// - Throws: `source_not_found`.
    func source(_ digest: String) throws -> InlineSource {
        guard let source = byDigest[digest] else {
            throw FuncError(.sourceNotFound, "there is no source with the digest '\(digest)' to send")
        }
        return source
    }
}

extension InlineSource {
    /// The source as text, in the encoding that the server takes.
    /// - Throws: `project_invalid` for a project that cannot be sent raw, `source_too_large`, `file_system`.
    func text(_ encoding: SourceEncoding, limitMB: Int) async throws -> String {
        let text: String
        switch encoding {
        case .base64:
            // Four characters for three bytes: refused before the file is read.
            try check((archive.size + 2) / 3 * 4, limitMB)
            text = try await BlockingWork.run("read the source") { [path = archive.path] _ in
                try Data(contentsOf: URL(fileURLWithPath: path)).base64EncodedString()
            }
        case .raw:
            text = try await SingleSourceFile.text(of: archive)
            try check(text.utf8.count, limitMB)
        }
        return text
    }

    private func check(_ size: Int, _ limitMB: Int) throws {
        guard limitMB > 0, size > limitMB << 20 else { return }
        throw FuncError(
            .sourceTooLarge,
            "the source is \(size >> 20) MiB in the form this server takes, which allows \(limitMB) MiB",
            hint: "name what is not needed in .funcignore; 'hks-func build --list' shows what is packed"
        )
    }
}
