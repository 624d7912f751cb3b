import FuncKit
import NIOHTTP1

/// Where one request goes.
struct RoutedRequest {
    enum Destination {
        case control
        case function(FunctionTarget)
    }

    var destination: Destination
    /// The target as the destination sees it: always in origin form.
    var uri: String
    /// What was cut from the path.
    var prefix: String?
    /// Who may send it.
    var auth = HTTPTriggerAuth.public
}

/// A function, and the version of it that a request gets.
struct FunctionTarget {
    var route: FunctionRoute
    var tag: String?
    var version: RoutableVersion
}

/// Decides by host and path where a request goes, and which requests go nowhere.
struct GatewayRouter: Sendable {
    let table: RouteTable
    /// Pages of these may call the control API besides its own.
    var allowedOrigins: Set<String> = []

    func route(_ request: IncomingRequest) throws(GatewayFailure) -> RoutedRequest {
        let (authority, uri) = try target(of: request)
        guard let host = RequestHost(authority: authority) else { throw Self.notServed(authority) }
        switch host {
        case .loopback:
            if let routed = try functionPath(uri, request) { return routed }
            try checkOrigin(request.origin, authority: authority)
            return RoutedRequest(destination: .control, uri: uri)
        case .function(let label, let project):
            if let (route, tag) = named(label, in: project) {
                return try ownAddress(of: route, tag: tag ?? request.tag, uri, request)
            }
            if let routed = try triggerPath(authority, project: nil, uri, request) { return routed }
            throw Self.notFound("function '\(label)' not found in project '\(project)'")
        case .project(let project):
            if let routed = try triggerPath(authority, project: String(project), uri, request) { return routed }
            throw Self.notFound("no trigger of project '\(project)' has the path '\(Self.path(of: uri))'")
        case .other:
            if let routed = try triggerPath(authority, project: nil, uri, request) { return routed }
            throw Self.notServed(authority)
        }
    }

    // MARK: Host and target

    /// RFC 9112 3.2: an absolute target names the host, whatever the `Host` field says.
    private func target(of request: IncomingRequest) throws(GatewayFailure) -> (authority: String, uri: String) {
        guard request.hosts.count <= 1, request.version.minor == 0 || request.hosts.count == 1 else {
            throw .badRequest("a request must have exactly one host header")
        }
        if request.uri.utf8.first == UInt8(ascii: "/") { return (request.hosts.first ?? "", request.uri) }
        let scheme = "http://"
        guard request.uri.prefix(scheme.count).lowercased() == scheme else {
            throw .badRequest("the request target must be a path")
        }
        let rest = request.uri.dropFirst(scheme.count)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let path = rest[end...]
        return (String(rest[..<end]), path.first == "/" ? String(path) : "/" + path)
    }

    /// A page in a browser names its origin; only pages that the control API itself served, or that someone configured,
    /// may call it.
    private func checkOrigin(_ origin: String?, authority: String) throws(GatewayFailure) {
        guard let origin, origin.lowercased() != "http://" + authority.lowercased(),
            !allowedOrigins.contains(origin.lowercased())
        else { return }
        throw GatewayFailure(
            .forbidden,
            .forbidden,
            "requests from pages of '\(origin)' are not allowed",
            hint: "add the origin to the setting 'platform.corsOrigins' and restart the platform"
        )
    }

    // MARK: Functions

    /// `/fn/PROJECT/NAME/…`, the address for clients that cannot resolve names below `localhost`.
    private func functionPath(_ uri: String, _ request: IncomingRequest) throws(GatewayFailure) -> RoutedRequest? {
        let marker = "/fn/"
        guard uri.utf8.starts(with: marker.utf8) else { return nil }
        let path = Self.path(of: uri)
        let parts = path.dropFirst(marker.count).split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw Self.notFound("no function is named in '\(path)'")
        }
        let end = parts[1].endIndex
        let rest = uri[end...]
        guard let route = table.route(project: String(parts[0]), name: String(parts[1])) else {
            throw Self.notFound("function '\(parts[1])' not found in project '\(parts[0])'")
        }
        let local = rest.utf8.first == UInt8(ascii: "/") ? String(rest) : "/" + rest
        var routed = try ownAddress(of: route, tag: request.tag, local, request)
        routed.prefix = String(uri[..<end])
        return routed
    }

    /// A function of that very name wins over a tag of another one; of several tags the shortest wins.
    private func named(_ label: Substring, in project: Substring) -> (route: FunctionRoute, tag: String?)? {
        let (label, project) = (String(label), String(project))
        let routes = table.current
        if let route = routes.route(project: project, name: label) { return (route, nil) }
        for dash in label.indices where label[dash] == "-" {
            let name = String(label[label.index(after: dash)...])
            let tag = String(label[..<dash])
            if let route = routes.route(project: project, name: name), route.tags[tag] != nil { return (route, tag) }
        }
        return nil
    }

    /// An address that every function has: the strictest of its triggers says who may call.
    private func ownAddress(
        of route: FunctionRoute,
        tag: String?,
        _ uri: String,
        _ request: IncomingRequest
    ) throws(GatewayFailure) -> RoutedRequest {
        try route.access.checkOwnAddress(method: request.method.rawValue)
        let target = try target(route, tag: tag)
        return RoutedRequest(destination: .function(target), uri: uri, auth: route.access.auth)
    }

    /// The path of a trigger: on the project's host, else on a host of the trigger's own. Names of functions and projects
    /// go before those.
    private func triggerPath(
        _ authority: String,
        project: String?,
        _ uri: String,
        _ request: IncomingRequest
    ) throws(GatewayFailure) -> RoutedRequest? {
        let path = Self.path(of: uri)
        let routes = table.current
        let match =
            project.flatMap { routes.route(project: $0, path: path) }
            ?? routes.route(host: RequestHost.name(in: authority), path: path)
        guard let match else { return nil }
        let auth = try match.auth(method: request.method.rawValue)
        let target = try target(match.route, tag: request.tag)
        return RoutedRequest(destination: .function(target), uri: uri, auth: auth)
    }

    private static func path(of uri: String) -> Substring {
        uri.utf8.firstIndex(of: UInt8(ascii: "?")).map { uri[..<$0] } ?? uri[...]
    }

    private func target(_ route: FunctionRoute, tag: String?) throws(GatewayFailure) -> FunctionTarget {
        if let version = table.choose(from: route, tag: tag) {
            return FunctionTarget(route: route, tag: tag, version: version)
        }
        if let tag {
            throw GatewayFailure(
                .notFound,
                .versionNotFound,
                "function '\(route.name)' has no version with tag '\(tag)'",
                hint: "run 'hks-func traffic show \(route.name)' to see its tags"
            )
        }
        throw GatewayFailure(
            .serviceUnavailable,
            .stillPending,
            "function '\(route.name)' has no version that takes traffic",
            hint: "run 'hks-func versions list \(route.name)' to see why",
            retryAfterSeconds: 5
        )
    }

    private static func notServed(_ authority: String) -> GatewayFailure {
        GatewayFailure(
            .misdirectedRequest,
            .hostNotAllowed,
            "host '\(authority)' is not served here",
            hint: "use NAME.PROJECT.localhost, localhost or 127.0.0.1"
        )
    }

    private static func notFound(_ message: String) -> GatewayFailure {
        GatewayFailure(
            .notFound,
            .functionNotFound,
            message,
            hint: "run 'hks-func list' to see what is deployed"
        )
    }
}
