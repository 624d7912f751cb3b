import FuncKit
import FuncPlatform

/// What is told about a project on start: where it is, what runs it, what is watched, where variables came from.
struct ProjectFacts: Sendable {
    private let project: DevelopProject
    private let homeFolder: String

    init(_ project: DevelopProject, homeFolder: String) {
        self.project = project
        self.homeFolder = homeFolder
    }

    /// The facts, one a line; names and sources of variables, never values.
    func lines(_ style: TextStyle) -> [String] {
        var facts: [String] = []
        let toolchain = project.toolchain.map { " with \($0)" } ?? ""
        facts.append("\(project.type.rawValue) function, \(project.runtime)\(toolchain)")
        facts.append("\(watching) \(folder)")
        if !project.variables.isEmpty {
            facts.append("variables: " + project.variables.map { "\($0.name) (\($0.source))" }.joined(separator: ", "))
        }
        if !project.schedules.isEmpty {
            facts.append("schedules: " + project.schedules.joined(separator: ", "))
        }
        if let port = project.debugPort { facts.append("debugger on port \(port)") }
        return [style.bold(project.url.withoutControls)] + facts.map(\.withoutControls)
    }

    private var watching: String {
        switch project.watching {
        case nil: "not watching"
        case "polling": "watching by polling"
        case let method?: "watching with \(method)"
        }
    }

    private var folder: String {
        guard project.folder.hasPrefix(homeFolder + "/") else { return project.folder }
        return "~" + project.folder.dropFirst(homeFolder.count)
    }
}
