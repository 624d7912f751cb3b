import Foundation
import FuncKit

/// Builds Node.js functions: production dependencies, and a syntax check of the entry file.
struct NodeRecipe: BuildRecipe {
    let family = "nodejs"
    let version = 1

    func build(_ context: BuildContext) async throws {
        try await installDependencies(context)
        try await checkEntry(context)
    }

    func launch(folder: String, toolchain: ResolvedToolchain) -> BundleLaunch {
        BundleLaunch(
            command: [toolchain.executable, folder + "/host/main.mjs"],
            environment: [:],
            listensOnUnixSocket: true
        )
    }

    private func installDependencies(_ context: BuildContext) async throws {
        guard let data = FileManager.default.contents(atPath: context.app + "/package.json") else { return }
        let package: Package
        do {
            package = try JSONDecoder().decode(Package.self, from: data)
        } catch {
            throw FuncError(.buildFailed, "'package.json' cannot be read", cause: "\(error)", details: ["\(error)"])
        }
        guard package.hasDependencies else { return }
        let locks = ["package-lock.json", "npm-shrinkwrap.json"]
        let isLocked = locks.contains { FileManager.default.fileExists(atPath: context.app + "/" + $0) }
        let command = isLocked ? "ci" : "install"
        context.note(.info, "installing the dependencies of package.json")
        guard let npm = npm(context) else {
            throw FuncError(
                .toolchainMissing,
                "npm is not installed, and package.json has dependencies",
                hint: "install it: apt-get install npm"
            )
        }
        try await context.runToSuccess(
            "npm \(command)",
            npm,
            [command, "--omit=dev", "--no-audit", "--no-fund"],
            in: context.app,
            // What npm before version 7 goes by.
            variables: ["NODE_ENV": "production"]
        )
    }

    private func npm(_ context: BuildContext) -> String? {
        // The toolchain's own folder comes first there.
        ChildProcessExecutable.find("npm", searchPath: context.environment["PATH"])
    }

    private func checkEntry(_ context: BuildContext) async throws {
        guard let entry = Self.entry(handler: context.handler, app: context.app) else { return }
        let outcome = try await context.run(
            "node --check",
            context.toolchain.executable,
            ["--check", entry],
            in: context.app
        )
        guard !outcome.exit.isSuccess else { return }
        let message = Self.syntaxError(in: outcome.lastLines) ?? "'\(entry)' cannot be parsed"
        throw FuncError(.buildFailed, message, details: outcome.lastLines)
    }

    /// The file of a handler `path/name.function`; nil where there is none, which the host explains better than we can.
    static func entry(handler: String, app: String) -> String? {
        let base = handler.lastIndex(of: ".").map { String(handler[..<$0]) } ?? "index"
        return ["mjs", "js", "cjs"].map { "\(base).\($0)" }.first {
            FileManager.default.fileExists(atPath: app + "/" + $0)
        }
    }

    /// What `node --check` printed: `/…/app/index.js:3`, the line, and `SyntaxError: Unexpected token ';'`.
    static func syntaxError(in lines: [String]) -> String? {
        let place = /\/app\/(?<file>.+):(?<line>\d+)$/
        guard let found = lines.lazy.compactMap({ $0.firstMatch(of: place) }).first,
            let reason = lines.first(where: { $0.hasPrefix("SyntaxError: ") })
        else { return nil }
        return "syntax error in \(found.file):\(found.line): \(reason.dropFirst("SyntaxError: ".count))"
    }

    private struct Package: Decodable {
        var dependencies: [String: String]?
        var optionalDependencies: [String: String]?

        var hasDependencies: Bool {
            !(dependencies ?? [:]).isEmpty || !(optionalDependencies ?? [:]).isEmpty
        }
    }
}
