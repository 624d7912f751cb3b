import FuncKit

/// Knows what everyone may do.
protocol GrantProviding: Sendable {
    /// What a user or service account may do.
    func grants(of principalID: String) async throws -> Grants

    /// Gives someone a role in a project in place of the one they have there; nil takes it away.
    func setRole(_ role: Role?, of principalID: String, in projectID: String) async throws
}
