import Foundation
import FuncKit

/// Which projects a command that takes several of them is about.
struct DevelopFolders {
    /// Folders of the projects, links resolved, each once, in the order in which they were named.
    private(set) var projects: [String] = []
    /// What people should know about how they were found.
    private(set) var notes: [String] = []

    /// Takes folders as they were named: of each the project that it lies in, else all projects below it.
    /// - Throws: `manifest_not_found` for a folder that is about no project.
    init(_ folders: [String]) throws {
        for folder in folders {
            let found = try Self.projects(of: folder)
            if found.isBelow {
                let names = found.folders.map { $0.dropFirst(Self.resolved(folder).count + 1) }
                notes.append("\(names.count) projects in '\(folder)': \(names.joined(separator: ", "))")
            }
            for project in found.folders {
                if projects.contains(project) {
                    notes.append("project '\(project)' is named twice, and developed once")
                } else {
                    projects.append(project)
                }
            }
        }
    }

    private static func projects(of folder: String) throws -> (folders: [String], isBelow: Bool) {
        do {
            return ([resolved(try ProjectDiscovery.find(from: folder).folder)], false)
        } catch let error as FuncError where error.code == .manifestNotFound {
            let below = ProjectSearch.below(resolved(folder)).map(\.folder)
            guard !below.isEmpty else { throw error }
            return (below, true)
        }
    }

    private static func resolved(_ folder: String) -> String {
        URL(fileURLWithPath: folder).resolvingSymlinksInPath().standardizedFileURL.path
    }
}
