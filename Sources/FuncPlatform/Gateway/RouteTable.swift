import FuncKit
import Synchronization

/// Every function that the gateway can reach. A look-up costs the same with one function and with ten thousand.
///
/// Readers take a snapshot and never wait for a writer; a writer swaps the whole snapshot.
public final class RouteTable: Sendable {
    private let snapshot = Mutex(RouteSnapshot(routes: []))
    /// Gives a number from 0 up to, not including, its argument.
    private let random: @Sendable (Int) -> Int

    /// An empty table.
    /// - Parameter random: decides between the versions of a split; gives a number from 0 up to, not including, its argument.
    public init(random: @escaping @Sendable (Int) -> Int = { Int.random(in: 0..<$0) }) {
        self.random = random
    }

    /// Adds a function, or swaps all that was known of it.
    public func replace(_ route: FunctionRoute) {
        change { routes in
            routes.removeAll { $0.functionID == route.functionID }
            routes.append(route)
        }
    }

    /// Forgets a function.
    public func remove(functionID: String) {
        change { routes in routes.removeAll { $0.functionID == functionID } }
    }

    /// Swaps all functions at once.
    public func replaceAll(_ routes: [FunctionRoute]) {
        let new = RouteSnapshot(routes: routes)
        snapshot.withLock { $0 = new }
    }

    /// A function's routes, or nil where there is none of that name.
    public func route(project: String, name: String) -> FunctionRoute? {
        current.route(project: project, name: name)
    }

    /// The routes of the function with this id, or nil where it has none.
    public func route(functionID: String) -> FunctionRoute? {
        current.route(functionID: functionID)
    }

    /// The version that a request gets: the tagged one, or one by weight.
    /// - Returns: nil where the tag is unknown or no version has traffic.
    public func choose(from route: FunctionRoute, tag: String?) -> RoutableVersion? {
        if let tag { return route.tags[tag] }
        return route.choose(random: random)
    }

    var current: RouteSnapshot { snapshot.withLock { $0 } }

    private func change(_ body: (inout [FunctionRoute]) -> Void) {
        snapshot.withLock { snapshot in
            var routes = Array(snapshot.routes.values)
            body(&routes)
            snapshot = RouteSnapshot(routes: routes)
        }
    }
}

/// What the table knew at one moment.
final class RouteSnapshot: Sendable {
    struct Key: Hashable {
        var project: String
        var name: String
    }

    fileprivate let routes: [Key: FunctionRoute]
    private let keys: [String: Key]
    /// Paths of triggers by project.
    private let paths: [String: PathTable]
    /// Paths of triggers by further host.
    private let hosts: [String: PathTable]

    fileprivate init(routes: [FunctionRoute]) {
        self.routes = Dictionary(
            routes.map { (Key(project: $0.project, name: $0.name), $0) },
            uniquingKeysWith: { $1 }
        )
        keys = Dictionary(
            routes.map { ($0.functionID, Key(project: $0.project, name: $0.name)) },
            uniquingKeysWith: { $1 }
        )
        var paths: [String: PathTable] = [:]
        var hosts: [String: PathTable] = [:]
        // The registry lets no two functions have one path; should it ever, the same one wins every time.
        for route in self.routes.values.sorted(by: { $0.functionID < $1.functionID }) {
            for trigger in route.access.triggers where trigger.isEnabled {
                if let path = trigger.path { paths[route.project, default: PathTable()].add(trigger, path, of: route) }
                for host in trigger.hosts where host.hasSuffix(".localhost") {
                    hosts[host, default: PathTable()].add(trigger, trigger.path ?? "/", of: route)
                }
            }
        }
        self.paths = paths
        self.hosts = hosts
    }

    /// The function that has a path of a project.
    func route(project: String, path: Substring) -> PathMatch? {
        paths[project]?.match(path)
    }

    /// The function that has a path on a host of its own.
    func route(host: String, path: Substring) -> PathMatch? {
        hosts.isEmpty ? nil : hosts[host]?.match(path)
    }

    func route(functionID: String) -> FunctionRoute? {
        keys[functionID].flatMap { routes[$0] }
    }

    func route(project: String, name: String) -> FunctionRoute? {
        routes[Key(project: project, name: name)]
    }
}

extension FunctionRoute {
    /// Picks a version by its share. Shares need not add up to 100; only their ratio counts.
    func choose(random: (Int) -> Int) -> RoutableVersion? {
        if shares.count == 1 { return shares[0].percent > 0 ? shares[0] : nil }
        let total = shares.reduce(0) { $0 + max(0, $1.percent) }
        guard total > 0 else { return nil }
        if let whole = shares.first(where: { $0.percent == total }) { return whole }
        var rest = random(total)
        for share in shares where share.percent > 0 {
            if rest < share.percent { return share }
            rest -= share.percent
        }
        return nil
    }
}
