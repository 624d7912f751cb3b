import FuncKit

/// Knows what each principal may do.
protocol GrantProviding: Sendable {
    /// What the principal may do.
    func grants(of principalID: String) async throws -> Grants
    /// Gives the principal a role in a project, or takes it away with nil.
    func setRole(_ role: Role?, of principalID: String, in projectID: String) async throws
}
