import FuncKit

/// What a client says of the version that it is about to make; the platform chooses what is left out.
struct VersionClaim: Sendable, Hashable {
    /// Id of the version, unique across functions.
    var id: String?
    /// Number of the version; numbers of a function only rise.
    var number: Int?

    /// Whether the client leaves both to the platform.
    var isEmpty: Bool { id == nil && number == nil }

    /// Checks the form of both.
    /// - Throws: `invalid_argument`.
    func check() throws {
        if let number, !(1...1_000_000_000).contains(number) {
            throw FuncError.field("version", "value '\(number)' of field 'version' is not between 1 and 1000000000")
        }
        guard let id else { return }
        // Ids stand in paths, and next to numbers and tags where a version is named.
        guard id.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._:\-]{0,127}/) != nil, case .named = VersionSelector(id) else {
            throw FuncError.field(
                "id",
                "value '\(id)' of field 'id' is not 1 to 128 letters, digits, dots, colons, dashes and underscores "
                    + "that begin with a letter or digit and are no number"
            )
        }
    }
}
