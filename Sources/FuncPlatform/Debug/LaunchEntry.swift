import Foundation
import FuncKit

/// One entry of `.vscode/launch.json`, which attaches to a function under development.
public struct LaunchEntry: Sendable {
    /// Its name in the editor's list; an entry of the same name is replaced.
    public let name: String
    private let members: [(String, OrderedJSON)]

    /// The entry as JSON, indented by two spaces.
    public var text: String { json.text }

    /// The members in the order in which they are written.
    var json: OrderedJSON { .object([("name", .string(name))] + members) }

    /// How the editor names the folder of a project: by its own variable where it lies in the folder that is opened.
    public static func root(of project: String, in workspace: String) -> String {
        if project == workspace { return "${workspaceFolder}" }
        let prefix = workspace.hasSuffix("/") ? workspace : workspace + "/"
        return project.hasPrefix(prefix) ? "${workspaceFolder}/" + project.dropFirst(prefix.count) : project
    }

    init(_ session: DebugSession, localRoot: String) {
        name = "hks-func: \(session.function)"
        members = Self.members(session, .string(localRoot))
    }

    private static func members(_ session: DebugSession, _ local: OrderedJSON) -> [(String, OrderedJSON)] {
        let port = OrderedJSON.integer(session.port ?? 0)
        let remote = OrderedJSON.string(session.sources)
        let address = OrderedJSON.string("127.0.0.1")
        switch session.family {
        case .nodejs:
            return attach("node") + [
                ("address", address), ("port", port), ("restart", .boolean(true)),
                ("localRoot", local), ("remoteRoot", remote),
                ("skipFiles", .array(skipped(localText(local)))),
            ]
        case .python:
            return attach("debugpy") + [
                ("connect", .object([("host", address), ("port", port)])), ("restart", .boolean(true)),
                ("pathMappings", .array([.object([("localRoot", local), ("remoteRoot", remote)])])),
            ]
        case .go:
            return attach("go") + [
                // The extension's older adapter is still what it takes for remote programs by itself.
                ("debugAdapter", .string("dlv-dap")), ("mode", .string("remote")), ("host", address), ("port", port),
                ("substitutePath", .array([.object([("from", local), ("to", remote)])])),
            ]
        case .java:
            return attach("java") + [("hostName", address), ("port", port)]
        case .ruby:
            return attach("rdbg") + [
                ("debugPort", .string("127.0.0.1:\(session.port ?? 0)")),
                ("localfsMap", .string("\(session.sources):\(localText(local))")),
                // Whoever attaches wants to stop at breakpoints, and not at once.
                ("nonstop", .boolean(true)),
            ]
        case .php:
            // Xdebug calls the editor, which therefore "launches" a listener.
            return [("type", .string("php")), ("request", .string("launch"))] + [
                ("hostname", address), ("port", port),
                ("pathMappings", .object([(session.sources, local)])),
            ]
        case .rust:
            return attach("lldb") + [
                ("pid", .string("${command:pickMyProcess}")), ("sourceMap", .object([(session.sources, local)])),
            ]
        case .dotnet:
            return attach("coreclr") + [
                ("processId", .string("${command:pickProcess}")), ("justMyCode", .boolean(true)),
                ("sourceFileMap", .object([(session.sources, local)])),
            ]
        case .custom:
            return attach("node")
        }
    }

    private static func attach(_ type: String) -> [(String, OrderedJSON)] {
        [("type", .string(type)), ("request", .string("attach"))]
    }

    /// What is not stepped into: the host's files, but none of the project's, whatever they are called.
    private static func skipped(_ local: String) -> [OrderedJSON] {
        ["<node_internals>/**", "**/host/**", "!\(local)/**"].map(OrderedJSON.string)
    }

    private static func localText(_ local: OrderedJSON) -> String {
        if case .string(let text) = local { text } else { "" }
    }
}
