import Foundation

/// Works out a whole traffic split from the little that a person says.
public struct TrafficPlan: Sendable {
    /// The split as it is.
    public var current: Traffic
    /// All versions of the function.
    public var versions: [FunctionVersion]
    /// Name of the function, for messages.
    public var function: String

    /// Starts from what the server says.
    public init(current: Traffic, versions: [FunctionVersion], function: String) {
        self.current = current
        self.versions = versions
        self.function = function
    }

    /// The new split. Without shares and `latest` the present shares stay; tags that are not named stay.
    /// - Throws: `version_not_found` for a version that is not there, `invalid_argument` where the split is not valid.
    public func traffic(shares: [(String, Int)], tags: [(String, String)], latest: Bool) throws -> Traffic {
        var percents: [(version: Int, percent: Int)] = try shares.map { (try number($0.0), $0.1) }
        if latest {
            guard let newest = versions.filter({ $0.status == .ready }).map(\.number).max() else {
                throw FuncError(.versionNotFound, "no version of '\(function)' is ready")
            }
            percents = [(newest, 100)]
        } else if shares.isEmpty {
            percents = current.routes.filter { $0.percent > 0 }.map { ($0.version, $0.percent) }
        }
        let named = try tags.map { (version: try number($0.0), tag: $0.1) }
        let kept = current.routes.compactMap { route in route.tag.map { (version: route.version, tag: $0) } }
            .filter { old in !named.contains { $0.tag == old.tag || $0.version == old.version } }
        var routes = percents.map { TrafficRoute(version: $0.version, percent: $0.percent) }
        for (version, tag) in kept + named {
            if let index = routes.firstIndex(where: { $0.version == version && $0.tag == nil }) {
                routes[index].tag = tag
            } else {
                routes.append(TrafficRoute(version: version, percent: 0, tag: tag))
            }
        }
        let traffic = Traffic(routes: routes.filter { $0.percent != 0 || $0.tag != nil })
        try traffic.validate()
        return traffic
    }

    private func number(_ text: String) throws -> Int {
        guard let version = VersionSelector(text).first(in: versions) else {
            throw FuncError(
                .versionNotFound,
                "version '\(text)' of '\(function)' not found",
                hint: "run 'hks-func versions list \(function)' to see them"
            )
        }
        return version.number
    }
}
