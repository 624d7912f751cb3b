import FuncKit

/// By which addresses besides its own a function is reached, and who may call it.
public struct RouteAccess: Sendable {
    /// The function's triggers of type http, disabled ones too.
    let triggers: [HTTPTrigger]
    /// The strictest word of all triggers, which counts on the function's own addresses. A disabled trigger counts too:
    /// disabling one closes an address and never opens any.
    let auth: HTTPTriggerAuth
    /// The enabled triggers that are about the function's own addresses.
    private let own: [HTTPTrigger]

    /// Takes what the triggers say; without any, everybody may call.
    public init(triggers: [HTTPTrigger] = []) {
        self.triggers = triggers
        auth = triggers.map(\.auth).max() ?? .public
        own = triggers.filter { $0.path == nil && $0.isEnabled }
    }

    /// - Throws: status 405 where a trigger without a path names methods, and this is not among them.
    func checkOwnAddress(method: String) throws(GatewayFailure) {
        guard !own.isEmpty, !own.contains(where: { $0.allows(method: method) }) else { return }
        throw .methodNotAllowed(method, allowed: own.flatMap(\.methods))
    }
}

/// What a path leads to.
struct PathMatch {
    var route: FunctionRoute
    /// The function's triggers with that path; they differ in their methods.
    var triggers: [HTTPTrigger]
    /// Whether the path was written so that the function may understand another one.
    var isAmbiguous = false

    /// Who may call with this method.
    /// - Throws: status 405.
    func auth(method: String) throws(GatewayFailure) -> HTTPTriggerAuth {
        let matching = triggers.filter { $0.allows(method: method) }
        guard let strictest = matching.map(\.auth).max() else {
            throw .methodNotAllowed(method, allowed: triggers.flatMap(\.methods))
        }
        // A stricter trigger further down must not be passed by with another spelling of its path.
        return isAmbiguous ? route.access.auth : strictest
    }
}

/// Paths of one host, found by their longest start. A look-up costs as much as the path has parts, whatever the number
/// of functions.
struct PathTable {
    private var entries: [String: PathMatch] = [:]
    private var depth = 0

    /// Adds a trigger; a path that another function has stays with that one.
    mutating func add(_ trigger: HTTPTrigger, _ path: String, of route: FunctionRoute) {
        var match = entries[path] ?? PathMatch(route: route, triggers: [])
        guard match.route.functionID == route.functionID else { return }
        match.triggers.append(trigger)
        entries[path] = match
        depth = max(depth, path == "/" ? 0 : path.utf8.count { $0 == UInt8(ascii: "/") })
    }

    /// The longest path that the request's begins with, part by part.
    func match(_ path: Substring) -> PathMatch? {
        var best = entries["/"]
        var (prefix, parts) = ("", 0)
        for raw in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            if parts == depth { break }
            guard !raw.isEmpty else { continue }
            parts += 1
            let isEscaped = raw.utf8.contains(UInt8(ascii: "%"))
            prefix += "/" + (isEscaped ? raw.removingPercentEncoding ?? String(raw) : String(raw))
            if let entry = entries[prefix] { best = entry }
        }
        best?.isAmbiguous = !Self.isPlain(path)
        return best
    }

    /// Whether there is only one way to understand a path: no escapes, empty parts, dots or parameters.
    private static func isPlain(_ path: Substring) -> Bool {
        var previous = UInt8(ascii: " ")
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "%"), UInt8(ascii: ";"), UInt8(ascii: "\\"): return false
            case UInt8(ascii: "/"), UInt8(ascii: "."): if previous == UInt8(ascii: "/") { return false }
            default: break
            }
            previous = byte
        }
        return true
    }
}

extension GatewayFailure {
    static func methodNotAllowed(_ method: String, allowed: [String]) -> GatewayFailure {
        var allowed = allowed.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        if allowed.contains("GET"), !allowed.contains("HEAD") { allowed.append("HEAD") }
        var failure = GatewayFailure(
            .methodNotAllowed,
            .methodNotAllowed,
            "method '\(method)' is not among those of the function's trigger"
        )
        failure.fields = [("allow", allowed.joined(separator: ", "))]
        return failure
    }
}
