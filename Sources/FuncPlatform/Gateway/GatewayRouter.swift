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
        guard let host = RequestHost(authority: authority) else {
            throw GatewayFailure(
                .misdirectedRequest,
                .hostNotAllowed,
                "host '\(authority)' is not served here",
                hint: "use NAME.PROJECT.localhost, localhost or 127.0.0.1"
            )
        }
        switch host {
        case .function(let label, let project):
            let target = try target(label: label, project: project, tag: request.tag)
            return RoutedRequest(destination: .function(target), uri: uri)
        case .loopback:
            if let routed = try functionPath(uri, tag: request.tag) { return routed }
            try checkOrigin(request.origin, authority: authority)
            return RoutedRequest(destination: .control, uri: uri)
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
    private func functionPath(_ uri: String, tag: String?) throws(GatewayFailure) -> RoutedRequest? {
        let marker = "/fn/"
        guard uri.utf8.starts(with: marker.utf8) else { return nil }
        let path = uri.utf8.firstIndex(of: UInt8(ascii: "?")).map { uri[..<$0] } ?? uri[...]
        let parts = path.dropFirst(marker.count).split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw Self.notFound("no function is named in '\(path)'")
        }
        let end = parts[1].endIndex
        let rest = uri[end...]
        let target = try target(name: String(parts[1]), project: String(parts[0]), tag: tag)
        return RoutedRequest(
            destination: .function(target),
            uri: rest.utf8.first == UInt8(ascii: "/") ? String(rest) : "/" + rest,
            prefix: String(uri[..<end])
        )
    }

    /// A function of that very name wins over a tag of another one; of several tags the shortest wins.
    private func target(
        label: Substring,
        project: Substring,
        tag: String?
    ) throws(GatewayFailure) -> FunctionTarget {
        let (label, project) = (String(label), String(project))
        let routes = table.current
        if let route = routes.route(project: project, name: label) { return try target(route, tag: tag) }
        for dash in label.indices where label[dash] == "-" {
            let name = String(label[label.index(after: dash)...])
            guard let route = routes.route(project: project, name: name) else { continue }
            let tag = String(label[..<dash])
            guard route.tags[tag] != nil else { continue }
            return try target(route, tag: tag)
        }
        throw Self.notFound("function '\(label)' not found in project '\(project)'")
    }

    private func target(name: String, project: String, tag: String?) throws(GatewayFailure) -> FunctionTarget {
        guard let route = table.route(project: project, name: name) else {
            throw Self.notFound("function '\(name)' not found in project '\(project)'")
        }
        return try target(route, tag: tag)
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

    private static func notFound(_ message: String) -> GatewayFailure {
        GatewayFailure(
            .notFound,
            .functionNotFound,
            message,
            hint: "run 'hks-func list' to see what is deployed"
        )
    }
}
