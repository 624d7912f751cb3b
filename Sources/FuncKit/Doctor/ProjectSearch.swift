import Foundation

/// Finds the projects that a folder is about: the one around it, or those below it.
package struct ProjectSearch {
    private static let maxDepth = 4
    private static let maxFolders = 5000
    private static let maxProjects = 50
    /// Folders that hold other people's files.
    private static let skipped: Set<String> = [
        "node_modules", "vendor", "target", "dist", "build", "bin", "obj", "venv", "site-packages",
    ]

    /// The project that `folder` lies in; nil if it lies in none.
    package static func around(_ folder: String) -> ProjectRoot? {
        // That there is none is the answer, not a fault.
        try? ProjectDiscovery.find(from: folder)
    }

    /// Projects below `folder`, by path. A look, not a search of the whole disk: depth and number are bounded.
    package static func below(_ folder: String) -> [ProjectRoot] {
        var roots: [ProjectRoot] = []
        var level = [folder]
        var visited = 0
        for _ in 0..<maxDepth {
            var next: [String] = []
            for parent in level {
                for child in children(of: parent) {
                    visited += 1
                    guard visited <= maxFolders, roots.count < maxProjects else { return roots }
                    let root = ProjectRoot(folder: child)
                    if FileManager.default.fileExists(atPath: root.manifestPath) {
                        roots.append(root)
                    } else {
                        next.append(child)
                    }
                }
            }
            level = next
        }
        return roots
    }

    private static func children(of folder: String) -> [String] {
        // What may not be read holds nothing of ours.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().filter { !$0.hasPrefix(".") && !skipped.contains($0) }
            .map { folder == "/" ? "/" + $0 : folder + "/" + $0 }
            .filter { path in
                let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
                return type == .typeDirectory
            }
    }
}
