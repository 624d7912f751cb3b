import FuncKit

/// Roles that live as long as the process.
actor MemoryGrants: GrantProviding {
    private var roles: [String: [String: Role]] = [:]

    func grants(of principalID: String) -> Grants {
        Grants(roles: roles[principalID] ?? [:])
    }

    func setRole(_ role: Role?, of principalID: String, in projectID: String) {
        roles[principalID, default: [:]][projectID] = role
    }
}
