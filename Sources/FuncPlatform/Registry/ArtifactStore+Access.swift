import FuncKit

// Whose code a digest stands for. Digests are shown to whoever may see a function, stand in logs and in repositories:
// knowing one must not be enough to run, and thereby read, what it stands for.
extension ArtifactStore {
    /// Whether a source is there that the caller may deploy: they sent its bytes, or may change a function made of it.
    func contains(_ digest: String, for principal: Principal) async throws -> Bool {
        if let holder = principal.sourceHolder {
            let projects = principal.grants.projects(allowing: .changeFunctions)
            guard try await sources.isOpen(digest, to: holder, in: projects) else { return false }
        }
        return try await contains(digest)
    }

    /// Makes sure that the caller may deploy the source that a request names, if it names one.
    /// - Throws: `source_not_found`, the same for what is not there and for what is not theirs.
    func require(_ digest: String?, for principal: Principal) async throws {
        guard let digest, principal.sourceHolder != nil, try await !contains(digest, for: principal) else { return }
        throw FuncError(
            .sourceNotFound,
            "source '\(digest)' is not stored here",
            hint: "upload it first with PUT /functions/sources/{sha256}"
        )
    }
}

extension Principal {
    /// Under which name uploads of theirs are kept apart; nil for those who may read everything anyway.
    var sourceHolder: String? { grants.isPlatformAdmin ? nil : id }
}
