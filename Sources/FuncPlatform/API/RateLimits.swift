import FuncKit

/// How often clients may ask. A limit that is nil does not exist; without any, nothing is counted.
public struct RateLimits: Hashable, Sendable {
    /// So many in so much time.
    public struct Limit: Hashable, Sendable {
        /// Requests at most.
        public var count: Int
        /// Length of the window, in seconds.
        public var seconds: Int

        /// Holds both.
        public init(count: Int, seconds: Int) {
            self.count = count
            self.seconds = seconds
        }
    }

    /// What is counted on its own.
    enum Category: String, CaseIterable, Sendable {
        /// All requests of a caller.
        case requests
        /// Functions created in a workspace.
        case creates
        /// Calls of a function through the API.
        case invokes
        /// Readings of logs in a workspace.
        case logs
    }

    private var limits: [Category: Limit] = [:]

    /// No limits.
    public init() {}

    subscript(category: Category) -> Limit? {
        get { limits[category] }
        set { limits[category] = newValue }
    }

    /// Reads limits such as `requests=600/m,creates=100/h,invokes=10000/m,logs=1000/h`; an empty text is no limit.
    /// - Throws: `invalid_argument` naming what cannot be read.
    public init(parsing text: String) throws {
        for item in text.split(separator: ",") {
            let parts = item.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, let category = Category(rawValue: String(parts[0])),
                let limit = Self.limit(parts[1])
            else {
                let names = Category.allCases.map(\.rawValue).joined(separator: ", ")
                throw FuncError(
                    .invalidArgument,
                    "'\(item)' is not a rate limit",
                    hint: "write limits such as 'invokes=100/m'; known are \(names), per s, m, h or d"
                )
            }
            limits[category] = limit
        }
    }

    private static func limit(_ text: Substring) -> Limit? {
        let units: [Substring: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = Int(parts[0]), count > 0, let seconds = units[parts[1]] else { return nil }
        return Limit(count: count, seconds: seconds)
    }
}

extension RateLimits.Category {
    /// What an operation counts as besides ``requests``.
    init?(_ operation: APIOperation) {
        guard case .permission(let permission, let place) = operation.access else { return nil }
        switch (permission, place, operation.method) {
        case (.invoke, _, "POST"): self = .invokes
        case (.readLogs, _, _): self = .logs
        case (.changeFunctions, .project, "POST"), (.changeFunctions, .projectInBody, "POST"): self = .creates
        default: return nil
        }
    }
}
