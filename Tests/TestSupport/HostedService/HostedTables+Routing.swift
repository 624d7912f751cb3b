import Foundation
import FuncKit

extension HostedTables {
    private static let collections: Set<String> = ["functions", "projects", "organizations"]

    /// Answers a request, in the order in which the real service looks at it: slashes, then credentials, then the route.
    mutating func answer(_ request: ScriptedServer.Request) -> HostedAnswer {
        if let redirect = slashRedirect(request) { return redirect }
        let parts = request.path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
            .map { $0.removingPercentEncoding ?? String($0) }
        if let open = sessions.answerOpen(request, parts, now: now()) { return open }
        if parts == ["health"] { return .json(200, ["status": "healthy"]) }
        if let refusal = sessions.refusal(request, now: now()) { return refusal }
        if let answer = sessions.answerSignedIn(request, parts, now: now()) { return answer }
        if let index = failures.firstIndex(where: { $0.method == request.method && request.path.hasSuffix($0.suffix) }) {
            failures.remove(at: index)
            return .error(500, "Failed for no reason")
        }
        let late = lateFailures.firstIndex { $0.method == request.method && request.path.hasSuffix($0.suffix) }
        let answer = routed(request, parts)
        if let late {
            lateFailures.remove(at: late)
            return .error(500, "Failed for no reason")
        }
        return answer
    }

    /// Collections are registered with a slash; the way there is shown before anybody asks for credentials.
    private func slashRedirect(_ request: ScriptedServer.Request) -> HostedAnswer? {
        guard let last = request.path.split(separator: "/", omittingEmptySubsequences: false).last,
            Self.collections.contains(String(last)), request.path.hasPrefix("/api/v1/")
        else { return nil }
        let query = request.target.dropFirst(request.path.count)
        let location = "\(request.path)/\(query)"
        guard request.method == "GET" else { return HostedAnswer(status: 307, headers: ["location": location]) }
        let page = "<a href=\"\(location)\">Moved Permanently</a>.\n"
        return HostedAnswer(status: 301, body: page, headers: ["location": location, "content-type": "text/html"])
    }

    private mutating func routed(_ request: ScriptedServer.Request, _ parts: [String]) -> HostedAnswer {
        let unknown = HostedAnswer.json(404, ["error": "endpoint not found", "path": request.path])
        guard parts.count >= 5, parts.starts(with: ["api", "v1", "workspaces"]), parts[3] == workspace else {
            return unknown
        }
        let rest = Array(parts.dropFirst(5))
        switch parts[4] {
        case "projects": return projectRoute(request, rest) ?? unknown
        case "functions": return functionRoute(request, rest) ?? unknown
        default: return unknown
        }
    }

    private mutating func functionRoute(_ request: ScriptedServer.Request, _ path: [String]) -> HostedAnswer? {
        switch (request.method, path.count, path.last ?? "") {
        case ("POST", 1, ""): return create(request)
        case ("GET", 1, ""): return list(request)
        case ("GET", 2, "capabilities") where path[0] == "provider": return Self.capabilities
        case ("GET", 2, "health") where path[0] == "provider": return .json(200, ["status": "healthy"])
        case ("GET", 2, _) where path[0] == "invocations": return call(path[1])
        case (_, 1, ""), (_, 2..., ""): return nil
        case ("GET", 1, _): return describe(path[0])
        case ("PUT", 1, _): return replace(path[0], request)
        case ("DELETE", 1, _): return delete(path[0])
        case ("POST", 2, "versions"): return addVersion(path[0], request)
        case ("GET", 2, "versions"): return .list("versions", versions(of: path[0]).map(Self.json))
        case ("GET", 3, _) where path[1] == "versions": return version(path[0], path[2])
        case ("PUT", 4, "active") where path[1] == "versions": return activate(path[0], path[2])
        case ("POST", 2, "rollback"): return rollBack(path[0])
        case ("POST", 2, "triggers"): return addTrigger(path[0], request)
        case ("GET", 2, "triggers"): return triggerList(path[0])
        case ("PUT", 3, _) where path[1] == "triggers": return .error(500, "Failed to update trigger")
        case ("DELETE", 3, _) where path[1] == "triggers": return .error(500, "Failed to delete trigger")
        case ("POST", 2, "invoke"): return invoke(path[0], request)
        case ("POST", 2, "invoke-async"): return invokeLater(path[0], request)
        case ("GET", 2, "invocations"): return callList(path[0], request)
        case ("GET", 2, "logs"): return logs(path[0])
        case ("GET", 2, "metrics"): return metrics(path[0])
        case ("GET", 2, "events"): return eventList(path[0], request)
        default: return nil
        }
    }
}
