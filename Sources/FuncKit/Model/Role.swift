/// What someone may do in a project. Each role may do all that those before it may.
public enum Role: String, Codable, Hashable, Sendable, CaseIterable, Comparable {
    /// Sees functions, logs and numbers.
    case viewer
    /// Changes and calls functions.
    case developer
    /// Decides who may do what.
    case admin

    /// Orders by what is allowed.
    public static func < (left: Role, right: Role) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .viewer: 0
        case .developer: 1
        case .admin: 2
        }
    }
}
