import Foundation
import FuncKit

/// What npm would install for a project: its `package.json` and what goes with that.
struct NodePackage: Sendable {
    /// Whether npm has anything to install.
    let hasDependencies: Bool
    /// Whether a lock file says which versions.
    let isLocked: Bool
    /// Whether nothing but ``identity`` decides what is installed.
    let isSelfContained: Bool
    /// All that decides what is installed, besides Node.js itself.
    let identity: [String]

    /// The package in a folder; nil where it has none.
    /// - Throws: ``FuncError`` with code `build_failed`.
    init?(app: String) throws {
        let read = { (name: String) in FileManager.default.contents(atPath: app + "/" + name) }
        guard let data = read("package.json") else { return nil }
        let contents: Contents
        do {
            contents = try JSONDecoder().decode(Contents.self, from: data)
        } catch {
            throw FuncError(.buildFailed, "'package.json' cannot be read", because: error, details: ["\(error)"])
        }
        // In npm's own order of preference.
        let lock = ["npm-shrinkwrap.json", "package-lock.json"].lazy.compactMap(read).first
        let texts = [data, lock, read(".npmrc")].map { $0.map { String(decoding: $0, as: UTF8.self) } ?? "" }
        let hasOwnParts = ["node_modules", "binding.gyp"].contains {
            FileManager.default.fileExists(atPath: app + "/" + $0)
        }
        hasDependencies = !contents.required.isEmpty
        isLocked = lock != nil
        identity = texts
        isSelfContained =
            !hasOwnParts && !contents.hasInstallScripts && contents.workspaces == nil
            && !contents.required.values.contains(where: Self.isLocal)
            && !texts.contains { $0.contains(#""file:"#) || $0.contains(#""link:"#) }
    }

    /// Whether a dependency is a folder or an archive beside the project.
    private static func isLocal(_ source: String) -> Bool {
        ["file:", "link:", "workspace:", "git+file:", ".", "/", "~/"].contains { source.hasPrefix($0) }
    }

    /// The parts of `package.json` that matter here.
    private struct Contents: Decodable {
        var dependencies: [String: String]?
        var optionalDependencies: [String: String]?
        var scripts: [String: String]?
        var workspaces: AnyValue?

        var required: [String: String] {
            (dependencies ?? [:]).merging(optionalDependencies ?? [:]) { $1 }
        }

        /// Scripts that npm runs when it installs; they may change what it installed by any file of the project.
        var hasInstallScripts: Bool {
            let names = ["preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"]
            return names.contains { scripts?[$0] != nil }
        }
    }

    /// A value whose form does not matter.
    private struct AnyValue: Decodable {
        init(from decoder: any Decoder) {}
    }
}
